"""What a checker finds: class, severity, tier, place, rule, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How much it weighs: severe blocks, general must be answered, a hint is shown."""

    SEVERE = "severe"
    GENERAL = "general"
    HINT = "hint"

    @property
    def label(self) -> str:
        """The name a person reads."""
        return {"severe": "严重", "general": "一般", "hint": "提示"}[self]


class Tier(StrEnum):
    """How sure the checker is: what is certain proves itself, what is suspect goes to a person."""

    CERTAIN = "certain"
    SUSPECT = "suspect"

    @property
    def label(self) -> str:
        """The name a person reads."""
        return {"certain": "确定", "suspect": "疑似"}[self]


# Error classes of platform.md 8.3.
CLASSES: Final[dict[str, str]] = {
    "E1": "领导人姓名、职务、排序",
    "E2": "国名、机构、涉港澳台民族宗教领土表述",
    "E3": "政治术语、固定提法",
    "E4": "敏感、违禁",
    "E5": "涉密标志",
    "E6": "个人信息",
    "E7": "错别字",
    "E8": "语法、搭配",
    "E9": "标点、数字、单位",
    "E10": "日期、时效矛盾",
    "E11": "地图、国旗国徽",
    "E12": "错链、死链、暗链",
    "E13": "附件",
    "E14": "重复",
    "E15": "来源、要素不合规",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. `start` and `end` count characters (code points) of the text inspected.

    `rule` is a stable code and its name, parted by a blank. `suggestion` replaces `text`, unless it begins
    with 请: then it says what a person should do.
    """

    class_: str
    severity: Severity
    tier: Tier
    start: int
    end: int
    text: str
    rule: str
    suggestion: str

    @property
    def rule_code(self) -> str:
        """The stable code of the rule."""
        return self.rule.partition(" ")[0]

    @property
    def rule_name(self) -> str:
        """Why it is wrong, in words."""
        return self.rule.partition(" ")[2]

    @property
    def is_replaceable(self) -> bool:
        """Whether the suggestion can take the place of the text as it is."""
        return not self.suggestion.startswith("请")

    def as_json(self) -> dict[str, object]:
        """Return the object that `rongshu inspect` prints."""
        return {
            "class": self.class_,
            "severity": self.severity.value,
            "tier": self.tier.value,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "rule": self.rule,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a checker: what it is called, and what a breach weighs."""

    code: str
    name: str
    class_: str
    severity: Severity
    tier: Tier = Tier.CERTAIN

    def found(self, text: str, start: int, end: int, suggestion: str, *, tier: Tier | None = None) -> Finding:
        """Return the finding of this rule at `text[start:end]`."""
        rule = f"{self.code} {self.name}"
        return Finding(
            self.class_, self.severity, tier or self.tier, start, end, text[start:end], rule, suggestion
        )
