"""香港、澳门、台湾 put beside countries as if they were countries (E2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_AS_COUNTRY: Final = Rule(
    "E2-region", "港澳台与国家并列，未称“国家和地区”", "E2", Severity.SEVERE, Tier.SUSPECT
)
# A list that holds one of them and ends in 等国家, 等 12 个国家 or 等国; 国家和地区 is right.
_LIST: Final = re.compile(
    r"(?:香港|澳门|台湾)(?!特别行政区|同胞|海峡|省)(?:、|和|及|与|以及)?[^，。；：！？\n]{0,30}?"
    r"等(?:[ ]?\d{1,3}[ ]?个|[一二三四五六七八九十百多余几]{1,4}个)?国(?:家)?"
    r"(?!和地区|及地区|与地区|、地区|[（(]地区|[/／]地区|[\u4e00-\u9fff]*地区)"
)
# What only begins like it: 等国际组织, 等国家级平台.
_OTHERS: Final = re.compile(
    r"等国(?:[际内外有营企民防务]|家(?:级|重点|标准|队|公园|实验室|有关|相关|部|规定))"
)


def check_regions(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield lists that call them countries."""
    text = passage.text
    if "等" not in text or "国" not in text:
        return
    for match in _LIST.finditer(text):
        place = text.rfind("等", *match.span())
        if not _OTHERS.match(text, place):
            yield _AS_COUNTRY.found(text, *match.span(), "请改称“国家和地区”，或把港澳台与国家分开列举")
