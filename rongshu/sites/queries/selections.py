"""The rules of automatic columns: those of a viewer, and how far the signing of one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.console.one_page import asked_once
from rongshu.foundation.guards import get_one
from rongshu.library.models import Approval, ApprovalSignature
from rongshu.library.queries.signing_levels import Standing, pending_approvals, signatures_of
from rongshu.sites.approving import route_of, rule_digest_of
from rongshu.sites.models import ColumnSelection
from rongshu.sites.permissions import may_in_column, may_manage_column
from rongshu.sites.queries.columns import columns_for

_MOST_WAITING = 100


@dataclass(frozen=True)
class RuleStanding(Standing):
    """How far a rule is through the levels of its column's route."""

    is_waiting: bool


def selections_for(viewer: Viewer) -> QuerySet[ColumnSelection]:
    """Return the rules of the columns in the viewer's scopes."""
    rules = ColumnSelection.objects.filter(column__in=columns_for(viewer))
    return rules.select_related("column__site", "approval")


def get_selection_for(viewer: Viewer, selection_id: UUID) -> ColumnSelection:
    """Return a rule of the viewer's; raise `NotFound` for any other."""
    return get_one(selections_for(viewer), pk=selection_id)


def standing_of_rule(selection: ColumnSelection) -> RuleStanding:
    """Return how far the signing of a rule is."""
    return standings_of_rules([selection])[0]


def standings_of_rules(selections: Sequence[ColumnSelection]) -> list[RuleStanding]:
    """Return how far the signing of some rules is; their approvals are read together."""
    digests = [rule_digest_of(one) for one in selections if one.approval_id is None]
    pending = list(pending_approvals().filter(rule_digest__in=digests)) if digests else []
    given = [one.approval for one in selections if one.approval is not None]
    signed = signatures_of(*pending, *given)
    return [_standing(one, pending, signed) for one in selections]


def _standing(
    selection: ColumnSelection,
    pending: Sequence[Approval],
    signed: Mapping[UUID, Sequence[ApprovalSignature]],
) -> RuleStanding:
    route, digest = route_of(selection.column), rule_digest_of(selection)
    wanted = (selection.column_id, digest, route.code, route.levels)
    fitting = (one for one in pending if (one.column_id, one.rule_digest, one.route, one.levels) == wanted)
    approval = selection.approval or next(fitting, None)
    is_waiting = selection.is_active and selection.approval_id is None
    return RuleStanding(route, approval, signed.get(approval.pk, ()) if approval else (), is_waiting)


def may_sign_rule(viewer: Viewer, selection: ColumnSelection, standing: RuleStanding) -> bool:
    """Whether the viewer may sign the next level: he holds what it asks for and has signed no level yet."""
    is_open = standing.is_waiting and not standing.is_signed_by(viewer)
    return is_open and may_in_column(viewer, standing.capability, selection.column)


def may_look_at_rule(viewer: Viewer, selection: ColumnSelection, standing: RuleStanding) -> bool:
    """Whether the viewer keeps the column or signs rules there: for whom the list of rules is."""
    column = selection.column
    wanted = {"placement.write", "placement.approve", *standing.route.capabilities}
    return may_manage_column(viewer, column) or any(may_in_column(viewer, one, column) for one in wanted)


def rules_to_sign(viewer: Viewer) -> list[ColumnSelection]:
    """Return the rules whose next level the viewer may sign, the oldest first."""
    return asked_once(("rules to sign", viewer.person_id), lambda: _rules_to_sign(viewer))


def _rules_to_sign(viewer: Viewer) -> list[ColumnSelection]:
    waiting = selections_for(viewer).filter(is_active=True, approval__isnull=True)
    rows = list(waiting.order_by("created_at")[:_MOST_WAITING])
    standings = standings_of_rules(rows)
    return [
        one for one, standing in zip(rows, standings, strict=True) if may_sign_rule(viewer, one, standing)
    ]
