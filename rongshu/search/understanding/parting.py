"""The parts of a query that have a form of their own: quotes, exclusions, prefixes, numbers, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from rongshu.search.analysis import document_numbers, normalise
from rongshu.search.understanding.meaning import Restriction

_QUOTED: Final = re.compile(r"[\"“”]([^\"“”]{1,60})[\"“”]|[「『]([^」』]{1,60})[」』]")
_PREFIXES: Final = {
    "title": ("标题", "题名", "title", "intitle"),
    "number": ("文号", "发文字号", "number"),
    "organization": ("单位", "发布机构", "发布单位", "机构", "部门", "发文机关", "org"),
    "site": ("站点", "网站", "site"),
}
_FIELD_OF: Final = {name: one for one, names in _PREFIXES.items() for name in names}
_RESTRICTED: Final = re.compile(rf"(?<!\S)({'|'.join(sorted(_FIELD_OF, key=len, reverse=True))})\s*:\s*(\S+)")
_EXCLUDED: Final = re.compile(r"(?<!\S)(?:-|not\s+|不含:?|不包含:?|排除:?)([^\s\-]\S*)")
_NAMED: Final = re.compile(r"《([^《》]{3,80})》?")
# 47号文, 国办发47号, 第711号令; a house number (人民路47号) has something before it that is no issuer.
_PART: Final = re.compile(
    r"(?<![\d-])([\u4e00-\u9fff]{2,8}[发字函办令规])?\s*第?\s*(\d{1,5})\s*号(文件|文|令)?"
)
_MONTH: Final = re.compile(r"((?:19|20)\d{2})\s*(?:年|[-/.])\s*(1[0-2]|0?[1-9])(?:\s*月|(?=[^\d]|$))")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年|\s*[年度版]|\s|$)")
_BESIDE: Final = re.compile(r"(?:19|20)\d{2}\s*年?")
_RELATIVE: Final = {"今年": 0, "本年度": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}


@dataclass
class Parted:
    """What has a form of its own, and the rest as plain words."""

    rest: str = ""
    phrases: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    restrictions: list[Restriction] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    number_parts: list[tuple[str, ...]] = field(default_factory=list)
    beside_number: str = ""
    """What is left of the rest beside parts of numbers, and beside years."""
    years: list[int] = field(default_factory=list)
    months: list[tuple[int, int]] = field(default_factory=list)


def part(query: str, year: int) -> Parted:
    """Part a query; `year` is the present one. Numbers and dates stay in the rest as words."""
    parted = Parted(rest=normalise(query))
    _take_phrases(parted)
    _take_restrictions(parted)
    _take_excluded(parted)
    parted.named = _NAMED.findall(parted.rest)
    _find_numbers(parted)
    _find_dates(parted, year)
    return parted


def _take_phrases(parted: Parted) -> None:
    # Normalising made typographic quotes neither half width nor simplified: they are as typed.
    parted.phrases = [one for pair in _QUOTED.findall(parted.rest) for one in pair if one.strip()]
    parted.rest = _QUOTED.sub(" ", parted.rest)


def _take_restrictions(parted: Parted) -> None:
    found = _RESTRICTED.findall(parted.rest)
    parted.restrictions = [Restriction(_FIELD_OF[name], text) for name, text in found]
    parted.rest = _RESTRICTED.sub(" ", parted.rest)


def _take_excluded(parted: Parted) -> None:
    left = _EXCLUDED.sub(" ", parted.rest)
    # Who only excludes is shown nothing by it: then it was no exclusion.
    if left.strip() or parted.phrases or parted.restrictions:
        parted.excluded, parted.rest = _EXCLUDED.findall(parted.rest), left


def _find_numbers(parted: Parted) -> None:
    parted.numbers = document_numbers(parted.rest)
    if parted.numbers:
        return
    parted.beside_number = _BESIDE.sub(" ", _PART.sub(" ", parted.rest))
    is_alone = not any(map(str.isalnum, parted.beside_number))
    for issuer, serial, kind in _PART.findall(parted.rest):
        if issuer or kind or is_alone:
            parted.number_parts.append((*((issuer,) if issuer else ()), f"{int(serial)}号"))


def _find_dates(parted: Parted, year: int) -> None:
    parted.months = [(int(one), int(month)) for one, month in _MONTH.findall(parted.rest)]
    named = [year + ahead for word, ahead in _RELATIVE.items() if word in parted.rest]
    written = [int(one) for one in _YEAR.findall(parted.rest)]
    parted.years = list(dict.fromkeys([*(one for one, _ in parted.months), *written, *named]))
