"""Records for the console's pages about sites: a site at work, with columns, content and looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.library.actions.mandates import give_mandate
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.change_placement import order_placement, pin_placement
from rongshu.sites.actions.change_status import approve_opening, open_site
from rongshu.sites.actions.create_columns_from_standard import create_columns_from_standard
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_addresses
from rongshu.sites.actions.keep_standard import keep_as_standard
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.actions.register_verification_file import register_verification_file
from rongshu.sites.models import Column, ColumnSelection, Placement, Site
from rongshu.sites.tests.conftest import REGISTERED, effective_resource

CLOCK = Clock()


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make 示范市统计局's site; needs the demonstration's ranges."""
    site = _site()
    create_columns_from_standard(actor=CLOCK, site=site, standard="department")
    column = Column.objects.filter(site=site, children=None).order_by("path")[0]
    placement, *_ = [_placed(person, column, number) for number in range(1, 6)]
    pin_placement(actor=CLOCK, placement=placement, pin=2)
    change_blocks(
        actor=CLOCK, site=site, blocks=[BlockSetting(key="news", kind="column-list", columns=[column.path])]
    )
    old = [
        OldAddress(host="old.example", request_uri=f"/{number}.html", column_id=column.pk) for number in "123"
    ]
    gone = OldAddress(host="old.example", request_uri="/x.html", gone_reason="未迁移")
    keep_legacy_addresses(actor=CLOCK, site=site, addresses=[*old, gone])
    file = register_verification_file(actor=CLOCK, site=site, name="check.txt", content="示范")
    Column.objects.filter(site=site).update(created_at=clock.now() - timedelta(days=400))
    rule = {"owners": [site.sponsor.credit_code]}
    selection = ColumnSelection.objects.create(column=column, query=rule)
    slug, below = {"slug": site.slug}, {"slug": site.slug, "column_id": column.pk}
    today = clock.today()
    mandate = give_mandate(
        actor=person, source="https://old.example/", target_site_id=site.pk, signers=[person],
        starts_on=today, ends_on=today + timedelta(days=30), reason="示范文件", sponsor_id=site.sponsor_id,
    )  # fmt: skip
    of_site = ["site-mandates", "mandate-new", "site-navigation", "site", "site-edit", "site-columns",
               "column-new", "site-blocks", "block-new", "site-theme",
               "site-addresses", "address-new", "site-files", "file-new"]  # fmt: skip
    of_rule = ["column-selection", "column-selection-sign", "column-selection-stop"]
    of_column = ["column-selection-new", "column-edit", "column-move", "column-content"]
    return {
        **dict.fromkeys(of_site, slug),
        **dict.fromkeys(of_column, below),
        **{key: {"selection_id": selection.pk} for key in of_rule},
        "mandate": {"mandate_id": mandate.pk},
        "column-standard-keep": slug,
        "column-standard": {"standard": keep_as_standard(actor=CLOCK, site=site, name="示范标准").pk},
        "site-step": {**slug, "step": "take-offline"},
        "columns-standard": {**slug, "standard": "portal"},
        "block-edit": {**slug, "key": "news"},
        "placement-edit": {"placement_id": placement.pk},
        "placement-move": {"placement_id": placement.pk},
        "file-drop": {**slug, "file_id": file.pk},
    }


def _site() -> Site:
    region = register_region(actor=CLOCK, code="990002", name="示范市")
    unit = create_organization(
        actor=CLOCK,
        name="示范市统计局",
        credit_code=demonstration_credit_code("990002", 8),
        level="city",
        region=region,
    )
    site = create_site(
        actor=CLOCK, slug="tongji", name="示范市统计局", domain="tongji.localhost", type="department",
        admin_level="city", sponsor=unit, **(REGISTERED | {"identification_code": "9900010008"}),
    )  # fmt: skip
    approve_opening(actor=CLOCK, site=site)
    return open_site(actor=CLOCK, site=site)


def _placed(person: Person, column: Column, number: int) -> Placement:
    resource = effective_resource(column.site.sponsor, person, f"示范统计公报之{number}")
    placement = place_resource(actor=person, resource=resource, column=column, approve=True)
    return order_placement(actor=CLOCK, placement=placement, manual_order=number) if number < 4 else placement
