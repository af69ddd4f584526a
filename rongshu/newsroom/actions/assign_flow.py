"""Saying which flow the platform, an organisation or a column follows."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.events import announce
from rongshu.newsroom.events import FlowChanged
from rongshu.newsroom.models import Flow, FlowAssignment
from rongshu.newsroom.permissions import may_assign_flow

_Scope = FlowAssignment.Scope


def assign_flow(
    *,
    actor: Actor,
    flow: str,
    scope: str,
    scope_id: UUID | None = None,
    way: str = FlowAssignment.Way.PIECES,
    reason: str,
) -> FlowAssignment:
    """Let a flow apply from now on to what is submitted; cases under way keep theirs."""
    chosen = Flow.objects.filter(pk=flow, is_active=True).first()
    if chosen is None:
        raise InvalidInput("没有这个审核流程，或已停用。", fields={"flow": "请选择"})
    if not reason.strip():
        raise InvalidInput("请填写依据。", fields={"reason": "必须填写"})
    with transaction.atomic():
        require(_may_assign(viewer_for(actor), scope, scope_id))
        present = _present(scope, scope_id, way)
        if present is not None and present.flow_id == chosen.code:
            return present
        if present is not None:
            _end(present)
        assignment = FlowAssignment.objects.create(
            flow=chosen, scope=scope, scope_id=scope_id, way=way, reason=reason.strip()[:300],
            created_by_id=actor.id,
        )  # fmt: skip
        record(
            actor, "flow.assigned", assignment, reason=reason, flow=flow, scope=scope, of=str(scope_id or ""),
            way=way, former=present.flow_id if present else "",
        )  # fmt: skip
        announce(FlowChanged(subject_id=assignment.pk), actor_id=actor.id)
    return assignment


def end_assignment(*, actor: Actor, assignment: FlowAssignment, reason: str) -> FlowAssignment:
    """Take a flow from an organisation or column: what stands above it counts again."""
    with transaction.atomic():
        assignment = FlowAssignment.objects.select_for_update().get(pk=assignment.pk)
        require(_may_assign(viewer_for(actor), assignment.scope, assignment.scope_id))
        if assignment.ended_at is None:
            _end(assignment)
            record(actor, "flow.unassigned", assignment, reason=reason)
            announce(FlowChanged(subject_id=assignment.pk), actor_id=actor.id)
    return assignment


def _present(scope: str, scope_id: UUID | None, way: str) -> FlowAssignment | None:
    rows = FlowAssignment.objects.select_for_update()
    return rows.filter(scope=scope, scope_id=scope_id, way=way, ended_at__isnull=True).first()


def _end(assignment: FlowAssignment) -> None:
    assignment.ended_at = clock.now()
    assignment.save(update_fields=["ended_at"])


def _may_assign(viewer: Viewer, scope: str, scope_id: UUID | None) -> bool:
    if scope not in _Scope.values or (scope == _Scope.PLATFORM) != (scope_id is None):
        raise InvalidInput("请选择流程适用的范围。", fields={"scope": "请选择"})
    return may_assign_flow(viewer, scope, scope_id)
