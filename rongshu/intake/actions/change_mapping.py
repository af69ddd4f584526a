"""Change which columns a run's old ones become, before its articles are placed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.intake.columns import standing_columns
from rongshu.intake.errors import MappingLocked
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.planning import MAKE
from rongshu.intake.queries.plan import may_change_plan, may_leave_out, plan_rows


def change_mapping(*, actor: Person, run: IntakeRun, chosen: Mapping[str, str]) -> int:
    """Say for old columns which path they go to, "" to leave them out, MAKE for a new one; return how many
    change.

    Raise `MappingLocked` once articles are being placed, `InvalidInput` for a column that is not there.
    """
    require(may_run_intake(viewer_for(actor), run.site))
    paths = set(standing_columns(run.site).values_list("path", flat=True))
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update().select_related("site").get(pk=run.pk)
        if not may_change_plan(run):
            raise MappingLocked
        rows = {row.old: row.to for row in plan_rows(run)}
        wanted = {old: to for old, to in chosen.items() if old in rows and rows[old] != to}
        for old, to in wanted.items():
            if to not in paths and to not in {"", MAKE}:
                raise InvalidInput(f"站点没有栏目 {to}，请另选。", fields={"columns": old})
            if to == "" and not may_leave_out(run):
                raise InvalidInput("内容已经入库，不能再改为不迁移。", fields={"columns": old})
        mapping = {**run.mapping, **wanted}
        run.mapping = {old: to for old, to in mapping.items() if to != MAKE}
        run.save(update_fields=["mapping"])
        if wanted:
            record(actor, "intake.mapping-changed", run, columns=wanted)
    return len(wanted)
