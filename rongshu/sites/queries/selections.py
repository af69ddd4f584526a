"""The rules of automatic columns: those of a viewer, and how far the signing of one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.library.models import Approval, ApprovalSignature
from rongshu.library.routes import Route
from rongshu.sites.approving import route_of, rule_digest_of
from rongshu.sites.models import ColumnSelection
from rongshu.sites.permissions import may_in_column, may_manage_column
from rongshu.sites.queries.columns import columns_for

_MOST_WAITING = 100


@dataclass(frozen=True)
class RuleStanding:
    """How far a rule is through the levels of its column's route; `approval` is the pending or given one."""

    route: Route
    approval: Approval | None
    signatures: Sequence[ApprovalSignature]
    is_waiting: bool

    @property
    def next_level(self) -> int:
        """The level that is to be signed now."""
        return len(self.signatures) + 1

    @property
    def capability(self) -> str:
        """What the next signer needs."""
        return self.route.capabilities[min(self.next_level, self.route.levels) - 1]


def selections_for(viewer: Viewer) -> QuerySet[ColumnSelection]:
    """Return the rules of the columns in the viewer's scopes."""
    rules = ColumnSelection.objects.filter(column__in=columns_for(viewer))
    return rules.select_related("column__site", "approval")


def get_selection_for(viewer: Viewer, selection_id: UUID) -> ColumnSelection:
    """Return a rule of the viewer's; raise `NotFound` for any other."""
    return get_one(selections_for(viewer), pk=selection_id)


def standing_of_rule(selection: ColumnSelection) -> RuleStanding:
    """Return how far the signing of a rule is; signatures for another route count no more."""
    route = route_of(selection.column)
    approval = selection.approval or pending_approval(selection, route)
    signed = approval.signatures.select_related("person").order_by("level") if approval else ()
    is_waiting = selection.is_active and selection.approval_id is None
    return RuleStanding(route, approval, tuple(signed), is_waiting)


def pending_approval(selection: ColumnSelection, route: Route) -> Approval | None:
    """Return the approval of a rule that is being signed by this route."""
    pending = Approval.objects.filter(column_id=selection.column_id, outcome=Approval.Outcome.PENDING)
    named = pending.filter(rule_digest=rule_digest_of(selection), route=route.code, levels=route.levels)
    return named.order_by("-created_at").first()


def may_sign_rule(viewer: Viewer, selection: ColumnSelection, standing: RuleStanding) -> bool:
    """Whether the viewer may sign the next level: he holds what it asks for and has signed no level yet."""
    has_signed = any(one.person_id == viewer.person_id for one in standing.signatures)
    is_open = standing.is_waiting and not has_signed
    return is_open and may_in_column(viewer, standing.capability, selection.column)


def may_look_at_rule(viewer: Viewer, selection: ColumnSelection, standing: RuleStanding) -> bool:
    """Whether the viewer keeps the column or signs rules there: for whom the list of rules is."""
    column = selection.column
    wanted = {"placement.write", "placement.approve", *standing.route.capabilities}
    return may_manage_column(viewer, column) or any(may_in_column(viewer, one, column) for one in wanted)


def rules_to_sign(viewer: Viewer) -> list[ColumnSelection]:
    """Return the rules whose next level the viewer may sign, the oldest first."""
    waiting = selections_for(viewer).filter(is_active=True, approval__isnull=True)
    rows = waiting.order_by("created_at")[:_MOST_WAITING]
    return [one for one in rows if may_sign_rule(viewer, one, standing_of_rule(one))]
