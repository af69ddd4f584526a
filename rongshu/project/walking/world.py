"""A world of tenants: each with its own site, unit, persons and content, all of it marked as his."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.apps import apps

from rongshu.accounts.actions.define_role import seed_built_in_roles
from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.federation.models import Partner
from rongshu.foundation.audit import Clock
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import EventStream, Installation
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.newsroom.models import DraftFile
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization, Region
from rongshu.project.walking.content import Author, fill, share
from rongshu.project.walking.tables import table_keys
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.models import Column, Site

CLOCK: Final = Clock()
_CHIEF_ROLES: Final = (
    "editor", "first-reviewer", "second-reviewer", "final-reviewer", "proof-reader", "publisher",
    "organization-administrator", "supervisor",
)  # fmt: skip
# What names objects: their models, by label without the prefix.
Ids = Mapping[str, Sequence[str]]
# Everyone's: the names of units stand in choosers, and with them their ids.
_NOBODYS: Final = ("Organization", "OrganizationName")


@dataclass(frozen=True)
class Tenant:
    """A unit with its site, and who walks for it: an editor, and a chief who may do everything there.

    `mark` is in every text that is nobody else's business. `named`: by what addresses name its objects.
    `rows` are the keys of all rows that were made with it, by table; `ids` the same by model, in order.
    """

    number: int
    unit_name: str
    editor: Person
    chief: Person
    site: Site
    ids: Ids = field(repr=False)
    named: Ids = field(repr=False)
    rows: Mapping[str, frozenset[Any]] = field(repr=False)
    shared: frozenset[str] = field(repr=False)

    @property
    def mark(self) -> str:
        """What gives its things away wherever they appear."""
        return mark_of(self.number)

    @cached_property
    def objects(self) -> frozenset[str]:
        """All by which an address or a form can name something of it."""
        return frozenset(one for found in self.named.values() for one in found)

    def exchanged_for(self, other: Tenant) -> Mapping[str, str]:
        """Return what stands at the other tenant for each of one's objects; never what it shares."""
        exchanged = {self.unit_name: other.unit_name}
        for label, ids in self.named.items():
            his = [one for one in other.named.get(label, ()) if one not in other.shared]
            exchanged |= {one: his[min(place, len(his) - 1)] for place, one in enumerate(ids) if his}
        return exchanged


# The number of a tenant that is nowhere.
NOBODY: Final = 9999


def mark_of(number: int) -> str:
    """Return a tenant's mark."""
    return f"zq{number:04}x"


def shared_mark_of(number: int) -> str:
    """Return the mark of what a tenant shares with everyone."""
    return f"sh{number:04}x"


class World:
    """The tenants made so far; `owner_of` says whose an id is, but for ids that are everyone's."""

    def __init__(self) -> None:
        self.tenants: list[Tenant] = []
        self.owner_of: dict[str, int] = {}
        Installation.objects.get_or_create(pk=1, defaults={"name": "示范省集约化平台"})
        EventStream.objects.get_or_create(pk=1)
        seed_built_in_roles()
        seed_standard()
        self.region = register_region(actor=CLOCK, code="990000", name="示范省")
        _neighbour(self.region)
        self._keys, self._ids = table_keys(), _all_ids()

    def add(self, *, shares: bool = True, flourish: str = "") -> Tenant:
        """Make one more tenant; `shares`: it has a resource that everyone may see."""
        number = len(self.tenants) + 1
        author, editor = _found(number, self.region, flourish)
        shared = share(author, shared_mark_of(number)) if shares else frozenset()
        fill(author)
        keys, ids = table_keys(), _all_ids()
        made = {label: [one for one in found if one not in self._ids[label]] for label, found in ids.items()}
        rows = {table: found - self._keys.get(table, frozenset()) for table, found in keys.items()}
        self._keys, self._ids = keys, ids
        tenant = Tenant(
            number,
            author.unit.name,
            editor,
            author.chief,
            author.site,
            made,
            _named(author, made),
            rows,
            shared,
        )
        self.tenants.append(tenant)
        self.owner_of |= dict.fromkeys(_private_ids(tenant), number)
        return tenant

    def after(self, tenant: Tenant, steps: int = 1) -> Tenant:
        """Return a neighbour of the tenant."""
        return self.tenants[(tenant.number - 1 + steps) % len(self.tenants)]


def _private_ids(tenant: Tenant) -> Iterator[str]:
    """Yield ids that are the tenant's alone, as addresses write them and as SQLite keeps them."""
    for label, ids in tenant.ids.items():
        if label not in _NOBODYS:
            for one in ids:
                if len(one) == _LENGTH_OF_UUID and one not in tenant.shared:
                    yield one
                    yield one.replace("-", "")


_LENGTH_OF_UUID: Final = 36


def _all_ids() -> dict[str, dict[str, None]]:
    return {
        model.__name__: dict.fromkeys(
            str(pk) for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)
        )
        for model in apps.get_models()
    }


def _named(author: Author, ids: Ids) -> dict[str, Sequence[str]]:
    """Return by what addresses name the objects, where that is not the key."""
    drafts = DraftFile.objects.filter(draft__owner=author.unit).values_list("digest", flat=True)
    blocks = author.site.blocks.values_list("key", flat=True)
    return {**ids, "Site": [author.site.slug], "DraftFile": list(drafts), "Block": list(blocks)}


def _neighbour(region: Region) -> None:
    """Another node, which all tenants exchange with: nobody's, so that its name gives no one away."""
    unit = create_organization(
        actor=CLOCK, name="示范邻省人民政府", credit_code=demonstration_credit_code("990000", 9000),
        level="province", region=region,
    )  # fmt: skip
    steward = register_person(actor=CLOCK, name="示范联络员", handle="steward", organization=unit)
    Partner.objects.create(
        pk=new_id(), name="示范邻省资源库", base_url="https://node.neighbour.localhost", role="hub",
        relation="beside", organization=unit, steward=steward,
    )  # fmt: skip


def _found(number: int, region: Region, flourish: str) -> tuple[Author, Person]:
    mark, said = mark_of(number), f"{mark_of(number)}{flourish}"
    unit = create_organization(
        actor=CLOCK, name=f"示范第{number:04}局", credit_code=demonstration_credit_code("990000", number),
        level="province", region=region,
    )  # fmt: skip
    site = create_site(
        actor=CLOCK, slug=mark, name=f"{said}网站", domain=f"{mark}.localhost", type="department",
        admin_level="province", sponsor=unit, contact=f"{said}办公室",
    )  # fmt: skip
    columns = [_column(site, slug, said) for slug in ("news", "notices")]
    editor = _person(f"{mark}-editor", unit, site, ("editor",), "unit")
    chief = _person(f"{mark}-chief", unit, site, _CHIEF_ROLES, "organization")
    second = _person(f"{mark}-second", unit, site, _CHIEF_ROLES, "organization")
    return Author(mark, unit, site, columns, chief, second, editor, flourish), editor


def _column(site: Site, slug: str, mark: str) -> Column:
    return create_column(
        actor=CLOCK, site=site, slug=slug, name=f"{mark}栏目{slug}", type="工作动态", update_class="news",
        description=f"{mark}栏目描述", keywords=f"{mark}关键词",
    )  # fmt: skip


def _person(handle: str, unit: Organization, site: Site, roles: Sequence[str], scope: str) -> Person:
    person = register_person(actor=CLOCK, name=f"{handle}其人", handle=handle, organization=unit)
    for role in roles:
        grant_role(actor=CLOCK, person=person, role=role, scope=scope, scope_id=unit.pk)
    for role in ("editor",) if scope == "unit" else ("editor", "site-administrator", "publisher"):
        grant_role(actor=CLOCK, person=person, role=role, scope="site", scope_id=site.pk)
    return person
