"""What would go wrong with a mapping, counted before anything is brought in (P2-06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from rongshu.intake.mapping.applying import MappedRecord, Problem

_EXAMPLES: Final = 5
KINDS: Final = {
    "type-mismatch": "类型不符", "element-malformed": "类型不符", "element-too-long": "超过长度",
    "element-missing": "缺少必填", "published-at-missing": "缺少必填", "code-unknown": "代码未知",
    "element-not-in-domain": "代码未知", "element-placeholder": "占位文字", "record-key-missing": "缺少主键",
    "record-key-repeated": "主键重复", "record-unreadable": "无法读取", "file-unknown": "附件地址不明",
}  # fmt: skip


@dataclass(slots=True)
class Complaints:
    """How often one thing is wrong with one element, with a few records that show it."""

    element: str
    name_cn: str
    code: str
    count: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What kind of trouble it is, in words."""
        return KINDS.get(self.code, "其他")


@dataclass(slots=True)
class CheckReport:
    """The check of one source under one mapping; `failing` records would not come through."""

    records: int = 0
    failing: int = 0
    skipped: int = 0
    is_whole: bool = True
    complaints: dict[tuple[str, str], Complaints] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)

    def note(self, record: MappedRecord, problems: list[Problem]) -> None:
        """Count one record and everything that is wrong with it."""
        self.records += 1
        if record.is_skipped:
            self.skipped += 1
            return
        column = " > ".join(record.column_path)
        self.columns[column] = self.columns.get(column, 0) + 1
        self.failing += bool(problems)
        for problem in problems:
            place = (problem.element, problem.code)
            one = self.complaints.setdefault(
                place, Complaints(problem.element, problem.name_cn, problem.code)
            )
            one.count += 1
            if len(one.examples) < _EXAMPLES:
                one.examples.append({"key": record.key, "value": problem.value, "reason": problem.sentence})

    @property
    def is_clean(self) -> bool:
        """Whether every record would come through."""
        return not self.failing

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `rongshu intake task check`, the most frequent first."""
        ordered = sorted(self.complaints.values(), key=lambda one: -one.count)
        return {
            "records": self.records,
            "passing": self.records - self.failing - self.skipped,
            "failing": self.failing,
            "skipped": self.skipped,
            "is_whole": self.is_whole,
            "columns": dict(sorted(self.columns.items(), key=lambda pair: -pair[1])),
            "complaints": [
                {
                    "element": one.element, "name": one.name_cn, "kind": one.kind, "code": one.code,
                    "count": one.count, "examples": one.examples,
                }
                for one in ordered
            ],
        }  # fmt: skip
