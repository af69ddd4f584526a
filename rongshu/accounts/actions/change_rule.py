"""Give a rule another value from a day on: a threshold or deadline changes, and the audit says by whom."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.models import RuleValue
from rongshu.foundation.rules import rule_value, seeds, set_rule


class RuleMalformed(InvalidInput):
    """No such rule, a value of another kind than it has, or no source."""

    code = "rule-malformed"
    sentence = "规则取值不合规，请核对规则代码、取值和依据。"


def change_rule(
    *,
    actor: Person,
    code: str,
    value: Any,
    on: date,
    source: str,
    organization_id: UUID | None = None,
) -> RuleValue:
    """Set the value of a rule from a day on, for everyone or one organisation; earlier days keep theirs.

    Raise `RuleMalformed`, `NotAllowed`.
    """
    viewer = viewer_for(actor)
    require(viewer.may("platform.operate"))
    _check(code, value, source)
    with transaction.atomic():
        present = RuleValue.objects.select_for_update().filter(
            code=code, effective_on=on, organization_id=organization_id
        )
        before = [row.value for row in present]
        row = set_rule(code, value, on=on, source=source.strip(), organization_id=organization_id)
        record(
            actor, "rule.changed", row, code=code, value=value, on=str(on), source=source, replaced=before,
            organization=str(organization_id or ""),
        )  # fmt: skip
    return row


def _check(code: str, value: Any, source: str) -> None:
    built_in = {seed.code: seed.value for seed in seeds()}
    if code not in built_in:
        raise RuleMalformed(
            f"没有名为“{code}”的规则，可用 rongshu rule list 查看。", fields={"code": "不存在"}
        )
    check_source(source)
    expected = rule_value(code)
    if not _is_same_kind(expected, value):
        raise RuleMalformed(
            f"取值的形式应当与现行取值相同，现行取值为 {expected}。", fields={"value": "形式不符"}
        )


def check_source(source: str) -> None:
    """Raise `RuleMalformed` unless a change of a rule says what it goes by."""
    if not source.strip() or len(source) > 300:
        raise RuleMalformed("依据必须填写，且不超过 300 字。", fields={"source": "必须填写"})


def _is_same_kind(expected: Any, value: Any) -> bool:
    if isinstance(expected, bool) or isinstance(value, bool):
        return type(expected) is type(value)
    if isinstance(expected, int | float):
        return isinstance(value, int | float)
    if isinstance(expected, dict):
        return (
            isinstance(value, dict) and set(value) <= set(expected) | {"min", "max", "source"} and bool(value)
        )
    return type(expected) is type(value)
