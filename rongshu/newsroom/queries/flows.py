"""Which flow applies: the owner's, the columns', what a key period raises and what a reprint is spared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from rongshu.foundation import clock
from rongshu.foundation.change_marks import Kept
from rongshu.library.models import ResourceVersion
from rongshu.library.routes import BATCHES, Route
from rongshu.newsroom.models import ExemptSource, Flow, FlowAssignment, FlowStep, KeyPeriod
from rongshu.organizations.models import Organization
from rongshu.organizations.queries import ids_in_path
from rongshu.sites.models import Column
from rongshu.sites.permissions import ancestor_paths

_Scope: Final = FlowAssignment.Scope


@dataclass(frozen=True)
class ChosenFlow:
    """A flow, and why this one."""

    flow: Flow
    reason: str


def active_flows() -> QuerySet[Flow]:
    """Return the flows that may be given to somebody, the lightest first."""
    return Flow.objects.filter(is_active=True).order_by("levels", "proofs", "code")


def flow_of_owner(owner: Organization, *, way: str) -> ChosenFlow:
    """Return the owner's flow for pieces or batches: the nearest assignment up the tree, else everyone's.

    A key period may raise it.
    """
    lineage = ids_in_path(owner.path)
    by_scope = _kept_assignments(way)
    for scope_id in (*reversed(lineage), None):
        if scope_id in by_scope:
            found = ChosenFlow(by_scope[scope_id].flow, _said_by(by_scope[scope_id]))
            break
    else:
        found = ChosenFlow(_fallback(), "平台默认")
    return stricter(found, _raised(lineage))


def flow_of_column(column: Column) -> ChosenFlow | None:
    """Return the flow of a column: the nearest assignment up the column tree, or None."""
    if not _kept_whether_columns_have_any(None):
        return None
    above = Column.objects.filter(site_id=column.site_id, path__in=ancestor_paths(column.path))
    paths = dict(above.values_list("id", "path")) | {column.id: column.path}
    rows = FlowAssignment.objects.filter(
        scope=_Scope.COLUMN, scope_id__in=paths, ended_at__isnull=True, way=FlowAssignment.Way.PIECES
    ).select_related("flow")
    nearest = max(rows, key=lambda row: len(paths[row.scope_id or column.id]), default=None)
    return None if nearest is None else ChosenFlow(nearest.flow, f"栏目“{column.name}”的要求")


def flow_of_piece(version: ResourceVersion, owner: Organization, columns: Sequence[Column]) -> ChosenFlow:
    """Return the flow a piece follows: the stricter of the owner's and its columns', or a reprint's.

    A reprint is spared the owner's flow, never what an important column or a key period asks for.
    """
    owned = flow_of_owner(owner, way=FlowAssignment.Way.PIECES)
    lineage = ids_in_path(owner.path)
    exempt = _exempt(version, lineage)
    if exempt is not None and exempt.flow.strictness < owned.flow.strictness:
        owned = stricter(exempt, _raised(lineage))
    for column in columns:
        owned = stricter(owned, flow_of_column(column))
    return owned


def stricter(one: ChosenFlow, other: ChosenFlow | None) -> ChosenFlow:
    """Return the stricter of two flows, the first when they are equal."""
    return other if other is not None and other.flow.strictness > one.flow.strictness else one


def steps_of_flow(flow_id: str) -> list[FlowStep]:
    """Return the steps of a flow in their order: shared, so leave them as they are."""
    return _kept_steps(flow_id)


def key_periods_now(lineage: Iterable[UUID] = ()) -> list[KeyPeriod]:
    """Return the key periods in force for everyone, or for one of these organisations."""
    moment = clock.now()
    concerned = {None, *lineage}
    return [
        period
        for period in _kept_periods(None)
        if period.starts_at <= moment < period.ends_at and period.organization_id in concerned
    ]


def raised_flow(owner: Organization) -> ChosenFlow | None:
    """Return the flow that a key period asks for now, or None."""
    return _raised(ids_in_path(owner.path))


def route_of_owner(owner_id: UUID, way: str) -> Route:
    """Return the owner's route as the library asks for it."""
    owner = Organization.objects.get(pk=owner_id)
    known = FlowAssignment.Way.BATCHES if way == BATCHES else FlowAssignment.Way.PIECES
    return route_of(flow_of_owner(owner, way=known).flow)


def route_of_column(column_id: UUID) -> Route | None:
    """Return the column's own route, or None where no flow was given to it or to a column above."""
    if not _kept_whether_columns_have_any(None):
        return None
    column = Column.objects.filter(pk=column_id).first()
    chosen = flow_of_column(column) if column else None
    return route_of(chosen.flow) if chosen else None


def route_of(flow: Flow) -> Route:
    """Return a flow as the library sees it: its levels and who may sign each."""
    reviews = FlowStep.objects.filter(flow=flow, level__isnull=False).order_by("level")
    capabilities = tuple(reviews.values_list("capability", flat=True))
    return Route(flow.code, flow.name, capabilities, flow.excludes_writer)


def _fallback() -> Flow:
    return Flow.objects.get(pk=settings.REVIEW_FLOW)


def _said_by(row: FlowAssignment) -> str:
    return "平台规定" if row.scope_id is None else "本机构或上级机构规定"


def _raised(lineage: Sequence[UUID]) -> ChosenFlow | None:
    raised: ChosenFlow | None = None
    for period in key_periods_now(lineage):
        if period.flow is not None:
            here = ChosenFlow(period.flow, f"重要保障期“{period.name}”")
            raised = here if raised is None else stricter(raised, here)
    return raised


def _exempt(version: ResourceVersion, lineage: Sequence[UUID]) -> ChosenFlow | None:
    day = clock.today()
    for source in _kept_sources(version.content_source):
        is_now = source.starts_on <= day and (source.ends_on is None or day <= source.ends_on)
        if is_now and source.organization_id in {None, *lineage}:
            return ChosenFlow(source.flow, f"转载来源“{source.name}”")
    return None


def _read_assignments(way: str) -> dict[UUID | None, FlowAssignment]:
    rows = FlowAssignment.objects.filter(way=way, ended_at__isnull=True).exclude(scope=_Scope.COLUMN)
    return {row.scope_id: row for row in rows.select_related("flow")}


def _read_whether_columns_have_any(_: None) -> bool:
    return FlowAssignment.objects.filter(scope=_Scope.COLUMN, ended_at__isnull=True).exists()


def _read_periods(_: None) -> list[KeyPeriod]:
    return list(
        KeyPeriod.objects.filter(cancelled_at__isnull=True).select_related("flow").order_by("starts_at")
    )


def _read_sources(name: str) -> list[ExemptSource]:
    return list(ExemptSource.objects.filter(name=name).select_related("flow").order_by("pk"))


def _read_steps(flow_id: str) -> list[FlowStep]:
    return list(FlowStep.objects.filter(flow_id=flow_id))


_kept_assignments: Final = Kept("flows", read=_read_assignments)
_kept_whether_columns_have_any: Final = Kept("flows", read=_read_whether_columns_have_any)
_kept_periods: Final = Kept("flows", read=_read_periods)
_kept_sources: Final = Kept("flows", read=_read_sources)
_kept_steps: Final = Kept("flows", read=_read_steps)
