"""An editor of one site sees and changes nothing of another: queries and every action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.errors import GrantBeyondOwnPowers
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import PUBLIC
from rongshu.foundation.audit import Clock
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotAllowed, RongshuError
from rongshu.sites.actions.apply_file import apply_file
from rongshu.sites.actions.approve_placement import accept_update, approve_placement
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.change_placement import (
    order_placement,
    pin_placement,
    rename_placement,
    schedule_placement,
)
from rongshu.sites.actions.change_status import approve_opening, bring_online, open_site, take_offline
from rongshu.sites.actions.change_theme import change_theme
from rongshu.sites.actions.close_site import announce_closing, close_site, revoke_closing
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_columns_from_standard import create_columns_from_standard
from rongshu.sites.actions.create_site import change_site, create_site
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_addresses
from rongshu.sites.actions.move_column import move_column, remove_column
from rongshu.sites.actions.move_placement import move_placement, remove_placement
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.actions.register_verification_file import (
    register_verification_file,
    remove_verification_file,
)
from rongshu.sites.actions.select_automatically import select_automatically, stop_selecting
from rongshu.sites.errors import UnknownColumn, UnknownPlacement, UnknownSite
from rongshu.sites.models import Column, Placement
from rongshu.sites.queries import (
    columns_for,
    get_column_for,
    get_placement_for,
    get_site_for,
    placements_for,
    sites_for,
)
from rongshu.sites.tests.conftest import City

pytestmark = pytest.mark.requirement("P1-01")
_APPS = (
    "rongshu_foundation",
    "rongshu_organizations",
    "rongshu_accounts",
    "rongshu_library",
    "rongshu_sites",
)

RENAMING = """
sites:
  - {slug: edu, name: 改名, domain: edu.localhost, type: department, admin_level: city, sponsor: 示范市教育局}
"""


def everything() -> dict[str, list[object]]:
    """Return every row of every table that an action could touch; that a deed was refused is on record."""
    found: Iterable[type[models.Model]] = (
        model for label in _APPS for model in apps.get_app_config(label).get_models()
    )
    rows = {model.__name__: model._default_manager.order_by("pk") for model in found}
    if "AuditRecord" in rows:
        rows["AuditRecord"] = rows["AuditRecord"].exclude(action="placement.approval-refused")
    return {name: list(some.values_list()) for name, some in rows.items()}


def test_queries_give_only_what_is_ones_own(city: City) -> None:
    placement = place_resource(
        actor=city.bureau_editor, resource=city.effective(city.bureau), column=city.bureau_news
    )
    viewer = viewer_for(city.portal_editor)
    assert {site.slug for site in sites_for(viewer)} == {"portal"}
    assert {column.site_id for column in columns_for(viewer)} == {city.portal.id}
    assert not placements_for(viewer).exists()
    for query, error in (
        (lambda: get_site_for(viewer, "edu"), UnknownSite),
        (lambda: get_site_for(viewer, "no-such-site"), UnknownSite),
        (lambda: get_column_for(viewer, "edu", "/news/"), UnknownColumn),
        (lambda: get_placement_for(viewer, placement.id), UnknownPlacement),
    ):
        with pytest.raises(error):
            query()
    assert not sites_for(PUBLIC).exists()
    assert not columns_for(PUBLIC).exists()


def test_a_foreign_site_and_an_absent_one_are_the_same_answer(city: City) -> None:
    viewer = viewer_for(city.portal_editor)
    answers = []
    for slug in ("edu", "nix"):
        with pytest.raises(UnknownSite) as refused:
            get_site_for(viewer, slug)
        answers.append((refused.value.code, refused.value.message.replace(slug, "…")))
    assert answers[0] == answers[1]


def deeds(city: City, placement: Placement) -> list[Callable[[], object]]:
    """Return every deed of this app, done by the portal's editor to the bureau's things."""
    actor, site, column = city.portal_editor, city.department, city.bureau_news
    selection = select_automatically(
        actor=city.bureau_editor, column=column, query={"owners": [city.bureau.credit_code]}
    )
    words = {"reason": "改版", "notice": "公告"}
    own = city.effective(city.government)
    return [
        lambda: change_site(actor=actor, site=site, name="改名"),
        lambda: create_site(
            actor=actor, slug="x2", name="新", domain="x2.localhost", type="special", admin_level="city",
            sponsor=city.bureau, single_site_waiver="无",
        ),
        lambda: approve_opening(actor=actor, site=site),
        lambda: open_site(actor=actor, site=site),
        lambda: take_offline(actor=actor, site=site, until=now() + timedelta(days=1), **words),
        lambda: bring_online(actor=actor, site=site),
        lambda: announce_closing(actor=actor, site=site, closes_at=now() + timedelta(days=40), **words),
        lambda: revoke_closing(actor=actor, site=site, reason="x"),
        lambda: close_site(actor=actor, site=site),
        lambda: change_theme(actor=actor, site=site, theme="pine"),
        lambda: change_blocks(actor=actor, site=site, blocks=[BlockSetting(key="x", kind="sites")]),
        lambda: create_column(actor=actor, site=site, slug="x", name="x", type="x"),
        lambda: create_columns_from_standard(actor=actor, site=site, standard="department"),
        lambda: change_column(actor=actor, column=column, name="改名"),
        lambda: move_column(actor=actor, column=column, parent=None, slug="x"),
        lambda: remove_column(actor=actor, column=column),
        lambda: place_resource(actor=actor, resource=own, column=column),
        lambda: place_many(actor=actor, pairs=[(own, column)]),
        lambda: approve_placement(actor=actor, placement=placement),
        lambda: accept_update(actor=actor, placement=placement),
        lambda: pin_placement(actor=actor, placement=placement, pin=1),
        lambda: order_placement(actor=actor, placement=placement, manual_order=1),
        lambda: rename_placement(actor=actor, placement=placement, display_title="x"),
        lambda: schedule_placement(actor=actor, placement=placement, visible_from=now(), visible_until=None),
        lambda: move_placement(actor=actor, placement=placement, column=column),
        lambda: remove_placement(actor=actor, placement=placement),
        lambda: select_automatically(actor=actor, column=column, query={"owners": ["x"]}),
        lambda: stop_selecting(actor=actor, selection=selection),
        lambda: keep_legacy_addresses(
            actor=actor, site=site, addresses=[OldAddress(host="a.cn", request_uri="/", gone_reason="x")]
        ),
        lambda: register_verification_file(actor=actor, site=site, name="x.txt", content="x"),
        lambda: remove_verification_file(actor=actor, site=site, name="x.txt"),
        lambda: apply_file(actor=actor, text=RENAMING),
    ]  # fmt: skip


def test_no_deed_reaches_another_site(city: City) -> None:
    placement = place_resource(
        actor=city.bureau_editor, resource=city.effective(city.bureau), column=city.bureau_news
    )
    done = deeds(city, placement)
    before = everything()
    for number, deed in enumerate(done):
        with pytest.raises(RongshuError) as refused:
            deed()
        assert refused.value.status == 403 or "not-allowed" in refused.value.message, number
        assert everything() == before, number


def test_a_grant_for_a_column_reaches_its_subtree_alone(city: City) -> None:
    below = create_column(
        actor=city.portal_editor,
        site=city.portal,
        slug="local",
        name="本地",
        type="工作动态",
        parent=city.news,
    )
    clerk = register_person(actor=Clock(), name="栏目编辑", handle="clerk", organization=city.government)
    grant_role(actor=city.operator, person=clerk, role="editor", scope="column", scope_id=city.news.id)
    resource = city.effective()
    for column in (city.news, below):
        assert place_resource(actor=clerk, resource=resource, column=column).state == "waiting"
    with pytest.raises(NotAllowed):
        place_resource(actor=clerk, resource=resource, column=city.notices)
    viewer = viewer_for(clerk)
    assert set(columns_for(viewer)) == {city.news, below}
    assert placements_for(viewer).count() == 2
    assert Column.objects.filter(site=city.portal).count() == 3


def test_powers_over_a_site_are_given_by_its_own_people_only(city: City) -> None:
    clerk = register_person(actor=Clock(), name="新人", handle="clerk", organization=city.bureau)
    manager = register_person(actor=Clock(), name="机构管理员", handle="manager", organization=city.bureau)
    grant_role(
        actor=city.operator,
        person=manager,
        role="organization-administrator",
        scope="organization",
        scope_id=city.bureau.id,
    )
    given = grant_role(actor=manager, person=clerk, role="editor", scope="site", scope_id=city.department.id)
    assert given.granted_by_id == manager.id
    for scope_id in (city.portal.id, city.news.id):
        scope = "site" if scope_id == city.portal.id else "column"
        with pytest.raises(GrantBeyondOwnPowers):
            grant_role(actor=manager, person=clerk, role="editor", scope=scope, scope_id=scope_id)
    assert clerk.grants.count() == 1
