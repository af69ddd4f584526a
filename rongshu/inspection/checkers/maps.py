"""Maps need an approval number (审图号; 地图管理条例): E11."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage
from rongshu.library.reading.document import Document

_MAP: Final = Rule("E11-map", "地图未标注审图号", "E11", Severity.SEVERE, Tier.SUSPECT)
_FLAG: Final = Rule("E11-flag", "国旗、国徽图案的使用", "E11", Severity.HINT, Tier.SUSPECT)
_APPROVAL: Final = re.compile(
    r"审图号[ 　]{0,3}[:：]?[ 　]{0,3}[\u4e00-\u9fffA-Z]{1,4}[ 　]?S?[ 　]?"
    r"[(（〔\[]?\d{4}[)）〕\]]?[ 　]?\d{1,6}[ 　]?号?"
)
_CAPTION: Final = re.compile(
    r"[ 　\t]*(?:图|附图|附件)?[ 　]?\d{0,3}[-.\d]{0,4}[：: 　]{0,3}[\u4e00-\u9fff]{2,24}"
    r"(?:地图|行政区划图|区位图|区域图|分布图|位置图|规划图|范围图)[ 　\t]*"
)
_NAMED: Final = re.compile(r"地图|区划图|区位图|分布图|位置图|疆域图|版图")
_EMBLEM: Final = re.compile(r"国旗|国徽")


def has_approval(text: str) -> bool:
    """Whether a map's approval number stands in the text."""
    return _APPROVAL.search(text) is not None


def check_captions(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield lines that look like the caption of a map, where no approval number stands."""
    if not _NAMED.search(passage.text) or has_approval(passage.digits):
        return
    for start, end in passage.lines:
        if end - start <= 40 and _CAPTION.fullmatch(passage.text, start, end):
            yield _MAP.found(passage.text, start, end, "请补注审图号；未经审核批准的地图不得发布")


def check_maps(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield pictures that are called maps, where no approval number stands."""
    approved = has_approval(document.text)
    for picture in document.pictures:
        called = f"{picture.alt or ''} {picture.source}"
        if _NAMED.search(called) and not approved:
            yield _MAP.found(document.text, picture.at, picture.at, f"请补注“{called.strip()[:40]}”的审图号")
        if _EMBLEM.search(called):
            yield _FLAG.found(
                document.text, picture.at, picture.at, "请核实国旗、国徽图案的使用符合国旗法、国徽法"
            )
