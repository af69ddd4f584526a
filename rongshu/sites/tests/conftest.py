"""A fictitious city with two sites, their people, and a library to place from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.foundation.clock import now
from rongshu.foundation.consumers import advance
from rongshu.foundation.events import announce
from rongshu.foundation.identifiers import short_id
from rongshu.foundation.installation import is_set_up, node_id
from rongshu.foundation.sequencer import number_events
from rongshu.library.events import ResourceBecameEffective
from rongshu.library.models import (
    Approval,
    ApprovalSignature,
    LibraryStandard,
    Resource,
    ResourceType,
    ResourceVersion,
    SourceApp,
)
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.keeping_placements import keep_placements
from rongshu.sites.models import Column, Site

CLOCK = Clock()
REGISTERED: dict[str, Any] = {
    "identification_code": "9900010001",
    "icp_number": "示范ICP备00000001号",
    "police_number": "示公网安备 99000102000001号",
    "party_gov_mark": "https://marks.localhost/00000001",
    "approval_document": "示府办〔2026〕1号",
    "security_test": "2026年上线前安全检测报告",
    "contact": "示范市人民政府办公室 0000-0000000",
}


def _home() -> UUID:
    """Return the node that resources are made at: this one, where there is one."""
    return node_id() if is_set_up() else uuid4()


@dataclass
class City:
    """Two units, each with a site, a column and an editor who may place and approve there."""

    government: Organization
    bureau: Organization
    portal: Site
    department: Site
    news: Column
    notices: Column
    bureau_news: Column
    portal_editor: Person
    bureau_editor: Person
    operator: Person
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def resource(self, owner: Organization | None = None, **elements: Any) -> Resource:
        """Return a resource with one working version, not effective yet."""
        number = next(self.numbers)
        owner = owner or self.government
        resource = Resource.objects.create(
            type=ResourceType.objects.get(code="article"), owner=owner, origin_node=_home()
        )
        self.version(resource, title=f"示范文章之{number}", **elements)
        return resource

    def version(self, resource: Resource, **elements: Any) -> ResourceVersion:
        """Give the resource a new working version."""
        return new_version(resource, **elements)

    def make_effective(self, resource: Resource, published_at: datetime | None = None) -> Resource:
        """Approve the working version."""
        return make_effective(resource, self.operator, published_at)

    def follow(self) -> None:
        """Let the consumer of this app follow the events and do what it asked for."""
        while number_events() or advance("placements") or keep_placements():
            pass

    def effective(self, owner: Organization | None = None, **elements: Any) -> Resource:
        """Return an effective resource."""
        return self.make_effective(self.resource(owner, **elements))

    def withdraw(self, resource: Resource) -> None:
        """Take the resource off every site, as the library does."""
        Resource.objects.filter(pk=resource.pk).update(status="withdrawn", effective_version=None)
        resource.refresh_from_db()


def new_version(resource: Resource, **elements: Any) -> ResourceVersion:
    """Give the resource a new working version."""
    number = resource.versions.count() + 1
    version = ResourceVersion.objects.create(
        resource=resource,
        number=number,
        digest=f"sha256:{resource.id.hex}{number:032x}",
        content_source="示范市人民政府办公室",
        publisher=resource.owner,
        form="text",
        open_type="on-request",
        share_type="unconditional",
        source_app=SourceApp.objects.get(code="cms"),
        **elements,
    )
    Resource.objects.filter(pk=resource.pk).update(working_version=version)
    resource.refresh_from_db()
    return version


def make_effective(resource: Resource, approver: Person, published_at: datetime | None = None) -> Resource:
    """Approve the working version."""
    version = resource.working_version
    assert version is not None
    approval = Approval.objects.create(
        outcome="approved", decided_at=now(), version_digest=version.digest, batch=version.batch
    )
    ApprovalSignature.objects.create(approval=approval, person=approver)
    moment = published_at or resource.published_at or now()
    ResourceVersion.objects.filter(pk=version.pk).update(became_effective_at=now())
    Resource.objects.filter(pk=resource.pk).update(
        status="effective",
        effective_version=version,
        effective_approval=approval,
        published_at=moment,
        modified_at=moment,
        address=resource.address or f"2026/11/{short_id(resource.id)}",
    )
    resource.refresh_from_db()
    with transaction.atomic():
        announce(
            ResourceBecameEffective(
                resource_id=resource.id, version_id=version.id, is_first=True, type_code="article"
            )
        )
    return resource


def seed_types() -> None:
    """Make the type of resource and the source that the tests' resources have."""
    standard, _ = LibraryStandard.objects.get_or_create(
        code="test", defaults={"name": "示范标准", "version": "1"}
    )
    ResourceType.objects.filter(code="article").exists() or ResourceType.objects.create(
        standard=standard, code="article", name_cn="文章", name_en="Article"
    )
    SourceApp.objects.get_or_create(code="cms", defaults={"name": "采编系统", "adapter": "cms"})


def effective_resource(owner: Organization, approver: Person, title: str) -> Resource:
    """Return an effective resource of any organisation's."""
    seed_types()
    kind = ResourceType.objects.get(code="article")
    resource = Resource.objects.create(type=kind, owner=owner, origin_node=_home())
    new_version(resource, title=title)
    return make_effective(resource, approver)


@pytest.fixture
def city(standing_city: City, settings: Any) -> City:
    """Return the city; nothing is placed yet and no site is online."""
    settings.DEMONSTRATION = True
    return standing_city


def make_city() -> City:
    """Set up the city in the present database."""
    seed_types()
    region = register_region(actor=CLOCK, code="990100", name="示范市")
    government = _organization(region, "示范市人民政府", 1, None)
    bureau = _organization(region, "示范市教育局", 2, government)
    portal = _site("portal", "示范市人民政府", "portal", government)
    department = _site("edu", "示范市教育局", "department", bureau)
    return City(
        government=government,
        bureau=bureau,
        portal=portal,
        department=department,
        news=_column(portal, "news", "要闻"),
        notices=_column(portal, "notices", "通知公告"),
        bureau_news=_column(department, "news", "工作动态"),
        portal_editor=_person("portal-editor", government, portal),
        bureau_editor=_person("bureau-editor", bureau, department),
        operator=_operator(government),
    )


def _organization(region: Any, name: str, serial: int, parent: Organization | None) -> Organization:
    code = demonstration_credit_code("990100", serial)
    return create_organization(
        actor=CLOCK, name=name, credit_code=code, level="city", region=region, parent=parent
    )


def _site(slug: str, name: str, kind: str, sponsor: Organization) -> Site:
    return create_site(
        actor=CLOCK,
        slug=slug,
        name=name,
        domain=f"{slug}.localhost",
        type=kind,
        admin_level="city",
        sponsor=sponsor,
    )


def _column(site: Site, slug: str, name: str) -> Column:
    return create_column(actor=CLOCK, site=site, slug=slug, name=name, type="工作动态", update_class="news")


def _person(handle: str, organization: Organization, site: Site) -> Person:
    person = register_person(actor=CLOCK, name=f"示范人员{handle}", handle=handle, organization=organization)
    grant_role(actor=CLOCK, person=person, role="site-administrator", scope="site", scope_id=site.id)
    grant_role(actor=CLOCK, person=person, role="publisher", scope="unit", scope_id=organization.id)
    return person


def _operator(organization: Organization) -> Person:
    person = register_person(actor=CLOCK, name="示范运维", handle="operator", organization=organization)
    grant_role(actor=CLOCK, person=person, role="operator")
    return person
