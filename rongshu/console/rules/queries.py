"""What holds of each rule, and what held or will hold, for everyone and for single units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from rongshu.console.rules.words import section_in_words, value_in_words
from rongshu.console.scope_names import organization_names
from rongshu.foundation import clock
from rongshu.foundation.errors import NotFound
from rongshu.foundation.models import RuleValue
from rongshu.foundation.rules import rule_names, seeds


@dataclass(frozen=True)
class ShownValue:
    """One value with its day and source; `state` says whether it holds, will, or did."""

    value: str
    effective_on: date
    source: str
    is_verified: bool
    unit: str
    state: str
    tone: str
    own_of: UUID | None = None
    """The organisation whose own value this is, while it can still be given up."""


@dataclass(frozen=True)
class ShownRule:
    """A rule with what holds for everyone today; `own` units have values of their own."""

    code: str
    name: str
    section: str
    present: ShownValue | None
    own: int
    coming: int


def shown_rules() -> list[tuple[str, list[ShownRule]]]:
    """Return the rules by section, in the order of the table that is shipped."""
    values = _values()
    rules = [_shown(code, values.get(code, [])) for code in rule_names()]
    return [(section, list(some)) for section, some in groupby(rules, key=lambda one: one.section)]


def shown_rule(code: str) -> tuple[ShownRule, list[ShownValue]]:
    """Return a rule and every value it has had, the newest first; raise `NotFound` for no rule."""
    if code not in rule_names():
        raise NotFound
    rows = _values(code).get(code, [])
    return _shown(code, rows), _shown_values(rows)


def _values(code: str = "") -> dict[str, list[RuleValue]]:
    stored = RuleValue.objects.filter(code=code) if code else RuleValue.objects.all()
    rows = {(row.code, row.organization_id, row.effective_on): row for row in (*seeds(), *stored)}
    found: dict[str, list[RuleValue]] = {}
    for row in sorted(rows.values(), key=lambda one: one.effective_on, reverse=True):
        found.setdefault(row.code, []).append(row)
    return found


def _shown(code: str, rows: list[RuleValue]) -> ShownRule:
    today = clock.today()
    general = [row for row in rows if row.organization_id is None]
    present = next((row for row in general if row.effective_on <= today), None)
    return ShownRule(
        code=code, name=rule_names()[code], section=section_in_words(code),
        present=_shown_values([present])[0] if present else None,
        own=len({one.own_of for one in _shown_values(rows)} - {None}),
        coming=sum(row.effective_on > today for row in rows),
    )  # fmt: skip


def _shown_values(rows: Iterable[RuleValue]) -> list[ShownValue]:
    rows, today = list(rows), clock.today()
    names = organization_names(row.organization_id for row in rows if row.organization_id)
    in_force: set[UUID | None] = set()
    shown = []
    for row in rows:
        state, tone = "曾用", "quiet"
        if row.effective_on > today:
            state, tone = "将生效", "info"
        elif row.organization_id not in in_force:
            in_force.add(row.organization_id)
            state, tone = "现行", "well"
        unit = names.get(row.organization_id, "（已不存在）") if row.organization_id else "全平台"
        own_of = row.organization_id if state != "曾用" and row.value is not None else None
        shown.append(
            ShownValue(
                value_in_words(row.value), row.effective_on, row.source, row.is_verified, unit, state, tone,
                own_of,
            )
        )  # fmt: skip
    return shown
