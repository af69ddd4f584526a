"""Feed a column by a library query; the approval of the rule stands for what it selects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput
from rongshu.sites.approving import route_of, rule_digest_of, sign, sign_rule
from rongshu.sites.models import Column, ColumnSelection
from rongshu.sites.permissions import may_approve_in, may_manage_column
from rongshu.sites.placing import require_taking
from rongshu.sites.selecting import ask_to_follow, check_rule


def select_automatically(*, actor: Actor, column: Column, query: dict[str, Any]) -> ColumnSelection:
    """Let a column be fed by a library query such as `{"types": ["policy"], "owners": [credit code]}`.

    Owners are named: a column takes only from those it names. The rule shows nothing before the column's
    route has approved it; who may approve there approves it by making it.
    """
    check_rule(query)
    with transaction.atomic():
        column = Column.objects.select_for_update(of=("self",)).select_related("site").get(pk=column.pk)
        viewer = viewer_for(actor)
        require(may_manage_column(viewer, column))
        require_taking(column)
        present = column.selections.filter(is_active=True, query=query).first()
        if present is not None:
            return present
        selection = ColumnSelection.objects.create(column=column, query=query)
        record(actor, "selection.made", selection, query=query, column=str(column.id))
        if may_approve_in(viewer, column) and actor.id is not None and route_of(column).levels == 1:
            _approve(actor, column, selection, signers=())
    return selection


def approve_selection(
    *, actor: Actor, selection: ColumnSelection, signers: Sequence[Person] = ()
) -> ColumnSelection:
    """Give the standing approval to a rule; what it selects is placed by the worker.

    Where the column's route has more levels than one, `signers` are the reviewers of each level.
    """
    with transaction.atomic():
        selection = ColumnSelection.objects.select_for_update(of=("self",)).get(pk=selection.pk)
        column = Column.objects.select_related("site").get(pk=selection.column_id)
        require(may_approve_in(viewer_for(actor), column))
        if not selection.is_active:
            raise InvalidInput("该自动归集规则已停用，请重新设置。")
        if selection.approval_id is None:
            _approve(actor, column, selection, signers)
    return selection


def stop_selecting(*, actor: Actor, selection: ColumnSelection, reason: str = "") -> ColumnSelection:
    """Stop a rule: what it has placed is taken out by the worker."""
    with transaction.atomic():
        selection = ColumnSelection.objects.select_for_update(of=("self",)).get(pk=selection.pk)
        column = Column.objects.select_related("site").get(pk=selection.column_id)
        require(may_manage_column(viewer_for(actor), column))
        if selection.is_active:
            selection.is_active = False
            selection.save(update_fields=["is_active"])
            record(actor, "selection.stopped", selection, reason=reason)
            ask_to_follow(selection)
    return selection


def _approve(actor: Actor, column: Column, selection: ColumnSelection, signers: Sequence[Person]) -> None:
    rule = rule_digest_of(selection)
    if signers:
        selection.approval = sign_rule(signers, column, rule_digest=rule)
    else:
        selection.approval = sign(actor, column, rule_digest=rule)
    selection.save(update_fields=["approval"])
    record(actor, "selection.approved", selection, after=rule)
    ask_to_follow(selection)
