"""Take an organisation's own value of a rule away: from a day on it follows everyone's again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from rongshu.accounts.actions.change_rule import RuleMalformed, check_source
from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.models import RuleValue
from rongshu.foundation.rules import inherit_rule as let_inherit


def inherit_rule(*, actor: Person, code: str, on: date, source: str, organization_id: UUID) -> RuleValue:
    """End an organisation's own value from a day on; earlier days keep it.

    Raise `RuleMalformed` when it has none of its own that day, `NotAllowed`.
    """
    require(viewer_for(actor).may("platform.operate"))
    check_source(source)
    with transaction.atomic():
        own = RuleValue.objects.select_for_update().filter(
            code=code, organization_id=organization_id, effective_on__lte=on
        )
        present = own.order_by("-effective_on").first()
        if present is None or present.value is None:
            raise RuleMalformed(
                "这个机构在该日没有自己的取值，已经随全平台。", fields={"on": "该日没有自己的取值"}
            )
        row = let_inherit(code, on=on, source=source.strip(), organization_id=organization_id)
        record(
            actor, "rule.inherited", row, code=code, on=str(on), source=source, replaced=present.value,
            organization=str(organization_id),
        )  # fmt: skip
    return row
