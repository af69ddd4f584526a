"""Rules as data: a threshold or deadline as of a day, for everyone or for one organisation."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import yaml
from django.db.models import JSONField, Value

from rongshu.foundation import clock
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.errors import Misconfigured
from rongshu.foundation.models import RuleValue

_SEED = Path(__file__).with_name("rules_seed.yaml")


class RuleUnknown(Misconfigured):
    """No value of this rule was in force on the day asked for."""

    code = "rule-unknown"
    sentence = "规则表中没有该日期适用的取值，请在规则表中补充后重试。"


def rule_value(code: str, *, on: date | None = None, organization_id: UUID | None = None) -> Any:
    """Return the value in force on a day (default today): the organisation's own, else everyone's.

    Before set-up has filled the table, the seed answers. Raise `RuleUnknown` when nothing does.
    """
    return deepcopy(_kept((code, on or clock.today(), organization_id)))


def _read(asked: tuple[str, date, UUID | None]) -> Any:
    code, day, organization_id = asked
    rows = RuleValue.objects.filter(code=code, effective_on__lte=day).order_by("-effective_on")
    for owner in dict.fromkeys([organization_id, None]):
        row = rows.filter(organization_id=owner).first()
        # An organisation whose latest row says null has given its own value up: everyone's holds again.
        if row is not None and row.value is not None:
            return row.value
    for seed in seeds():
        if seed.code == code and seed.effective_on <= day:
            return seed.value
    raise RuleUnknown(fields={"rule": code, "on": str(day)})


_kept: Final = Kept("rules", read=_read)


def set_rule(
    code: str,
    value: Any,
    *,
    on: date,
    source: str,
    organization_id: UUID | None = None,
    verified: bool = True,
) -> RuleValue:
    """Give a rule a value from a day on; what held before stays for the days before."""
    row, _ = RuleValue.objects.update_or_create(
        code=code,
        organization_id=organization_id,
        effective_on=on,
        defaults={"value": value, "source": source, "is_verified": verified},
    )
    return row


def inherit_rule(code: str, *, on: date, source: str, organization_id: UUID) -> RuleValue:
    """Let an organisation follow everyone's value from a day on; its own stays for the days before."""
    # JSON null: a bare None would be no value at all, which the column refuses.
    row = set_rule(code, Value(None, JSONField()), on=on, source=source, organization_id=organization_id)
    row.refresh_from_db()
    return row


def seed_rules() -> int:
    """Put the built-in values into the table where they are absent, never over another; return how many."""
    known = set(RuleValue.objects.filter(organization_id=None).values_list("code", "effective_on"))
    missing = [seed for seed in _read_seeds() if (seed.code, seed.effective_on) not in known]
    RuleValue.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


@cache
def seeds() -> tuple[RuleValue, ...]:
    """Return the built-in values as unsaved rows."""
    return tuple(_read_seeds())


@cache
def rule_names() -> dict[str, str]:
    """Return what people call the rules, by code."""
    sections = yaml.safe_load(_SEED.read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": rule.get("name", f"{section}.{key}")
        for section, rules in sections.items()
        for key, rule in rules.items()
    }


def _read_seeds() -> Iterator[RuleValue]:
    for section, rules in yaml.safe_load(_SEED.read_text(encoding="utf-8")).items():
        for name, rule in rules.items():
            yield RuleValue(
                code=f"{section}.{name}",
                effective_on=rule["since"],
                value=rule["value"],
                source=rule["source"],
                is_verified=rule["verified"],
            )
