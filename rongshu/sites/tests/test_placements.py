"""Placing resources in columns: approval, times, order, canonical place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotAllowed, NotFound
from rongshu.foundation.models import AuditRecord, Event
from rongshu.library.models import Resource
from rongshu.library.queries.usage import where_used
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.errors import PlacementMalformed
from rongshu.sites.models import Placement, Site
from rongshu.sites.queries import placements_showing, where_shown
from rongshu.sites.tests.conftest import REGISTERED, City


def kinds() -> list[str]:
    """Return the kinds of the placement events so far, oldest first."""
    return list(
        Event.objects.filter(kind__startswith="Placement").order_by("id").values_list("kind", flat=True)
    )


def test_a_placement_waits_for_approval_and_then_shows(city: City) -> None:
    resource = city.effective()
    placement = place_resource(actor=city.portal_editor, resource=resource, column=city.news)
    assert placement.state == "waiting"
    assert not placements_showing(city.news).exists()
    assert kinds() == []
    placement = approve_placement(actor=city.portal_editor, placement=placement)
    assert placement.state == "showing"
    assert placement.published_at == resource.published_at
    assert placement.approval is not None
    assert placement.approval.version_digest == resource.effective_version.digest  # type: ignore[union-attr]
    assert list(placements_showing(city.news)) == [placement]
    assert kinds() == ["PlacementBegan"]
    approve_placement(actor=city.portal_editor, placement=placement)
    assert kinds() == ["PlacementBegan"]


def test_what_is_not_effective_is_approved_but_does_not_show(city: City) -> None:
    placement = place_resource(
        actor=city.portal_editor, resource=city.resource(), column=city.news, approve=True
    )
    assert placement.state == "waiting"
    assert placement.approval is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.update(state="showing")


def test_placing_twice_places_once(city: City) -> None:
    resource = city.effective()
    first = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    assert place_resource(actor=city.portal_editor, resource=resource, column=city.news) == first
    assert Placement.objects.count() == 1


def test_a_period_runs_forward(city: City) -> None:
    with pytest.raises(PlacementMalformed):
        place_resource(
            actor=city.portal_editor,
            resource=city.effective(),
            column=city.news,
            visible_from=now(),
            visible_until=now() - timedelta(hours=1),
        )
    assert not Placement.objects.exists()


@pytest.mark.requirement("P1-01")
def test_an_editor_of_one_site_changes_nothing_of_another(city: City) -> None:
    resource = city.effective(city.bureau)
    placement = place_resource(actor=city.bureau_editor, resource=resource, column=city.bureau_news)
    # A refused approval is put on record as refused; nothing else may be.
    deeds = AuditRecord.objects.exclude(action="placement.approval-refused")
    audits = deeds.count()
    with pytest.raises(NotAllowed):
        place_resource(actor=city.portal_editor, resource=resource, column=city.bureau_news)
    with pytest.raises(NotAllowed):
        approve_placement(actor=city.portal_editor, placement=placement)
    with pytest.raises(NotAllowed):
        place_many(actor=city.portal_editor, pairs=[(resource, city.bureau_news)])
    placement.refresh_from_db()
    assert placement.state == "waiting"
    assert (Placement.objects.count(), deeds.count()) == (1, audits)


def test_a_foreign_draft_is_not_found(city: City) -> None:
    draft = city.resource(city.government)
    with pytest.raises(NotFound):
        place_resource(actor=city.bureau_editor, resource=draft, column=city.bureau_news)
    with pytest.raises(NotFound):
        place_many(
            actor=city.bureau_editor, pairs=[(city.effective(), city.bureau_news), (draft, city.bureau_news)]
        )
    assert not Placement.objects.exists()


def test_many_are_placed_and_placing_again_places_nothing(city: City) -> None:
    resources = [city.effective() for _ in range(5)]
    pairs = [(resource, column) for resource in resources for column in (city.news, city.notices)]
    assert place_many(actor=city.portal_editor, pairs=pairs) == 10
    assert place_many(actor=city.portal_editor, pairs=pairs) == 0
    assert set(Placement.objects.values_list("state", flat=True)) == {"waiting"}
    assert kinds() == []


@pytest.mark.requirement("P2-11")
def test_one_resource_on_two_sites_is_one_resource(city: City) -> None:
    resource = city.effective()
    place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    place_resource(actor=city.bureau_editor, resource=resource, column=city.bureau_news, approve=True)
    city.version(resource, title="改过一次的标题")
    city.make_effective(resource)
    shown = list(where_shown(resource))
    assert {placement.site.slug for placement in shown} == {"portal", "edu"}
    assert {placement.resource_id for placement in shown} == {resource.id}
    titles = {placement.resource.effective_version.title for placement in shown}  # type: ignore[union-attr]
    assert titles == {"改过一次的标题"}
    assert [placement.is_canonical for placement in shown] == [True, False]


@pytest.mark.requirement("P2-18")
def test_a_resource_tells_where_it_is_shown_and_to_its_people_where_it_waits(city: City) -> None:
    resource = city.effective()
    place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    place_resource(actor=city.bureau_editor, resource=resource, column=city.bureau_news)
    assert places(city.portal_editor, resource) == {"portal:/news/"}
    # Nobody outside knows of a site that is being prepared.
    assert places(city.bureau_editor, resource) == {"edu:/news/"}
    Site.objects.filter(pk=city.portal.pk).update(status="online", **REGISTERED)
    assert places(city.bureau_editor, resource) == {"portal:/news/", "edu:/news/"}
    assert places(city.portal_editor, resource) == {"portal:/news/"}


def places(person: Person, resource: Resource) -> set[str]:
    """Return where the resource stands, as far as the person may know."""
    uses = where_used(viewer_for(person), resource)
    return {use.place for use in uses if use.kind == "placement"}
