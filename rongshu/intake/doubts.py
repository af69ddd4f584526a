"""What makes an extracted article a matter for a person: a field that is missing, or not sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rongshu.foundation.rules import rule_value

LOW_CONFIDENCE_RULE: Final = "intake.low_confidence"

FIELD_NAMES: Final = {
    "title": "标题",
    "subtitle": "副标题",
    "published_at": "发布时间",
    "source": "来源",
    "author": "作者",
    "document_number": "发文字号",
    "index_number": "索引号",
    "column_path": "栏目",
    "body": "正文",
    "attachments": "附件",
}
_NEEDED: Final = ("title", "published_at", "body")
_LOOKED_AT: Final = (*_NEEDED, "source", "document_number")


def low_confidence() -> float:
    """Return the confidence below which a field is reviewed, 0–1; a rule with date and source."""
    return int(rule_value(LOW_CONFIDENCE_RULE)) / 1000


def doubts_of(extracted: Mapping[str, Any], threshold: float) -> list[str]:
    """Return the codes of what is missing ("title-missing") or unsure ("source-unsure")."""
    doubts = [f"{name}-missing" for name in _NEEDED if not _has(extracted, name)]
    confidence = extracted.get("confidence", {})
    doubts += [
        f"{name}-unsure"
        for name in _LOOKED_AT
        if _has(extracted, name) and confidence.get(name, 1.0) < threshold
    ]
    return doubts


def doubt_text(code: str) -> str:
    """Return a doubt in words."""
    name, _, kind = code.rpartition("-")
    label = FIELD_NAMES.get(name, name)
    return f"缺{label}" if kind == "missing" else f"{label}把握不大"


def _has(extracted: Mapping[str, Any], name: str) -> bool:
    if name == "body":
        return bool(extracted.get("body_text") or extracted.get("attachments") or extracted.get("images"))
    return bool(extracted.get(name))
