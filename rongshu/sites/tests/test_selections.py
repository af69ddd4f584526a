"""Automatic columns, batches, held updates: what the worker keeps in step with the library."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from rongshu.foundation.clock import now
from rongshu.foundation.consumers import advance
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.events import announce
from rongshu.foundation.models import Event, Work
from rongshu.library.errors import QueryMalformed
from rongshu.library.events import BatchApproved, VersionPurged
from rongshu.library.models import Approval, ApprovalBatch, Resource, ResourceVersion
from rongshu.sites.actions.approve_placement import accept_update
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.change_placement import pin_placement
from rongshu.sites.actions.move_placement import remove_placement
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.actions.select_automatically import (
    approve_selection,
    select_automatically,
    stop_selecting,
)
from rongshu.sites.errors import ApprovalUnfit, NothingToAccept, SelectionMalformed
from rongshu.sites.models import ColumnSelection, Placement
from rongshu.sites.queries import placements_showing
from rongshu.sites.selecting import KEYS, check_rule
from rongshu.sites.tests.conftest import City


def rule(city: City, **conditions: Any) -> dict[str, Any]:
    """Return a query for the bureau's resources."""
    return {"owners": [city.bureau.credit_code], **conditions}


def shown(city: City) -> set[object]:
    """Return the resources that readers see in the portal's news."""
    return set(placements_showing(city.news).values_list("resource_id", flat=True))


def test_an_automatic_column_follows_its_rule(city: City) -> None:
    old, foreign = city.effective(city.bureau), city.effective(city.government)
    draft = city.resource(city.bureau)
    selection = select_automatically(actor=city.portal_editor, column=city.news, query=rule(city))
    city.follow()
    assert shown(city) == {old.id}
    placement = Placement.objects.get()
    assert placement.approval_id == selection.approval_id
    city.make_effective(draft)
    city.follow()
    assert shown(city) == {old.id, draft.id}
    assert foreign.id not in shown(city)
    stop_selecting(actor=city.portal_editor, selection=selection)
    city.follow()
    assert shown(city) == set()
    assert Event.objects.filter(kind="PlacementEnded").count() == 2


def test_a_rule_narrows_by_words_and_leaves_the_unshared(city: City) -> None:
    wanted = city.effective(city.bureau)
    title = wanted.effective_version.title  # type: ignore[union-attr]
    city.effective(city.bureau)
    secret = city.effective(city.bureau)
    Resource.objects.filter(pk=secret.pk).update(share_type="none")
    select_automatically(actor=city.portal_editor, column=city.news, query=rule(city, keywords=[title]))
    select_automatically(actor=city.bureau_editor, column=city.bureau_news, query=rule(city))
    city.follow()
    assert shown(city) == {wanted.id}
    assert placements_showing(city.bureau_news).count() == 3


def test_every_condition_of_a_rule_is_known_to_the_library(city: City) -> None:
    values: dict[str, Any] = {
        "categories": [{"scheme": "theme", "code": "01"}],
        "title_contains": "通知",
        "published_from": "2020-01-01",
        "published_until": "2030-01-01",
        "topic": str(city.news.id),
        "origins": [str(city.news.id)],
    }
    for key in KEYS:
        check_rule({"owners": ["x"], key: values.get(key, ["x"])})


def test_a_rule_shows_nothing_before_its_columns_approval(city: City) -> None:
    city.effective(city.bureau)
    selection = ColumnSelection.objects.create(column=city.news, query=rule(city))
    city.follow()
    assert not Placement.objects.exists()
    with pytest.raises(NotAllowed):
        approve_selection(actor=city.bureau_editor, selection=selection)
    with pytest.raises(NotAllowed):
        select_automatically(actor=city.bureau_editor, column=city.news, query=rule(city))
    city.follow()
    assert not Placement.objects.exists()
    approve_selection(actor=city.portal_editor, selection=selection)
    city.follow()
    assert Placement.objects.count() == 1


def test_what_a_person_took_out_is_not_put_back(city: City) -> None:
    resource = city.effective(city.bureau)
    select_automatically(actor=city.portal_editor, column=city.news, query=rule(city))
    city.follow()
    remove_placement(actor=city.portal_editor, placement=Placement.objects.get(), reason="不宜")
    city.version(resource, title="又改了一次")
    city.make_effective(resource)
    city.follow()
    assert shown(city) == set()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"owners": []},
        {"owners": "x"},
        {"owners": ["x"], "colour": ["red"]},
        {"owners": ["x"], "categories": ["y"]},
    ],
)
def test_a_malformed_rule_is_refused(city: City, query: dict[str, Any]) -> None:
    with pytest.raises((SelectionMalformed, QueryMalformed)):
        select_automatically(actor=city.portal_editor, column=city.news, query=query)
    assert not ColumnSelection.objects.exists()


def test_what_was_approved_shows_once_it_is_effective(city: City) -> None:
    resource = city.resource()
    placement = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    assert placement.state == "waiting"
    when = now() - timedelta(days=3000)
    city.make_effective(resource, published_at=when)
    city.follow()
    placement.refresh_from_db()
    assert (placement.state, placement.published_at, placement.is_canonical) == ("showing", when, True)
    assert not Work.objects.filter(queue="placing").exists()


def batch_of(city: City, count: int) -> tuple[ApprovalBatch, list[Resource]]:
    """Return an open batch for the portal with resources in it."""
    batch = ApprovalBatch.objects.create(
        kind="intake", source="旧站", target_site_id=city.portal.id, created_by=city.portal_editor
    )
    return batch, [city.resource(batch=batch) for _ in range(count)]


def approve(city: City, batch: ApprovalBatch, resources: list[Resource]) -> Approval:
    """Approve a batch as the library does."""
    approval = Approval.objects.create(
        outcome="approved", decided_at=now(), batch=batch, manifest_digest="sha256:1"
    )
    batch.status = "approved"
    batch.save()
    for resource in resources:
        city.make_effective(resource)
    with transaction.atomic():
        announce(BatchApproved(batch_id=batch.id))
    return approval


def test_a_batch_approved_afterwards_shows_what_it_placed(city: City) -> None:
    batch, resources = batch_of(city, 3)
    stranger = city.resource()
    place_many(actor=city.portal_editor, pairs=[(one, city.news) for one in [*resources, stranger]])
    approval = approve(city, batch, [*resources, stranger])
    city.follow()
    assert shown(city) == {resource.id for resource in resources}
    assert set(Placement.objects.filter(state="showing").values_list("approval_id", flat=True)) == {
        approval.id
    }
    assert Event.objects.filter(kind="PlacementBegan").count() == 3


def test_a_batch_approved_beforehand_shows_at_once(city: City) -> None:
    batch, resources = batch_of(city, 3)
    approval = approve(city, batch, resources)
    pairs = [(resource.id, city.news) for resource in resources]
    assert place_many(actor=city.portal_editor, pairs=pairs, approval=approval) == 3
    assert len(shown(city)) == 3
    assert place_many(actor=city.portal_editor, pairs=pairs, approval=approval) == 0


def test_a_batchs_approval_covers_nothing_else(city: City) -> None:
    batch, resources = batch_of(city, 1)
    approval = approve(city, batch, resources)
    stranger = city.effective()
    pending = Approval.objects.create(batch=batch, manifest_digest="sha256:1")
    for given, resource in ((approval, stranger), (pending, resources[0])):
        with pytest.raises(ApprovalUnfit):
            place_many(actor=city.portal_editor, pairs=[(resource, city.news)], approval=given)
    assert not Placement.objects.exists()


def test_a_column_that_holds_updates_keeps_its_version_until_accepted(city: City) -> None:
    change_column(actor=city.portal_editor, column=city.news, hold_updates=True)
    resource = city.effective()
    first = resource.effective_version
    placement = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    assert placement.held_version == first
    with pytest.raises(NothingToAccept):
        accept_update(actor=city.portal_editor, placement=placement)
    second = city.version(resource, title="第二版")
    city.make_effective(resource)
    city.follow()
    placement.refresh_from_db()
    assert placement.held_version == first
    with pytest.raises(NotAllowed):
        accept_update(actor=city.bureau_editor, placement=placement)
    placement = accept_update(actor=city.portal_editor, placement=placement)
    assert placement.held_version == second
    assert placement.approval.version_digest == second.digest  # type: ignore[union-attr]


def test_holding_begins_and_ends_with_the_columns_setting(city: City) -> None:
    resource = city.effective()
    first = resource.effective_version
    placement = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    change_column(actor=city.portal_editor, column=city.news, hold_updates=True)
    city.version(resource, title="第二版")
    city.make_effective(resource)
    placement.refresh_from_db()
    assert placement.held_version == first
    before = Event.objects.filter(kind="PlacementChanged").count()
    change_column(actor=city.portal_editor, column=city.news, hold_updates=False)
    placement.refresh_from_db()
    assert placement.held_version is None
    assert Event.objects.filter(kind="PlacementChanged").count() == before + 1


def test_a_purged_held_version_is_shown_no_more(city: City) -> None:
    change_column(actor=city.portal_editor, column=city.news, hold_updates=True)
    resource = city.effective()
    first = resource.effective_version
    assert first is not None
    placement = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    city.version(resource, title="第二版")
    city.make_effective(resource)
    with transaction.atomic():
        ResourceVersion.objects.filter(pk=first.pk).update(purged_at=now(), body="")
        announce(VersionPurged(resource_id=resource.id, version_id=first.id))
    city.follow()
    placement.refresh_from_db()
    assert (placement.state, placement.held_version, placement.approval) == ("waiting", None, None)


def test_a_recalled_resource_keeps_its_placements_and_they_can_be_changed(city: City) -> None:
    resource = city.effective()
    placement = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    city.withdraw(resource)
    placement = pin_placement(actor=city.portal_editor, placement=placement, pin=3)
    assert (placement.state, placement.pin) == ("showing", 3)
    assert not placements_showing(city.news).exists()
    remove_placement(actor=city.portal_editor, placement=placement)
    assert Placement.objects.get().state == "removed"


def test_a_rebuild_finds_what_was_missed(city: City) -> None:
    batch, resources = batch_of(city, 2)
    place_many(actor=city.portal_editor, pairs=[(one, city.news) for one in resources])
    selection = select_automatically(actor=city.portal_editor, column=city.notices, query=rule(city))
    automatic = city.effective(city.bureau)
    approve(city, batch, resources)
    waiting = place_resource(
        actor=city.portal_editor, resource=city.resource(), column=city.news, approve=True
    )
    city.make_effective(waiting.resource)
    Event.objects.all().delete()
    Work.objects.all().delete()
    advance("placements")
    city.follow()
    assert shown(city) == {*(resource.id for resource in resources), waiting.resource_id}
    assert set(selection.placements.values_list("resource_id", flat=True)) == {automatic.id}
