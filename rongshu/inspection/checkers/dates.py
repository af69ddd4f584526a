"""Dates that cannot be, or that contradict each other (E10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_IMPOSSIBLE: Final = Rule("E10-date", "日期不存在", "E10", Severity.GENERAL)
_TIME: Final = Rule("E10-time", "时刻不存在", "E10", Severity.GENERAL)
_WEEKDAY: Final = Rule("E10-weekday", "星期与日期不符", "E10", Severity.GENERAL)
_BACKWARD: Final = Rule("E10-period", "结束时间早于开始时间", "E10", Severity.GENERAL)
_YEAR: Final = Rule("E10-docyear", "发文字号年份与成文日期不符", "E10", Severity.GENERAL, Tier.SUSPECT)

# Patterns begin with a set of characters and look back after the first: so places where nothing can begin
# are passed over in the fastest loop of `re`.
_FULL: Final = re.compile(
    r"([12](?<!\d.)\d{3})[ ]?年[ ]?(\d{1,2})[ ]?月[ ]?(\d{1,2})[ ]?日(?!\d)"
    r"|([12](?<![\d.\-/].)(?:(?<=1)9|(?<=2)0)\d{2})([-/.])(\d{1,2})\5(\d{1,2})(?![\d.\-/])"
)
_SHORT: Final = re.compile(r"([0-9](?<![\d年].)(?<!年 .)\d?)[ ]?月[ ]?(\d{1,2})[ ]?日(?!\d)")
_MONTH: Final = re.compile(
    r"([12](?<!\d.)(?:(?<=1)9|(?<=2)0)\d{2})[ ]?年[ ]?(\d{1,2})[ ]?月(?![\d ]{1,3}日)(?!份?内?以[来上])"
)
_HAN_DATE: Final = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_DAY_NAME: Final = re.compile(r"[ ]?[（(，,]?[ ]?(?:星期|周|礼拜)([一二三四五六日天])(?![至到—\-~])[）)]?")
_CLOCK: Final = re.compile(
    r"([0-9](?<![\d:：.].)\d?)[:：](\d{2})(?:[:：](\d{2}))?(?![\d:：%])"
    r"|([0-9](?<![\d年月第].)\d?)[时点](\d{1,2})分(?!之|钟)"
)
_TO: Final = re.compile(r"[ ]?(?:起)?[ ]?(?:至|到|—|－|–|-|~|～|——)[ ]?")
_END: Final = re.compile(r"(?:((?:19|20)\d{2})[ ]?年[ ]?)?(?:(\d{1,2})[ ]?月[ ]?)?(\d{1,2})[ ]?日(?!\d)")
_END_ISO: Final = re.compile(r"((?:19|20)\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_YEARS: Final = re.compile(
    r"([12](?<!\d.)(?:(?<=1)9|(?<=2)0)\d{2})[ ]?年?[ ]?"
    r"(?:至|到|—|–|-|~|～)[ ]?((?:19|20)\d{2})[ ]?年(?!\d)(?![ ]?\d)"
)
_DOC_NUMBER: Final = re.compile(r"[\u4e00-\u9fff]{2,14}〔((?:19|20)\d{2})〕\d{1,5}号")
_SIGNED: Final = re.compile(r"\s*((?:19|20)\d{2})[ ]?年[ ]?(\d{1,2})[ ]?月[ ]?(\d{1,2})[ ]?日\s*")
_DAYS: Final = "一二三四五六日"
_LONGEST_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_dates(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield dates that do not exist, wrong weekdays, periods that run backward."""
    text = passage.digits
    for match in _FULL.finditer(text):
        yield from _check_full(passage, match)
    for match in _SHORT.finditer(text):
        month, day = int(match.group(1)), int(match.group(2))
        if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH[month - 1]):
            yield _IMPOSSIBLE.found(passage.text, *match.span(), "请核实这一日期")
    for match in _MONTH.finditer(text):
        if not 1 <= int(match.group(2)) <= 12:
            yield _IMPOSSIBLE.found(passage.text, *match.span(), "请核实这一月份")
    for match in _HAN_DATE.finditer(text):
        yield from _check_han(passage, match)
    for match in _CLOCK.finditer(text):
        yield from _check_clock(passage, match)
    for match in _YEARS.finditer(text):
        if int(match.group(2)) < int(match.group(1)):
            yield _BACKWARD.found(passage.text, *match.span(), "请核实起止年份")
    yield from _check_document_year(passage)


def _check_full(passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    groups = match.groups()
    parts = groups[:3] if groups[0] else (groups[3], groups[5], groups[6])
    day = _date(*(int(part) for part in parts))
    if day is None:
        # 2024.13.45 may be a clause number; what has 年月日 is a date.
        tier = None if groups[0] else Tier.SUSPECT
        yield _IMPOSSIBLE.found(passage.text, *match.span(), "请核实这一日期", tier=tier)
        return
    yield from _check_weekday(passage, match, day)
    yield from _check_end(passage, match, day)


def _check_weekday(passage: Passage, match: re.Match[str], day: date) -> Iterator[Finding]:
    named = _DAY_NAME.match(passage.digits, match.end())
    if named and _DAYS.index(named.group(1).replace("天", "日")) != day.weekday():
        place = named.start(1)
        yield _WEEKDAY.found(passage.text, place, place + 1, _DAYS[day.weekday()])


def _check_end(passage: Passage, match: re.Match[str], begin: date) -> Iterator[Finding]:
    text = passage.digits
    place = match.end()
    if (named := _DAY_NAME.match(text, place)) is not None:
        place = named.end()
    to = _TO.match(text, place)
    if to is None:
        return
    end = _END.match(text, to.end())
    iso = None if end else _END_ISO.match(text, to.end())
    found = end or iso
    if found is None:
        return
    if iso is not None:
        last = _date(int(iso.group(1)), int(iso.group(3)), int(iso.group(4)))
    else:
        year, month, number = found.groups()
        last = _date(int(year or begin.year), int(month or begin.month), int(number))
    if last is not None and last < begin:
        yield _BACKWARD.found(passage.text, match.start(), found.end(), "请核实起止日期")


def _check_han(passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    year = int(
        "".join(str("零一二三四五六七八九".index(sign)) for sign in re.sub("[〇○]", "零", match.group(1)))
    )
    month, number = _han_number(match.group(2)), _han_number(match.group(3))
    if year and _date(year, month, number) is None:
        yield _IMPOSSIBLE.found(passage.text, *match.span(), "请核实这一日期")


def _han_number(written: str) -> int:
    tens, ten, ones = written.rpartition("十")
    digits = "零一二三四五六七八九"
    if not ten:
        return digits.index(written) if written in digits else 0
    return (digits.find(tens) if tens else 1) * 10 + (max(digits.find(ones), 0) if ones else 0)


def _check_clock(passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    hours, minutes, seconds = (
        match.group(1) or match.group(4),
        match.group(2) or match.group(5),
        match.group(3),
    )
    if match.group(4) is None and not _speaks_of_time(passage, match):
        return
    if int(hours) > 24 or int(minutes) > 59 or int(seconds or 0) > 59 or (int(hours) == 24 and int(minutes)):
        yield _TIME.found(passage.text, *match.span(), "请核实这一时刻")


def _speaks_of_time(passage: Passage, match: re.Match[str]) -> bool:
    """3:97 may be a ratio or a score: a time follows a day or a part of the day."""
    return (
        re.search(r"(?:日|午|晚|早|晨|时间|[）)])[：: ]{0,2}$", passage.before(match.start(), 6)) is not None
    )


def _check_document_year(passage: Passage) -> Iterator[Finding]:
    """The number in the head of a document and the date under it are of one year (GB/T 9704)."""
    if len(passage.lines) < 3:
        return
    head_end = passage.lines[min(5, len(passage.lines) - 1)][0]
    number = _DOC_NUMBER.search(passage.text, 0, min(head_end, 400))
    if number is None or "\n" not in passage.text[max(0, number.start() - 1) : number.end() + 1]:
        return
    signed = [_SIGNED.fullmatch(passage.digits, start, end) for start, end in passage.lines[-8:]]
    years = [int(each.group(1)) for each in signed if each]
    if years and int(number.group(1)) not in years:
        yield _YEAR.found(passage.text, *number.span(), "请核实发文字号的年份与成文日期")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
