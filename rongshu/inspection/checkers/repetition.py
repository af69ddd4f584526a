"""Paragraphs that stand in a text twice (E14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_TWICE: Final = Rule("E14-paragraph", "段落重复", "E14", Severity.GENERAL, Tier.SUSPECT)
_SHORTEST: Final = 30


def check_repetition(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield every later copy of a paragraph of some length."""
    seen: set[str] = set()
    for start, end in passage.lines:
        paragraph = passage.text[start:end].strip()
        if len(paragraph) < _SHORTEST:
            continue
        if paragraph in seen:
            yield _TWICE.found(passage.text, start, end, "请删去重复的段落")
        seen.add(paragraph)
