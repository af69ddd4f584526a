"""Sign the rule of an automatic column level by level; the last signature is its standing approval."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.library.actions.signing import sign_level
from rongshu.library.models import Approval
from rongshu.library.refusals import refusals_logged
from rongshu.sites.approving import rule_digest_of
from rongshu.sites.models import Column, ColumnSelection
from rongshu.sites.queries.selections import RuleStanding, may_sign_rule, standing_of_rule
from rongshu.sites.selecting import ask_to_follow


def sign_selection(*, actor: Person, selection: ColumnSelection, comment: str = "") -> ColumnSelection:
    """Sign the next level of a rule; after the last one what it selects is placed by the worker.

    Raise `NotAllowed` for who may not, has signed a level already, or where nothing waits.
    """
    with refusals_logged(actor, "selection.signing-refused", selection), transaction.atomic():
        selection = ColumnSelection.objects.select_for_update(of=("self",)).get(pk=selection.pk)
        selection.column = Column.objects.select_related("site").get(pk=selection.column_id)
        standing = standing_of_rule(selection)
        require(may_sign_rule(viewer_for(actor), selection, standing))
        approval = standing.approval or _begin(selection, standing)
        is_approved = sign_level(approval, standing.next_level, actor, comment=comment)
        record(actor, "selection.signed", selection, level=standing.next_level, reason=comment)
        if is_approved:
            _approve(actor, selection, approval)
    return selection


def _begin(selection: ColumnSelection, standing: RuleStanding) -> Approval:
    return Approval.objects.create(
        route=standing.route.code, levels=standing.route.levels, column_id=selection.column_id,
        rule_digest=rule_digest_of(selection),
    )  # fmt: skip


def _approve(actor: Person, selection: ColumnSelection, approval: Approval) -> None:
    selection.approval = approval
    selection.save(update_fields=["approval"])
    record(actor, "selection.approved", selection, after=approval.rule_digest)
    ask_to_follow(selection)
