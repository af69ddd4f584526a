"""Punctuation (GB/T 15834) and the writing of document numbers (GB/T 9704): E9."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_DOUBLE: Final = Rule("E9-double", "标点重复", "E9", Severity.GENERAL)
_MIXED: Final = Rule("E9-mixed", "标点连用有误", "E9", Severity.GENERAL)
_NARROW: Final = Rule("E9-narrow", "中文中使用了半角标点", "E9", Severity.HINT)
_PAIR: Final = Rule("E9-pair", "引号、括号或书名号不成对", "E9", Severity.GENERAL, Tier.SUSPECT)
_NUMBER: Final = Rule("E9-docnumber", "发文字号写法不规范", "E9", Severity.GENERAL)

_DOUBLED: Final = re.compile(r"([，。、；：？！])\1{1,}")
_WRONG_ROW: Final = re.compile(r"[，、；：][。，、；]|。[，、；]|[、，；](?=[）》])|(?<=[（《“])[，。、；：]")
_NARROW_SIGN: Final = re.compile(r"(?<=[\u4e00-\u9fff”》）])[,;:?!](?=[\u4e00-\u9fff“《（]|$)")
_WIDE: Final = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
# 发文字号: the year in full within 〔〕; no 第, no leading zero (GB/T 9704-2012, 7.2.5).
_BRACKETS: Final = re.compile(
    r"(?<=[\u4e00-\u9fff])[\[(（【［]((?:19|20)\d{2})[\])）】］](第?)(0*)(\d{1,5})号"
)
_ZERO: Final = re.compile(r"〔((?:19|20)\d{2})〕(?:第0*|0+)(\d{1,5})号")
_PAIRS: Final = {"（": "）", "《": "》", "“": "”", "‘": "’", "〔": "〕", "【": "】", "「": "」"}
_CLOSING: Final = {closing: opening for opening, closing in _PAIRS.items()}
_LONGEST_PARAGRAPH: Final = 2000
_ANY_PAIR: Final = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_CLOSING)) + "]")
# A list mark such as 1） or （一) closes what it did not open.
_LIST_MARK: Final = re.compile(r"(?:^|[\s。；，、：])[0-9a-zA-Z一二三四五六七八九十①-⑳]{1,3}\Z")


def check_punctuation(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield wrong punctuation and wrongly written document numbers."""
    text = passage.text
    for match in _DOUBLED.finditer(text):
        yield _DOUBLE.found(text, *match.span(), match.group(1))
    for match in _WRONG_ROW.finditer(text):
        right = max(match.group(), key="，、；：。".find) if len(match.group()) > 1 else ""
        yield _MIXED.found(text, *match.span(), right or "请删去多余的标点")
    for match in _NARROW_SIGN.finditer(text):
        yield _NARROW.found(text, *match.span(), _WIDE[match.group()])
    for match in _BRACKETS.finditer(text):
        yield _NUMBER.found(text, *match.span(), f"〔{match.group(1)}〕{match.group(4)}号")
    for match in _ZERO.finditer(text):
        yield _NUMBER.found(text, *match.span(), f"〔{match.group(1)}〕{match.group(2)}号")
    yield from _unpaired(text)


def _unpaired(text: str) -> Iterator[Finding]:
    """Pairs open and close within a text; a quotation over several paragraphs opens each of them anew."""
    opened: list[tuple[str, int]] = []
    for match in _ANY_PAIR.finditer(text):
        sign, place = match.group(), match.start()
        if sign in _PAIRS:
            opened.append((sign, place))
        elif opened and opened[-1][0] == _CLOSING[sign]:
            opened.pop()
        elif any(opening == _CLOSING[sign] for opening, _ in opened):
            while opened[-1][0] != _CLOSING[sign]:
                yield from _open_one(text, *opened.pop())
            opened.pop()
        elif not _LIST_MARK.search(text[max(0, place - 5) : place]):
            yield _PAIR.found(text, place, place + 1, f"请补上与之成对的“{_CLOSING[sign]}”，或删去它")
    for sign, place in opened:
        yield from _open_one(text, sign, place)


def _is_reopened(text: str, sign: str, place: int) -> bool:
    """Whether the next paragraph begins with the sign; looking on without end took minutes for 《《《《…"""
    following = text.find("\n", place, place + _LONGEST_PARAGRAPH)
    return following >= 0 and text[following : following + 50].lstrip()[:1] == sign


def _open_one(text: str, sign: str, place: int) -> Iterator[Finding]:
    if not (sign in "“‘" and _is_reopened(text, sign, place)):
        yield _PAIR.found(text, place, place + 1, f"请补上与之成对的“{_PAIRS[sign]}”，或删去它")
