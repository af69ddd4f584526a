"""文号: 冀政办发〔2021〕5号 in all the brackets people type, orders (令第12号) and numbered notices."""

import re

_OPEN, _CLOSE = "〔[［【（(﹝〈{", "〕]］】）)﹞〉}"
_ISSUED = re.compile(
    rf"([\u4e00-\u9fa5][\u4e00-\u9fa5A-Za-z·\-]{{0,20}})\s?[{re.escape(_OPEN)}]\s?((?:19|20)\d{{2}})\s?年?\s?[{re.escape(_CLOSE)}]"
    r"\s?(?:第\s?)?(\d{1,6})\s?号"
)
_ORDER = re.compile(
    r"((?:[\u4e00-\u9fa5]{2,30}(?:令|公告|通告|公报|决定))\s?[（(]?\s?(?:((?:19|20)\d{2})年?\s?)?第?\s?(\d{1,5})\s?号\s?[)）]?)"
)
_IN_BRACKETS = re.compile(
    r"[（(〔\[【]([^（）()]{0,40}?[〔\[［【﹝〈(（][^（）()]{4,8}[〕\]］】﹞〉)）][^（）()]{1,10}号)[）)】\]]?"
)
_EMPTY = frozenset({"无", "-", "—", "--", "/", "暂无", "空", ""})


def whole_number(text: str) -> str | None:
    """The document number when the text is nothing else (a line of its own, a field of an element table)."""
    written = text.strip()
    text = written.strip("（）()").strip()
    if len(text) > 60 or text in _EMPTY:
        return None
    match = _ISSUED.search(text)
    if match and match.start() <= 2 and len(text) - match.end() <= 2:
        return _normal(match)
    # 示范市人民政府公告（第4号） is a number; 关于…的公告（第4号） is a title that holds one.
    order = next((one for one in (written, text) if _ORDER.fullmatch(one) and "关于" not in one), None)
    return order.replace(" ", "") if order else None


def number_in_title(title: str) -> str | None:
    """A number in brackets at the end of a title: …的通知（冀政办发〔2021〕5号）."""
    bracketed = _IN_BRACKETS.search(title)
    if not bracketed:
        return None
    match = _ISSUED.search(bracketed.group(1))
    return _normal(match) if match and match.end() >= len(bracketed.group(1).strip()) - 1 else None


def _normal(match: re.Match[str]) -> str:
    prefix, year, number = match.groups()
    return f"{prefix}〔{year}〕{number}号"
