"""Put many resources into columns, under one approval or waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotFound
from rongshu.library.actions.counting import count_calls
from rongshu.library.models import Approval, Resource
from rongshu.sites.approving import route_of
from rongshu.sites.errors import ApprovalUnfit
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_place_in, resources_to_place
from rongshu.sites.placing import began, choose_canonical, require_taking, settle, tell

T = TypeVar("T")
Pair = tuple[Resource | UUID, Column]

_AT_ONCE: Final = 100  # rows per transaction: SQLite's write lock is held some 50 ms
_State = Placement.State


def place_many(
    *,
    actor: Actor,
    pairs: Iterable[Pair],
    approval: Approval | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Place every (resource, column) pair that is not placed yet; return how many were.

    With a batch's approval, given by `approve_batch`, they show at once; without one they wait, and show
    when the batch is approved for their site. Written in short transactions, each whole; a run that was
    cut off may simply be repeated.
    """
    viewer = viewer_for(actor)
    _require_approved(approval)
    fit = _FitColumns(viewer)
    placed = 0
    for some in in_chunks(pairs, _AT_ONCE):
        checked = fit.checked(some)
        # Read before the write lock is taken; the database itself refuses what was recalled meanwhile.
        sources = _sources(viewer, {resource_id for resource_id, _ in checked}, approval)
        rows = [
            _placement(actor, sources[resource_id], column, fit.covering(column, approval))
            for resource_id, column in checked
        ]
        with transaction.atomic():
            placed += _write(actor, rows, approval)
        if progress is not None:
            progress(placed)
    return placed


def _require_approved(approval: Approval | None) -> None:
    if approval is not None and (approval.outcome != Approval.Outcome.APPROVED or approval.batch_id is None):
        raise ApprovalUnfit


class _FitColumns:
    """Checks each distinct column once per chunk: the site may go offline while a run goes on."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer, self.allowed = viewer, set[UUID]()
        self._levels: dict[UUID, int] = {}

    def checked(self, pairs: Sequence[Pair]) -> list[tuple[UUID, Column]]:
        columns = Column.objects.select_related("site").in_bulk({column.pk for _, column in pairs})
        for column in columns.values():
            if column.pk not in self.allowed:
                require(may_place_in(self.viewer, column))
                self.allowed.add(column.pk)
            require_taking(column)
        return [
            (resource if isinstance(resource, UUID) else resource.pk, columns[column.pk])
            for resource, column in pairs
        ]

    def covering(self, column: Column, approval: Approval | None) -> Approval | None:
        """Return the approval unless the column's own route has more levels: then its reviewers decide."""
        if column.pk not in self._levels:
            self._levels[column.pk] = route_of(column).levels
        return approval if approval is not None and approval.levels >= self._levels[column.pk] else None


@dataclass(frozen=True, slots=True)
class _Source:
    """What a placement needs to know of its resource."""

    id: UUID
    published_at: datetime | None
    effective_version_id: UUID | None
    batch_id: UUID | None


def _sources(viewer: Viewer, ids: set[UUID], approval: Approval | None) -> dict[UUID, _Source]:
    rows = (
        resources_to_place(viewer)
        .filter(pk__in=ids)
        .values_list(
            "id",
            Coalesce("published_at", "working_version__given_published_at"),
            "effective_version_id",
            Coalesce("effective_version__batch_id", "working_version__batch_id"),
        )
    )
    found = {row[0]: _Source(*row) for row in rows}
    if len(found) < len(ids):
        raise NotFound("部分资源不存在，或者您无权使用，请核对后重试。")
    if approval is not None and any(source.batch_id != approval.batch_id for source in found.values()):
        raise ApprovalUnfit
    return found


def _placement(actor: Actor, source: _Source, column: Column, approval: Approval | None) -> Placement:
    placement = Placement(
        resource_id=source.id,
        site_id=column.site_id,
        column=column,
        approval=approval,
        placed_by_id=actor.id,
        published_at=source.published_at or now(),
    )
    if approval is not None and source.effective_version_id is not None:
        placement.state = _State.SHOWING
        placement.held_version_id = source.effective_version_id if column.hold_updates else None
    return placement


def _write(actor: Actor, rows: Sequence[Placement], approval: Approval | None) -> int:
    """Write what does not stand there yet; bring back what was removed, approve what waits."""
    wanted = {(row.resource_id, row.column_id): row for row in reversed(rows)}
    standing = Placement.objects.filter(
        resource_id__in={row.resource_id for row in rows}, column_id__in={row.column_id for row in rows}
    ).select_related("resource", "column")
    brought_back = 0
    for placement in standing:
        row = wanted.pop((placement.resource_id, placement.column_id), None)
        may_begin = placement.approval_id is None and row is not None and row.approval_id is not None
        if row is not None and (placement.state == _State.REMOVED or may_begin):
            placement.approval, placement.placed_by_id, placement.selection = row.approval, actor.id, None
            tell(settle(placement, placement.resource, placement.column), actor.id)
            brought_back += 1
    fresh = list(reversed(wanted.values()))
    choose_canonical(row for row in fresh if row.state == _State.SHOWING)
    created = Placement.objects.bulk_create(fresh)
    count_calls(row.resource_id for row in created)
    tell([began(row) for row in created if row.state == _State.SHOWING], actor.id)
    if created or brought_back:
        _record(actor, created, approval, brought_back)
    return len(created) + brought_back


def _record(actor: Actor, created: list[Placement], approval: Approval | None, revived: int) -> None:
    """Write one audit record per site of the chunk, naming what was placed."""
    by_site: dict[UUID, list[Placement]] = {}
    for placement in created:
        by_site.setdefault(placement.site_id, []).append(placement)
    for placements in by_site.values():
        record(
            actor,
            "placement.placed-many",
            placements[0].column,
            count=len(placements),
            revived=revived,
            approval=str(approval.id if approval else ""),
            resources=[str(placement.resource_id) for placement in placements],
        )


def in_chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
