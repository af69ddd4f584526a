"""Whether what is found is of the place a query names: 示范市教育局 is not answered by 示范省教育厅."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

# The place a name begins with; what stands before a name in a query.
PLACE: Final = re.compile("^.{1,8}?(自治区|省|市|州|县|区)(?=.{2})")
_BEFORE: Final = re.compile("([\u4e00-\u9fff]{0,8}?)(自治区|省|市|州|县|区)$")
_OWN: Final = ("", "本", "我", "全", "咱", "我们", "咱们", "这个", "请问", "请问本", "请问我")


@dataclass(frozen=True)
class Place:
    """Where something belongs: the code of its region (GB/T 2260, two digits a level) and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class AskedPlace:
    """The regions a query names, as codes; `reader`: the code of the region of the site that is read."""

    codes: tuple[str, ...] = ()
    reader: str = ""

    def allows(self, place: Place, before: str, *, is_area: bool) -> bool:
        """Whether something of this place may answer a query that says `before` before its name.

        `is_area`: it also answers for the regions around it, as a service of a city does for its province.
        """
        if self.codes:
            around = (one for one in self.codes if place.code.startswith(_digits(one)))
            return any(around) if is_area else place.code in self.codes
        said = _BEFORE.search(before)
        if said is None:
            return True
        if said[1] not in _OWN:
            return said[0].endswith(place.name)
        # 市教育局, 本市教育局: of that level, and about where the reader is.
        here, there = _digits(self.reader), _digits(place.code)
        is_near = here.startswith(there) or there.startswith(here)
        return place.name.endswith(said[2]) and is_near


def most_particular(codes: Collection[str]) -> tuple[str, ...]:
    """Return the regions that no other one lies in: of 示范省示范市 the city."""
    return tuple(
        one for one in codes if not any(other != one and other.startswith(_digits(one)) for other in codes)
    )


def place_of(name: str, known: Mapping[str, str], own: Place) -> Place:
    """Return the place a name begins with, where it is a region that is known; else the bearer's own."""
    begun = max((one for one in known if name.startswith(one)), key=len, default="")
    if begun:
        return Place(known[begun], begun)
    unknown = PLACE.match(name)
    return Place("", unknown[0]) if unknown else own


def _digits(code: str) -> str:
    """The digits of a code that say something: 990100 → 9901."""
    return re.sub("(00)+$", "", code)
