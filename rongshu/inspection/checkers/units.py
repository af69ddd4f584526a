"""Numbers and units (GB/T 15835, GB 3100): E9."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_UNIT: Final = Rule("E9-unit", "计量单位写法不规范", "E9", Severity.HINT)
_ROUND: Final = Rule("E9-round", "相邻概数之间不用顿号", "E9", Severity.HINT)
_PERCENT: Final = Rule("E9-percent", "百分比超出可能的范围", "E9", Severity.GENERAL, Tier.SUSPECT)

_UNITS: Final = {
    "KG": "kg", "Kg": "kg", "KM": "km", "Km": "km", "CM": "cm", "Cm": "cm", "MM": "mm", "ML": "mL",
    "Kw": "kW", "KW": "kW", "kw": "kW", "KWh": "kW·h", "KWH": "kW·h", "kwh": "kW·h", "Mpa": "MPa",
    "mpa": "MPa", "HZ": "Hz", "hz": "Hz", "m2": "m²", "m3": "m³", "km2": "km²", "M2": "m²", "M3": "m³",
    "公升": "升", "立升": "升", "平米": "平方米",
}  # fmt: skip
_MEASURE: Final = re.compile(
    r"(?<=\d)[ ]?(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r")(?![A-Za-z0-9])"
)
_TWO: Final = re.compile(
    r"(?<![一二三四五六七八九十百千万第0-9、])([三四五六七八])、([四五六七八九])(?=[十百千万]?(?:个|名|人|年|天|次|家|件|岁|里))"
)
_SHARE: Final = re.compile(
    r"(?:占比?|比例为|比重为|合格率|覆盖率|完成率|及格率|入学率|普及率)[为达到约]{0,3}(\d{3,6}(?:\.\d+)?)[%％]"
)


def check_units(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield units and numbers written against the standards."""
    text = passage.text
    for match in _MEASURE.finditer(passage.narrow):
        yield _UNIT.found(text, *match.span(1), _UNITS[match.group(1)])
    for match in _TWO.finditer(text):
        if "三四五六七八九".find(match.group(2)) - "三四五六七八九".find(match.group(1)) == 1:
            yield _ROUND.found(text, *match.span(), match.group(1) + match.group(2))
    for match in _SHARE.finditer(passage.narrow):
        if float(match.group(1)) > 100 and "完成率" not in match.group():
            yield _PERCENT.found(text, *match.span(), "请核实这一比例")
