"""2005: pages written by hand and by three editors: unclosed, doubly closed, badly nested, unquoted."""

from __future__ import annotations

from rongshu.project.legacy_sites.families.trs2012 import Trs2012


class Broken2005(Trs2012):
    """No browser of the time minded; every parser has to guess as they did."""

    name, label, year = "broken2005", "2005 年残缺标记站", 2005
    look = "trs2012"
    charset = "gbk"
    repeats = False
