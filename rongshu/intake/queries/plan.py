"""The plan of a run as it stands: which column each old one becomes, and how sure the proposal is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from rongshu.intake.columns import SEPARATOR, ColumnMap, clean_crumbs, standing_columns
from rongshu.intake.models import IntakeRun
from rongshu.intake.planning import LEAVE_OUT, MAKE, likeness_of

Phase = IntakeRun.Phase
_OPEN: Final = frozenset({Phase.CRAWLING, Phase.LEARNING, Phase.ADMITTING, Phase.APPROVING, Phase.WAITING})
_FOUND_BY: Final = {
    "name": "同名栏目",
    "name-elsewhere": "别处的同名栏目",
    "new": "没有对应栏目",
    "none": "旧站没有栏目",
    "chosen": "人工选定",
}


@dataclass(frozen=True)
class PlanRow:
    """One old column: `to` is a path, "" for left out, MAKE for a new one."""

    old: str
    articles: int
    to: str
    found_by: str
    percent: int

    @property
    def to_text(self) -> str:
        """What becomes of it, in words."""
        return {"": LEAVE_OUT, MAKE: f"{MAKE}同名栏目"}.get(self.to, self.to)


def plan_rows(run: IntakeRun) -> list[PlanRow]:
    """Return the old columns met so far, most articles first, and where each will go."""
    counts = Counter(_name(paths) for paths in run.articles.values_list("column_paths", flat=True).iterator())
    columns = list(standing_columns(run.site))
    names = {column.path: column.name for column in columns}
    mapping = ColumnMap.of(columns, before=run.started_at, chosen=run.mapping)
    rows: list[PlanRow] = []
    for old, count in counts.most_common():
        to, found_by, confidence = likeness_of(mapping, tuple(old.split(SEPARATOR)), names)
        if old in run.mapping:
            to, found_by, confidence = run.mapping[old], "chosen", 1.0
        rows.append(PlanRow(old, count, to, _FOUND_BY[found_by], round(100 * confidence)))
    return rows


def may_change_plan(run: IntakeRun) -> bool:
    """Whether articles are still to be placed."""
    return run.phase in _OPEN


def may_leave_out(run: IntakeRun) -> bool:
    """Whether columns may still be left out: nothing is in the library yet."""
    return run.phase in {Phase.CRAWLING, Phase.LEARNING}


def _name(paths: list[list[str]]) -> str:
    return SEPARATOR.join(clean_crumbs((paths or [[]])[0]))
