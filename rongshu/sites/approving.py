"""Approvals by a column's route: of one placement's version, or of the rule of an automatic column."""

from __future__ import annotations

from collections.abc import Sequence

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotAllowed
from rongshu.library.errors import RouteNeedsReview, SignersMissing
from rongshu.library.models import Approval, ApprovalSignature
from rongshu.library.routes import SINGLE, Route, column_route
from rongshu.sites.models import Column, ColumnSelection
from rongshu.sites.permissions import may_in_column


def sign(
    actor: Actor, column: Column, *, version_digest: str = "", rule_digest: str = "", comment: str = ""
) -> Approval:
    """Write the approved approval of a column whose route has one level, signed by a person.

    Raise `RouteNeedsReview` where the column's route has more.
    """
    if actor.id is None:
        raise NotAllowed("审批须由具体人员作出，系统时钟不能审批。")
    route = route_of(column)
    if route.levels > 1:
        raise RouteNeedsReview.by(route)
    approval = _approval(column, route, version_digest, rule_digest)
    ApprovalSignature.objects.create(approval=approval, person_id=actor.id, comment=comment)
    return approval


def sign_rule(signers: Sequence[Person], column: Column, *, rule_digest: str, comment: str = "") -> Approval:
    """Write the standing approval of a rule by persons who sign the levels of the column's route in order."""
    route = route_of(column)
    if len({signer.pk for signer in signers}) < max(route.levels, 1):
        raise SignersMissing.of(route, len(signers))
    for level, signer in enumerate(signers, start=1):
        capability = route.capabilities[min(level, route.levels) - 1]
        require(may_in_column(viewer_for(signer), capability, column))
    approval = _approval(column, route, "", rule_digest, levels=len(signers))
    ApprovalSignature.objects.bulk_create(
        ApprovalSignature(approval=approval, level=level, person=signer, comment=comment)
        for level, signer in enumerate(signers, start=1)
    )
    return approval


def rule_digest_of(selection: ColumnSelection) -> str:
    """Return the digest of a rule: what its standing approval names."""
    return digest({"column": str(selection.column_id), "query": selection.query})


def route_of(column: Column) -> Route:
    """Return the route placements in this column need; without one of its own, the column's one approver."""
    return column_route(column.id) or _ONE_APPROVER


_ONE_APPROVER = Route(SINGLE.code, SINGLE.name, ("placement.approve",), excludes_writer=False)


def _approval(
    column: Column, route: Route, version_digest: str, rule_digest: str, levels: int = 1
) -> Approval:
    return Approval.objects.create(
        route=route.code,
        levels=levels,
        outcome=Approval.Outcome.APPROVED,
        version_digest=version_digest,
        rule_digest=rule_digest,
        column_id=column.id,
        decided_at=now(),
    )
