"""Marks of secrecy and of internal papers (E5): such a text must not go out at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_MARK: Final = Rule("E5-mark", "国家秘密标志", "E5", Severity.SEVERE)
_LINE: Final = Rule("E5-line", "密级单独成行", "E5", Severity.SEVERE)
_INTERNAL: Final = Rule("E5-internal", "内部资料标志", "E5", Severity.SEVERE, Tier.SUSPECT)
_ADVICE: Final = "请立即停止发布并报保密工作机构审查"

# 国家秘密标志: level ★ period (保密法实施条例); also with a star missing but the period given.
_STAR: Final = re.compile(
    r"(?:绝密|机密|秘密)[ 　]{0,3}[★☆*✩][ 　]{0,3}(?:\d{1,3}[ 　]?[年月日]|长期|启封|公布)?"
)
_LABEL: Final = re.compile(r"(?:密级|保密等级|秘密等级)[ 　]{0,3}[:：][ 　]{0,3}(?:绝密|机密|秘密|内部)")
_PERIOD: Final = re.compile(r"保密期限[ 　]{0,3}[:：][ 　]{0,3}\S{1,12}")
_ALONE: Final = re.compile(r"[ 　\t]*[【\[（(]?(绝[ 　]?密|机[ 　]?密|秘[ 　]?密)[】\]）)]?[ 　\t]*")
_PAPERS: Final = re.compile(
    r"内部(?:资料|文件|材料|刊物|传阅)[，,：:（( 　]{0,3}"
    r"(?:注意保存|注意保密|不得外传|请勿外传|严禁外传|妥善保管|禁止复制)"
    r"|仅供内部(?:使用|参考|传阅)|(?:此件|本件)不(?:得|予)(?:公开|外传)|此件不公开|不得公开发布|[（(]内部[）)]"
)
_OF_PAPERS: Final = ("内部", "件不", "不得公开")
"""Whatever `_PAPERS` finds holds one of these."""


def check_secrecy(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield marks of secrecy, and marks of papers meant for the inside."""
    # Nearly every text has none of the words: looking for them costs a tenth of trying the patterns.
    if "密" in passage.text:
        yield from _marks(passage)
    if any(word in passage.text for word in _OF_PAPERS):
        for match in _PAPERS.finditer(passage.digits):
            yield _INTERNAL.found(passage.text, *match.span(), "请核实是否可以公开；不能公开的不得发布")


def _marks(passage: Passage) -> Iterator[Finding]:
    text = passage.digits
    for pattern in (_STAR, _LABEL, _PERIOD):
        for match in pattern.finditer(text):
            yield _MARK.found(passage.text, *match.span(), _ADVICE)
    for start, end in passage.lines:
        if end - start <= 12 and _ALONE.fullmatch(text, start, end):
            yield _LINE.found(passage.text, start, end, _ADVICE)
