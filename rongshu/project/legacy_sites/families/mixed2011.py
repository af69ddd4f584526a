"""2011: one content system after two moves: pages in four encodings, all of them declared gb2312."""

from __future__ import annotations

from rongshu.project.legacy_sites.families.trs2012 import Trs2012
from rongshu.project.legacy_sites.plan import Entry

_CHARSETS = ("gbk", "utf-8", "gb18030", "utf-8-sig", "utf-16")


class Mixed2011(Trs2012):
    """What a page says of its encoding is right for every fifth one, by accident."""

    name, label, year = "mixed2011", "2011 年混合编码站", 2011
    look = "trs2012"
    charset = "gbk"

    def page_charset(self, entry: Entry | None) -> str:
        return _CHARSETS[entry.number % len(_CHARSETS)] if entry else self.charset
