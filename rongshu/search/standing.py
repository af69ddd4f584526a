"""The rank of a law, by its title: 宪法 and basic laws, laws, interpretations, regulations, rules.

立法法 第十条 tells basic laws from others, 第九十八条 and 第九十九条 order them; an interpretation by the
supreme courts applies laws. What is no law has none.
"""

from __future__ import annotations

import re
from typing import Final

_ARTICLE: Final = re.compile(r"第[一二三四五六七八九十百千零〇\d]+[条章编节].*$")
_REMARK: Final = re.compile(r"\s*[(（][^()（）]{0,30}[)）]$")
_BASIC: Final = re.compile(
    r"(?:宪法|民法典|民法总则|民法通则|刑法|民事诉讼法|刑事诉讼法|行政诉讼法|立法法|行政处罚法)$"
)
_LAW: Final = re.compile(r"[^办方]法$")
_RULE: Final = re.compile(r"(?:办法|规定|细则)$")
_INTERPRETATION: Final = re.compile(r"解释$|^最高人民(?:法院|检察院).*(?:规定|解释|批复|意见)$")


def standing_of(title: str) -> int:
    """Return the rank of a law named by a title (of the whole or of an article), 0 where it is none."""
    name = _REMARK.sub("", _ARTICLE.sub("", title.strip())).strip("《》 ")
    if _INTERPRETATION.search(name):
        return 3
    if "关于" in name or len(name) > 40:
        return 0
    ranks = ((5, _BASIC), (4, _LAW), (2, _REGULATION), (1, _RULE))
    return next((rank for rank, pattern in ranks if pattern.search(name)), 0)


_REGULATION: Final = re.compile(r"条例$")
