"""Automatic columns: what a rule selects, and keeping its placements in step with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from rongshu.foundation.clock import now
from rongshu.foundation.events import DomainEvent
from rongshu.foundation.work import LISTS, WorkRequest, enqueue
from rongshu.library.models import Resource, ShareGrant
from rongshu.library.models.versions import ShareType
from rongshu.library.queries.matching import check_query, effective_matching
from rongshu.sites.actions.move_placement import take_out
from rongshu.sites.errors import SelectionMalformed
from rongshu.sites.models import Column, ColumnSelection, Placement
from rongshu.sites.placing import (
    began,
    choose_canonical,
    decide,
    ended,
    hand_over_canonical,
    takes,
    tell,
)

QUEUE: Final = "placing"
# The conditions of a rule: those of the library's queries (library/queries/matching.py).
KEYS: Final = (
    "owners", "types", "categories", "forms", "keywords", "title_contains", "published_from",
    "published_until", "validity", "topic", "origins",
)  # fmt: skip
AT_ONCE: Final = 200  # rows per transaction

_State = Placement.State


def selection_key(selection_id: UUID) -> str:
    """Return the key of the work that goes over everything a rule selects."""
    return f"selection:{selection_id}"


def ask_to_follow(selection: ColumnSelection) -> None:
    """Let the worker bring what a rule has placed into step with it."""
    enqueue([WorkRequest(QUEUE, selection_key(selection.id), priority=LISTS)])


def check_rule(query: Mapping[str, Any]) -> None:
    """Check a rule: it names owners or nodes of origin, and no conditions that nobody knows.

    Raise SelectionMalformed, QueryMalformed.
    """
    if not query.get("owners") and not query.get("origins"):
        raise SelectionMalformed(
            "自动归集规则须指明归集哪些机构的资源（owners：统一社会信用代码），或哪些节点的资源（origins：节点标识）。",
            fields={"owners": "必须填写"},
        )
    check_query(query)


def selected_by(selection: ColumnSelection) -> QuerySet[Resource]:
    """Return the effective resources of the named owners that the rule selects and the site may show."""
    return effective_matching(selection.query).filter(_shared_with(selection.column.site.sponsor_id))


def follow_rule(selection: ColumnSelection, resource_ids: Iterable[UUID]) -> None:
    """Bring the rule's placements of these resources, at most `AT_ONCE`, into step in one transaction."""
    ids = list(resource_ids)
    with transaction.atomic():
        is_on = selection.is_active and selection.approval_id is not None and takes(selection.column)
        wanted = (
            set(selected_by(selection).filter(pk__in=ids).values_list("id", flat=True)) if is_on else set()
        )
        there = Placement.objects.filter(column_id=selection.column_id, resource_id__in=ids)
        events = _take_out(
            [one for one in there.filter(selection=selection) if one.resource_id not in wanted]
        )
        events += _place(selection, wanted)
        tell(events, None)


def _take_out(placements: Iterable[Placement]) -> list[DomainEvent]:
    events: list[DomainEvent] = []
    for placement in placements:
        if placement.state == _State.REMOVED:
            continue
        was_showing = placement.state == _State.SHOWING
        take_out(placement)
        events += [ended(placement)] if was_showing else []
        events += hand_over_canonical(placement.resource_id)
    return events


def _place(selection: ColumnSelection, wanted: set[UUID]) -> list[DomainEvent]:
    column = selection.column
    standing = {
        placement.resource_id: placement
        for placement in Placement.objects.filter(column=column, resource_id__in=wanted)
    }
    moment, made = now(), []
    for resource in Resource.objects.filter(pk__in=wanted):
        placement = standing.get(resource.id)
        # One that a person took out, or placed, is that person's.
        if placement is not None and (
            placement.selection_id != selection.id or placement.state != _State.REMOVED
        ):
            continue
        placement = placement or Placement(resource=resource, column=column, site_id=column.site_id)
        placement.selection, placement.approval_id = selection, selection.approval_id
        placement.state = _State.WAITING
        decide(placement, resource, column, moment)
        made.append(placement)
    choose_canonical(made)
    fresh = [placement for placement in made if placement.resource_id not in standing]
    Placement.objects.bulk_create(fresh)
    for placement in made:
        if placement.resource_id in standing:
            placement.save()
    return [began(placement) for placement in made]


def _shared_with(sponsor_id: UUID) -> Q:
    granted = ShareGrant.objects.filter(
        resource=OuterRef("pk"), organization_id=sponsor_id, revoked_at__isnull=True
    )
    return (
        Q(owner_id=sponsor_id)
        | Q(share_type=ShareType.UNCONDITIONAL)
        | Q(Exists(granted), share_type=ShareType.CONDITIONAL)
    )


def selections_in_force() -> QuerySet[ColumnSelection]:
    """Return the approved rules, with their columns and sites."""
    rules = ColumnSelection.objects.filter(is_active=True, approval__isnull=False)
    return rules.exclude(column__status=Column.Status.CLOSED).select_related("column__site")
