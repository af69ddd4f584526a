"""Personal information (E6): resident IDs, mobile numbers, bank cards, home addresses; with masks.

Numbers may be written with full-width digits, and with blanks, dashes or dots between groups. Each kind is
proven: an ID by GB 11643 (region, birth date, check character), a card by Luhn, issuer prefix and context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_ID: Final = Rule("E6-id", "居民身份证号码", "E6", Severity.SEVERE)
_OLD_ID: Final = Rule("E6-id15", "15 位居民身份证号码", "E6", Severity.SEVERE, Tier.SUSPECT)
_MOBILE: Final = Rule("E6-mobile", "手机号码", "E6", Severity.GENERAL)
_CARD: Final = Rule("E6-card", "银行卡号", "E6", Severity.SEVERE)
_ADDRESS: Final = Rule("E6-address", "个人住址", "E6", Severity.GENERAL, Tier.SUSPECT)

# Digits in groups: at most two blanks or one dash between them; never inside a longer number or word.
_SEP: Final = r"(?:[ \u3000\u00a0]{1,2}|[ ]?[-–—‑·.][ ]?)?"
_RUN: Final = re.compile(
    rf"(?<![0-9A-Za-z_])(?<![0-9][.\-/])\+?[0-9](?:{_SEP}[0-9Xx]){{10,24}}(?![0-9A-Za-z_])"
)
# Whatever `_RUN` finds begins so; most texts have nothing of the kind, and this tells it ten times faster.
_LONG: Final = re.compile(r"[0-9][0-9Xx \u3000\u00a0\-–—‑·.]{10}")
_SEPARATORS: Final = re.compile(r"[^0-9Xx]+")
# In a PDF a line ends where the paper does, be it amid a number: at most 17 digits on either side.
_OVER_A_LINE: Final = re.compile(r"(?<![0-9A-Za-z_])[0-9]{1,17} ?\r?\n ?[0-9]{0,16}[0-9Xx](?![0-9A-Za-z_])")
_PROVINCES: Final = frozenset(
    {
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
        "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
        "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
    }
)  # fmt: skip
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE_NUMBER: Final = re.compile(r"1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
_PREFIXED: Final = re.compile(r"(?:0086|86)(1\d{10})")
_CARD_PREFIX: Final = re.compile(
    r"62\d|4\d\d|5[1-5]\d|35(?:2[89]|[3-8]\d)|3[47]\d|9558|60[1-9]|68[0-9]|69[0-9]|81[0-7]|9[0-9]{3}|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"
)
_CARD_CONTEXT: Final = re.compile(
    r"卡号|账号|帐号|账户|帐户|银行卡|储蓄卡|借记卡|信用卡|存折|开户|汇款|汇至|汇入|转账|转入|打款|打入|收款|银行|工行|农行|建行|中行|交行|招行|邮储|信用社|社保卡金融|工资卡|一卡通|卡"
)
_NUMBER_OF_THINGS: Final = re.compile(
    r"(?:订单|流水|单|编|批|件|货|文|案|票|证书|许可证|合同|序列|运单|快递|条形?码|备案|受理|交易|统一社会信用代|项目代|商品|设备|物流|发票|凭证|学|工|信用代)[号码][码号]?[为是]?[:：\s]*$"
)
_ID_CONTEXT: Final = re.compile(r"身份证|证件号|公民身份|身份号")
_HOME_LABEL: Final = re.compile(
    r"(?:家庭住址|家庭地址|现住址|现住地址?|现住|住址|住所地|居住地址|居住地"
    r"|户籍地址|户籍地|户籍所在地|家住|住在)[为是在：: ]{0,3}"
)
_DOOR: Final = re.compile(
    r"(?:\d{1,5}(?:号楼|号院|号|弄|幢|栋|座|组|队|单元|室|户|楼|层)[-,，]?){1,5}(?:\d{1,5}(?:-\d{1,5}){0,3}室?)?"
)
_STREET: Final = re.compile(r"[\u4e00-\u9fff0-9]{2,30}\Z")
_STREET_WORD: Final = re.compile(r"街|路|巷|道|村|小区|花园|社区|苑|里|胡同|弄|镇|乡|屯|庄|公寓|家园|大院")
_INNER_DOOR: Final = re.compile(r"\d(?:室|户)|单元|栋|幢|\d-\d")
_LEAD: Final = re.compile(r".*(?:位于|地址|送至|寄至|回到|现|在|到|于|为|是|的)")


def check_personal(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield personal information, each with its mask as the suggestion."""
    yield from check_numbers(passage, lexicon)
    yield from _check_addresses(passage)


def check_numbers(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield numbers of persons: all of personal information that is severe."""
    if _LONG.search(passage.digits) is not None:
        for match in _RUN.finditer(passage.digits):
            yield from _check_run(passage, *match.span())
    yield from _check_line_ends(passage)


def _check_line_ends(passage: Passage) -> Iterator[Finding]:
    """Identity numbers alone prove themselves where two rows of a table may merely end and begin so."""
    for match in _OVER_A_LINE.finditer(passage.digits) if "\n" in passage.text else ():
        if is_resident_id(_SEPARATORS.sub("", match.group())):
            yield _ID.found(passage.text, *match.span(), masked(passage.text[slice(*match.span())], 6, 4))


def _check_run(passage: Passage, start: int, end: int) -> Iterator[Finding]:
    """A run may hold several numbers side by side: try it whole, then at its gaps."""
    for begin, stop in _pieces(passage.digits, start, end):
        finding = _as_number(passage, begin, stop)
        if finding is not None:
            yield finding


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    digits = _SEPARATORS.sub("", text[start:end])
    if _kind_of(digits) is not None:
        return [(start, end)]
    gaps = [match.span() for match in re.finditer(r"[^0-9Xx]+", text[start:end])]
    edges = [start, *[start + stop for _, stop in gaps], end]
    stops = [*[start + begin for begin, _ in gaps], end]
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(edges) - 1:
        for last in range(len(stops) - 1, place - 1, -1):
            kind = _kind_of(_SEPARATORS.sub("", text[edges[place] : stops[last]]))
            if kind is not None and not (kind == "card" and _is_cut_off(edges, stops, place, last)):
                found.append((edges[place], stops[last]))
                place = last
                break
        place += 1
    return found


def _is_cut_off(edges: list[int], stops: list[int], first: int, last: int) -> bool:
    """Whether a short group beside the groups first…last belongs to the same number: then it is no card."""
    before = stops[first - 1] - edges[first - 1] if first else 99
    after = stops[last + 1] - edges[last + 1] if last + 1 < len(stops) else 99
    return min(before, after) <= 4


def _kind_of(digits: str) -> str | None:
    if is_resident_id(digits):
        return "id"
    if _MOBILE_NUMBER.fullmatch(digits) or _PREFIXED.fullmatch(digits):
        return "mobile"
    if is_card_number(digits):
        return "card"
    return "old-id" if is_old_resident_id(digits) else None


def _as_number(passage: Passage, start: int, end: int) -> Finding | None:
    digits = _SEPARATORS.sub("", passage.digits[start:end])
    before, after = passage.before(start, 40), passage.after(end, 12)
    match _kind_of(digits):
        case "id":
            return _ID.found(passage.text, start, end, masked(passage.text[start:end], 6, 4))
        case "mobile" if not _is_odd_mobile(passage, start, end, digits):
            return _mobile(passage, start, end, digits)
        case "card" if _is_card_there(digits, before, after):
            return _CARD.found(passage.text, start, end, masked(passage.text[start:end], 4, 4))
        case "old-id" if _ID_CONTEXT.search(before):
            return _OLD_ID.found(passage.text, start, end, masked(passage.text[start:end], 6, 3))
        case _:
            return None


def _mobile(passage: Passage, start: int, end: int, digits: str) -> Finding | None:
    if _PREFIXED.fullmatch(digits) and not _MOBILE_NUMBER.fullmatch(digits[-11:]):
        return None
    keep = len(digits) - 8
    return _MOBILE.found(passage.text, start, end, masked(passage.text[start:end], keep, 4))


def _is_odd_mobile(passage: Passage, start: int, end: int, digits: str) -> bool:
    """Eleven digits that are an amount, a number of something else, or grouped as no number is."""
    after = passage.after(end, 2)
    if _NUMBER_OF_THINGS.search(passage.before(start, 12)) or after[:1] in {
        "%",
        "元",
        "万",
        "亿",
        "吨",
        "个",
        "倍",
    }:
        return True
    written = passage.digits[start:end]
    return re.search(r"\.\d", written) is not None and not re.fullmatch(r"\+?\d+(?:\.\d{3,4}){2}", written)


def _is_card_there(digits: str, before: str, after: str) -> bool:
    if _NUMBER_OF_THINGS.search(before):
        return False
    if _CARD_CONTEXT.search(before) or _CARD_CONTEXT.search(after):
        return True
    return (
        digits.startswith("62")
        and len(digits) in {16, 19}
        and not before[-12:].rstrip().endswith(("号", "码", "号：", "码："))
    )


def is_resident_id(digits: str) -> bool:
    """Whether 18 characters are a resident ID by GB 11643: region, birth date and check character."""
    if len(digits) != 18 or not digits[:17].isdigit() or digits[:2] not in _PROVINCES:
        return False
    if not _is_birthday(digits[6:10], digits[10:12], digits[12:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[17].upper()


def is_old_resident_id(digits: str) -> bool:
    """Whether 15 digits may be an ID of the first generation."""
    if len(digits) != 15 or not digits.isdigit() or digits[:2] not in _PROVINCES:
        return False
    return _is_birthday("19" + digits[6:8], digits[8:10], digits[10:12])


def is_card_number(digits: str) -> bool:
    """Whether 15 to 19 digits have an issuer's prefix and pass Luhn (ISO/IEC 7812)."""
    if not 15 <= len(digits) <= 19 or not digits.isdigit() or not _CARD_PREFIX.match(digits):
        return False
    if len(digits) == 15 and not digits.startswith(("34", "37")):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_birthday(year: str, month: str, day: str) -> bool:
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        return False
    return 1880 <= born.year <= 2100


def masked(written: str, first: int, last: int) -> str:
    """Return the number with all but its first and last digits as *, its separators kept."""
    places = [place for place, sign in enumerate(written) if sign.isdigit() or sign in "XxＸｘ"]
    hidden = set(places[first : len(places) - last])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(written))


def _check_addresses(passage: Passage) -> Iterator[Finding]:
    """A door within a street: told where a label says that somebody lives there, or the door is a flat's."""
    text = passage.digits
    for door in _DOOR.finditer(text):
        street = _STREET.search(text, max(0, door.start() - 30), door.start())
        if street is None or not _STREET_WORD.search(street.group()):
            continue
        labels = list(_HOME_LABEL.finditer(text, max(0, street.start() - 8), door.start()))
        label = labels[-1] if labels else None
        if label is None and not _INNER_DOOR.search(door.group()):
            continue
        lead = _LEAD.match(street.group()) if label is None else None
        begin = label.end() if label else street.start() + (lead.end() if lead else 0)
        suggestion = passage.text[begin : door.start()] + "***"
        yield _ADDRESS.found(
            passage.text, begin, door.end(), suggestion, tier=Tier.CERTAIN if label else Tier.SUSPECT
        )
