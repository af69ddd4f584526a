"""Grants for a site or a column let a person read what stands there, and nothing beside it."""

from __future__ import annotations

import pytest

from rongshu.accounts.actions.define_role import define_role
from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Resource
from rongshu.library.queries import get_version_for, visible
from rongshu.sites.actions.move_placement import remove_placement
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.queries.placements import placements_for
from rongshu.sites.queries.sites import sites_for
from rongshu.sites.tests.conftest import City


@pytest.fixture
def clerk(city: City) -> Person:
    """Return somebody of no organisation, so that nothing but grants lets him see."""
    return register_person(actor=Clock(), name="栏目编辑", handle="clerk")


@pytest.mark.requirement("P1-05")
@pytest.mark.parametrize("scope", ["site", "column"])
def test_what_stands_in_the_scope_is_read_with_its_drafts(city: City, clerk: Person, scope: str) -> None:
    inside, outside = city.resource(city.government), city.resource(city.government)
    placement = place_resource(actor=city.portal_editor, resource=inside, column=city.news)
    scope_id = city.portal.id if scope == "site" else city.news.id
    assert not visible(viewer_for(clerk)).exists()
    grant_role(actor=Clock(), person=clerk, role="proof-reader", scope=scope, scope_id=scope_id)
    viewer = viewer_for(clerk)
    assert list(visible(viewer)) == [inside]
    assert list(placements_for(viewer)) == [placement]
    assert inside.working_version_id is not None
    assert outside.working_version_id is not None
    assert get_version_for(viewer, inside.working_version_id).resource_id == inside.id
    with pytest.raises(NotFound):
        get_version_for(viewer, outside.working_version_id)
    remove_placement(actor=city.portal_editor, placement=placement)
    assert not visible(viewer).exists()


@pytest.mark.requirement("P1-05")
def test_running_a_site_is_not_reading_it(city: City, clerk: Person) -> None:
    place_resource(actor=city.portal_editor, resource=city.resource(city.government), column=city.news)
    define_role(actor=city.operator, code="caretaker", name="站点看管", capabilities=["site.manage"])
    before = set(visible(viewer_for(clerk)))
    grant_role(actor=Clock(), person=clerk, role="caretaker", scope="site", scope_id=city.portal.id)
    viewer = viewer_for(clerk)
    assert set(sites_for(viewer)) == {city.portal}
    assert set(visible(viewer)) == before
    assert not placements_for(viewer).exists()


@pytest.mark.requirement("P3-04")
@pytest.mark.parametrize("role", ["platform-administrator", "security-administrator", "audit-administrator"])
def test_the_three_administrators_see_no_placement(city: City, clerk: Person, role: str) -> None:
    place_resource(actor=city.portal_editor, resource=city.resource(city.government), column=city.news)
    before = set(visible(viewer_for(clerk)))
    grant_role(actor=Clock(), person=clerk, role=role)
    viewer = viewer_for(clerk)
    assert set(visible(viewer)) == before
    assert not placements_for(viewer).exists()


def test_what_one_began_oneself_stays_in_sight(city: City, clerk: Person) -> None:
    draft, other = city.resource(), city.resource()
    Resource.objects.filter(pk=draft.pk).update(created_by=clerk)
    viewer = viewer_for(clerk)
    assert list(visible(viewer)) == [draft]
    assert draft.working_version_id is not None
    assert get_version_for(viewer, draft.working_version_id).resource_id == draft.id
    assert other not in visible(viewer)
