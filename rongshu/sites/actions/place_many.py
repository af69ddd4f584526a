"""Put many resources into columns, under one approval or waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Approval, Resource
from rongshu.sites.errors import ApprovalUnfit
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_place_in, resources_to_place
from rongshu.sites.placing import began, choose_canonical, require_taking, settle, tell

T = TypeVar("T")
Pair = tuple[Resource | UUID, Column]

_AT_ONCE: Final = 400  # rows per transaction: SQLite's write lock is held some 50 ms
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
        with transaction.atomic():
            placed += _place(actor, viewer, fit.checked(some), approval)
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


def _place(
    actor: Actor, viewer: Viewer, pairs: Sequence[tuple[UUID, Column]], approval: Approval | None
) -> int:
    resources = _resources(viewer, {resource_id for resource_id, _ in pairs}, approval)
    present = {
        (placement.resource_id, placement.column_id): placement
        for placement in Placement.objects.filter(
            resource_id__in=resources, column_id__in={column.id for _, column in pairs}
        )
    }
    fresh: dict[tuple[UUID, UUID], Placement] = {}
    revived = 0
    for resource_id, column in pairs:
        key = (resource_id, column.id)
        standing = present.get(key)
        if standing is None:
            fresh.setdefault(key, _placement(actor, resources[resource_id], column, approval))
        elif standing.state == _State.REMOVED or (standing.approval_id is None and approval is not None):
            standing.approval = approval
            standing.placed_by_id = actor.id
            tell(settle(standing, resources[resource_id], column), actor.id)
            revived += 1
    choose_canonical(placement for placement in fresh.values() if placement.state == _State.SHOWING)
    created = Placement.objects.bulk_create(fresh.values())
    tell([began(placement) for placement in created if placement.state == _State.SHOWING], actor.id)
    if created or revived:
        _record(actor, [*created], approval, revived)
    return len(created) + revived


def _resources(viewer: Viewer, ids: set[UUID], approval: Approval | None) -> dict[UUID, Resource]:
    found = {
        resource.pk: resource
        for resource in resources_to_place(viewer)
        .filter(pk__in=ids)
        .select_related("working_version", "effective_version")
        .defer("working_version__body", "effective_version__body")
    }
    if len(found) < len(ids):
        raise NotFound("部分资源不存在，或者您无权使用，请核对后重试。")
    if approval is not None and any(not _is_of_batch(resource, approval) for resource in found.values()):
        raise ApprovalUnfit
    return found


def _is_of_batch(resource: Resource, approval: Approval) -> bool:
    versions = (resource.effective_version, resource.working_version)
    return any(version is not None and version.batch_id == approval.batch_id for version in versions)


def _placement(actor: Actor, resource: Resource, column: Column, approval: Approval | None) -> Placement:
    version = resource.working_version
    is_effective = resource.effective_version_id is not None
    placement = Placement(
        resource=resource,
        site_id=column.site_id,
        column=column,
        approval=approval,
        placed_by_id=actor.id,
        published_at=resource.published_at or (version and version.given_published_at) or now(),
    )
    if approval is not None and is_effective:
        placement.state = _State.SHOWING
        placement.held_version_id = resource.effective_version_id if column.hold_updates else None
    return placement


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
