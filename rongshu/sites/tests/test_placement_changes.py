"""Times, pins, titles, moves and removal of placements; which one is canonical."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from rongshu.foundation import clock
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.models import AuditRecord, DueItem, Event
from rongshu.sites.actions.change_placement import (
    order_placement,
    pin_placement,
    rename_placement,
    schedule_placement,
)
from rongshu.sites.actions.move_placement import move_placement, remove_placement
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.errors import PlacementMalformed, StatusForbids
from rongshu.sites.models import Placement
from rongshu.sites.queries import canonical_placement
from rongshu.sites.tests.conftest import City

HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let a test say how long after the beginning it is."""
    began = timezone.now()

    def travel(later: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: began + later)

    travel(timedelta())
    return travel


@pytest.fixture
def placement(city: City) -> Placement:
    """Return a placement that shows in the portal's news."""
    return place_resource(actor=city.portal_editor, resource=city.effective(), column=city.news, approve=True)


def kinds() -> list[str]:
    """Return the kinds of the placement events so far, oldest first."""
    return list(
        Event.objects.filter(kind__startswith="Placement").order_by("id").values_list("kind", flat=True)
    )


def test_a_scheduled_placement_begins_and_ends_by_the_clock(
    city: City, at: Callable[[timedelta], None]
) -> None:
    placement = place_resource(
        actor=city.portal_editor,
        resource=city.effective(),
        column=city.news,
        visible_from=clock.now() + HOUR,
        visible_until=clock.now() + 3 * HOUR,
        approve=True,
    )
    assert (placement.state, kinds()) == ("scheduled", [])
    states = []
    for hours in (0.5, 1, 2, 3, 4):
        at(hours * HOUR)
        carry_out_due()
        placement.refresh_from_db()
        states.append(placement.state)
    assert states == ["scheduled", "showing", "showing", "ended", "ended"]
    assert kinds() == ["PlacementBegan", "PlacementEnded"]
    assert not DueItem.objects.filter(handled_at__isnull=True).exists()


def test_what_came_due_while_nothing_ran_is_done_afterwards(
    city: City, at: Callable[[timedelta], None]
) -> None:
    placement = place_resource(
        actor=city.portal_editor,
        resource=city.effective(),
        column=city.news,
        visible_from=clock.now() + HOUR,
        visible_until=clock.now() + 2 * HOUR,
        approve=True,
    )
    at(48 * HOUR)
    carry_out_due()
    placement.refresh_from_db()
    assert placement.state == "ended"


def test_a_clock_set_back_neither_loses_nor_repeats(city: City, at: Callable[[timedelta], None]) -> None:
    at(2 * HOUR)
    carry_out_due()
    at(timedelta())
    placement = place_resource(
        actor=city.portal_editor,
        resource=city.effective(),
        column=city.news,
        visible_from=clock.now() + HOUR,
        approve=True,
    )
    carry_out_due()
    placement.refresh_from_db()
    assert placement.state == "showing"
    carry_out_due()
    assert kinds() == ["PlacementBegan"]


def test_rescheduling_forgets_the_former_times(city: City, placement: Placement) -> None:
    first, second = clock.now() + HOUR, clock.now() + 2 * HOUR
    schedule_placement(actor=city.portal_editor, placement=placement, visible_from=None, visible_until=first)
    schedule_placement(actor=city.portal_editor, placement=placement, visible_from=None, visible_until=second)
    assert list(DueItem.objects.values_list("due_at", flat=True)) == [second]
    schedule_placement(actor=city.portal_editor, placement=placement, visible_from=None, visible_until=None)
    assert not DueItem.objects.exists()


def test_postponing_what_shows_takes_it_away_until_then(city: City, placement: Placement) -> None:
    later = clock.now() + HOUR
    placement = schedule_placement(
        actor=city.portal_editor, placement=placement, visible_from=later, visible_until=None
    )
    assert (placement.state, placement.is_canonical) == ("scheduled", False)
    assert kinds() == ["PlacementBegan", "PlacementEnded"]


def test_pin_order_and_title_change_and_tell(city: City, placement: Placement) -> None:
    pin_placement(actor=city.portal_editor, placement=placement, pin=2)
    order_placement(actor=city.portal_editor, placement=placement, manual_order=-1)
    placement = rename_placement(actor=city.portal_editor, placement=placement, display_title=" 短标题 ")
    assert (placement.pin, placement.manual_order, placement.display_title) == (2, -1, "短标题")
    assert kinds() == ["PlacementBegan", *["PlacementChanged"] * 3]
    pin_placement(actor=city.portal_editor, placement=placement, pin=2)
    assert kinds().count("PlacementChanged") == 3


def test_refused_changes_change_nothing(city: City, placement: Placement) -> None:
    before = (Placement.objects.values().get(), AuditRecord.objects.count(), kinds())
    editor = city.portal_editor
    with pytest.raises(PlacementMalformed):
        pin_placement(actor=editor, placement=placement, pin=10)
    with pytest.raises(PlacementMalformed):
        rename_placement(actor=editor, placement=placement, display_title="长" * 201)
    with pytest.raises(PlacementMalformed):
        schedule_placement(
            actor=editor, placement=placement, visible_from=clock.now(), visible_until=clock.now() - HOUR
        )
    with pytest.raises(PlacementMalformed):
        move_placement(actor=city.operator, placement=placement, column=city.bureau_news)
    deeds: list[Callable[[], object]] = [
        lambda: pin_placement(actor=city.bureau_editor, placement=placement, pin=1),
        lambda: remove_placement(actor=city.bureau_editor, placement=placement),
        lambda: move_placement(actor=city.bureau_editor, placement=placement, column=city.notices),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()
    assert (Placement.objects.values().get(), AuditRecord.objects.count(), kinds()) == before


def test_a_moved_placement_is_approved_there(city: City, placement: Placement) -> None:
    moved = move_placement(actor=city.portal_editor, placement=placement, column=city.notices)
    assert (moved.column, moved.state, moved.is_canonical) == (city.notices, "showing", True)
    assert moved.approval is not None
    assert moved.approval.column_id == city.notices.id
    event = Event.objects.get(kind="PlacementMoved")
    assert event.payload["from_column_id"] == str(city.news.id)
    assert kinds() == ["PlacementBegan", "PlacementMoved"]


def test_a_removed_placement_is_out_until_placed_again(city: City, placement: Placement) -> None:
    removed = remove_placement(actor=city.portal_editor, placement=placement)
    assert (removed.state, kinds()) == ("removed", ["PlacementBegan", "PlacementEnded"])
    with pytest.raises(StatusForbids):
        pin_placement(actor=city.portal_editor, placement=removed, pin=1)
    back = place_resource(
        actor=city.portal_editor, resource=placement.resource, column=city.news, approve=True
    )
    assert (back.id, back.state, back.is_canonical) == (placement.id, "showing", True)


def test_the_first_place_is_canonical_and_hands_on(city: City, placement: Placement) -> None:
    resource = placement.resource
    second = place_resource(actor=city.portal_editor, resource=resource, column=city.notices, approve=True)
    third = place_resource(actor=city.bureau_editor, resource=resource, column=city.bureau_news, approve=True)
    assert canonical_placement(resource) == placement
    remove_placement(actor=city.portal_editor, placement=placement)
    assert canonical_placement(resource) == second
    told = Event.objects.filter(kind="PlacementChanged").values_list("subject_id", flat=True)
    assert set(told) == {second.id, third.id}
    remove_placement(actor=city.portal_editor, placement=second)
    remove_placement(actor=city.bureau_editor, placement=third)
    assert canonical_placement(resource) is None
