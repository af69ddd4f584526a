"""Dates as Chinese government pages write them, and which of them are credible publication dates."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))

_NUMERIC = re.compile(
    r"(?<![\d.])((?:19|20)\d{2})\s{0,2}[年\-/.．－‐–—]\s{0,2}(\d{1,2})\s{0,2}[月\-/.．－‐–—]\s{0,2}(\d{1,2})(?!\d)\s{0,2}日?号?"
    r"(?:[\sT\-,，]{0,4}(?:星期[一二三四五六日天])?\s{0,2}(上午|下午|晚上|凌晨)?\s{0,2}"
    r"(\d{1,2})\s?[:：时]\s?(\d{1,2})(?:分?\s?[:：]?\s?\d{0,2}秒?(?:\.\d{1,9})?)?(Z|[+\-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:(\d{2})(\d{2})(?:\d{2})?)?(?!\d)"
)
_HAN = re.compile(
    r"([一二][〇○ＯOo零0一二三四五六七八九]{3})\s?年\s?([一二三四五六七八九十]{1,2})\s?月\s?([一二三四五六七八九十]{1,3})\s?日"
)
_URL_DATE = re.compile(
    r"(?:/t|/|_)((?:19|20)\d{2})[/\-_]?(0[1-9]|1[0-2]|[1-9](?=[/\-_]))[/\-_]?(0[1-9]|[12]\d|3[01]|[1-9](?=[/_.]))(?=[/_.t])"
)
_HAN_DIGITS = {char: index for index, char in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "○ＯOo零0", 0
)
_EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date found in a text: the instant in Beijing time, whether the time of day was written, and where."""

    moment: datetime
    has_time: bool
    start: int
    end: int

    def __str__(self) -> str:
        return self.moment.strftime("%Y-%m-%d %H:%M" if self.has_time else "%Y-%m-%d")


def find_dates(text: str, *, today: date | None = None, compact: bool = False) -> list[WrittenDate]:
    """All credible dates in `text` (1990 … tomorrow), in reading order; `compact` admits 20210305 too."""
    found = [_numeric(match) for match in _NUMERIC.finditer(text)]
    if "年" in text and "月" in text:
        found += [_han(match) for match in _HAN.finditer(text)]
    if compact:
        found += [_compact(match) for match in _COMPACT.finditer(text)]
    latest = (today or datetime.now(BEIJING).date()) + timedelta(days=1)
    credible = [item for item in found if item and _EARLIEST <= item.moment.date() <= latest]
    return sorted(credible, key=lambda item: item.start)


def date_of_url(url: str, *, today: date | None = None) -> str | None:
    """The day in an address such as …/202103/t20210305_12.html or …/art/2016/11/22/art_1.html."""
    for match in _URL_DATE.finditer(url):
        found = _compact(match, with_time=False)
        latest = (today or datetime.now(BEIJING).date()) + timedelta(days=1)
        if found and _EARLIEST <= found.moment.date() <= latest:
            return str(found)
    return None


def _numeric(match: re.Match[str]) -> WrittenDate | None:
    year, month, day, half, hour, minute, offset = match.groups()
    moment = _moment(year, month, day, hour, minute, half=half)
    if moment is None:
        return None
    if hour and offset:
        moment = _in_beijing(moment, offset)
    has_time = (
        hour is not None and _moment(year, month, day, hour, minute, half=half, strict=True) is not None
    )
    return WrittenDate(moment, has_time, match.start(), match.end())


def _in_beijing(moment: datetime, offset: str) -> datetime:
    if offset == "Z":
        return moment.replace(tzinfo=UTC).astimezone(BEIJING)
    sign = -1 if offset[0] == "-" else 1
    delta = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return moment.replace(tzinfo=UTC).astimezone(BEIJING) - sign * delta


def _compact(match: re.Match[str], *, with_time: bool = True) -> WrittenDate | None:
    parts = match.groups() if with_time else (*match.groups()[:3], None, None)
    moment = _moment(*parts)
    return WrittenDate(moment, parts[3] is not None, match.start(), match.end()) if moment else None


def _han(match: re.Match[str]) -> WrittenDate | None:
    year = "".join(str(_HAN_DIGITS[char]) for char in match.group(1))
    moment = _moment(year, str(_han_number(match.group(2))), str(_han_number(match.group(3))))
    return WrittenDate(moment, False, match.start(), match.end()) if moment else None


def _han_number(text: str) -> int:
    tens, separator, ones = text.partition("十")
    if not separator:
        return _HAN_DIGITS[text] if len(text) == 1 else 0
    return (_HAN_DIGITS.get(tens, 1) if tens else 1) * 10 + (_HAN_DIGITS.get(ones, 0) if ones else 0)


def _moment(
    year: str | None,
    month: str | None,
    day: str | None,
    hour: str | None = None,
    minute: str | None = None,
    *,
    half: str | None = None,
    strict: bool = False,
) -> datetime | None:
    """The instant; a nonsensical time of day leaves the day standing unless `strict`."""
    clock = int(hour or 0) + (12 if half in ("下午", "晚上") and int(hour or 0) < 12 else 0)
    try:
        return datetime(
            int(year or 0), int(month or 0), int(day or 0), clock, int(minute or 0), tzinfo=BEIJING
        )
    except ValueError:
        return None if strict or not hour else _moment(year, month, day)
