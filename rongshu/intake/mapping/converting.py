"""Values of a source brought into the form an element wants; what can't be is a problem with its sentence."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from rongshu.intake.extraction.dates import find_dates
from rongshu.intake.extraction.decoding import decode
from rongshu.intake.mapping.reading import Rule
from rongshu.intake.sources import value_at

BEIJING: Final = timezone(timedelta(hours=8))
_PLACE: Final = re.compile(r"\{([\w.\-一-龥]{1,80})\}")
_NO_DATE: Final = re.compile(r"[0\s:\-/.]*")
_UNIX_SECONDS: Final = range(10**8, 10**10)
_UNIX_MILLISECONDS: Final = range(10**11, 10**13)
_YES: Final = frozenset({"1", "true", "yes", "y", "是", "有", "t", "on"})
_NO: Final = frozenset({"0", "false", "no", "n", "否", "无", "f", "off"})
_LINE_TAG: Final = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_SPLIT: Final = "，,；;、|\n"


class NotConvertible(Exception):
    """A value that does not become what is asked for; `code` and sentence are for the report."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def raw_value(rule: Rule, values: Mapping[str, Any]) -> Any:
    """Return what the rule names in a record, its default where there is nothing."""
    if rule.constant is not None:
        return rule.constant
    value = filled(rule.template, values) if rule.template else value_at(values, rule.field)
    return rule.default if _is_empty(value) else value


def converted(rule: Rule, way: str, values: Mapping[str, Any]) -> Any:
    """Return the value of a record in the form of `way`; raise `NotConvertible`. None: there is none."""
    value = raw_value(rule, values)
    if _is_empty(value):
        return None
    if rule.codes:
        value = _coded(value, rule)
    return _WAYS[way](value, rule)


def filled(template: str, values: Mapping[str, Any]) -> str:
    """Put a record's values into a text; where one of them is missing there is no text."""
    names = _PLACE.findall(template)
    if any(_is_empty(value_at(values, name)) for name in names):
        return ""
    return _PLACE.sub(lambda found: as_text(value_at(values, found[1])), template)


def as_text(value: Any) -> str:
    """Return a value as text; bytes are decoded by what they are."""
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Mapping) and "text" in value:
        return str(value["text"])
    if isinstance(value, list):
        return "；".join(as_text(one) for one in value)
    return str(value).strip()


def text_of(value: Any) -> str:
    """Return a value as text, none as no text."""
    return "" if value is None else as_text(value)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}, b"") or (isinstance(value, str) and not value.strip())


def _coded(value: Any, rule: Rule) -> Any:
    if isinstance(value, list):
        return [_coded(one, rule) for one in value]
    text = as_text(value)
    if rule.split:
        return [_code(one, rule) for one in _parts(text, rule.split)]
    return _code(text, rule)


def _code(text: str, rule: Rule) -> Any:
    if text in rule.codes:
        return rule.codes[text]
    if rule.default is not None:
        return rule.default
    raise NotConvertible("code-unknown", f"代码“{text[:40]}”不在代码表中，请在映射的 codes 中补上。")


def _text(value: Any, rule: Rule) -> str:
    return as_text(value)


def _html(value: Any, rule: Rule) -> str:
    return as_text(value)


def _plain(value: Any, rule: Rule) -> str:
    """Text with line ends becomes paragraphs; mark-up that stands in it all the same is taken away."""
    text = _TAG.sub("", _LINE_TAG.sub("\n", as_text(value)))
    text = html.unescape(text) if "&" in text else text
    lines = (line.strip("\u3000 \t\r") for line in text.split("\n"))
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)


def _list(value: Any, rule: Rule) -> list[str] | None:
    if isinstance(value, list):
        found = [as_text(one) for one in value]
    else:
        found = _parts(as_text(value), rule.split or _SPLIT)
    return [one for one in found if one] or None


def _parts(text: str, separators: str) -> list[str]:
    return [part.strip() for part in re.split(f"[{re.escape(separators)}]+", text) if part.strip()]


def _number(value: Any, rule: Rule) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = as_text(value).replace(",", "").replace("，", "")
    try:
        number = float(text)
    except ValueError:
        raise NotConvertible("type-mismatch", f"“{text[:40]}”不是数字。") from None
    return int(number) if number.is_integer() else number


def _boolean(value: Any, rule: Rule) -> bool:
    if isinstance(value, bool):
        return value
    text = as_text(value).lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise NotConvertible("type-mismatch", f"“{text[:40]}”看不出是“是”还是“否”。")


def _date(value: Any, rule: Rule) -> str | None:
    moment = _moment(value, rule)
    return moment[:10] if moment else None


def _moment(value: Any, rule: Rule) -> str | None:
    """Return "YYYY-MM-DD HH:MM" in Beijing time, or "YYYY-MM-DD" where no time of day is known."""
    if isinstance(value, datetime):
        return _written(value)
    if isinstance(value, date):
        return value.isoformat()
    text = as_text(value)
    if _NO_DATE.fullmatch(text):  # 0000-00-00 00:00:00, as MySQL writes that there is none
        return None
    return _by_format(text, rule.format) if rule.format else _by_looks(text)


def _by_format(text: str, written: str) -> str:
    try:
        return _written(datetime.strptime(text, written), has_time="%H" in written)  # noqa: DTZ007 - Beijing
    except ValueError:
        raise NotConvertible("type-mismatch", f"“{text[:40]}”不是 {written} 形式的日期。") from None


def _by_looks(text: str) -> str:
    if text.isdecimal() and int(text) in _UNIX_SECONDS and len(text) != len("YYYYMMDD"):
        return _written(datetime.fromtimestamp(int(text), UTC))
    if text.isdecimal() and int(text) in _UNIX_MILLISECONDS:
        return _written(datetime.fromtimestamp(int(text) / 1000, UTC))
    found = find_dates(text, compact=True)
    if not found or found[0].start > 0:
        raise NotConvertible("type-mismatch", f"“{text[:40]}”看不出是哪一天（须在 1990 年至明天之间）。")
    # 00:00 is how databases and exports write a day.
    return _written(found[0].moment, has_time=found[0].has_time)


def _written(moment: datetime, *, has_time: bool = True) -> str:
    local = moment.astimezone(BEIJING) if moment.tzinfo else moment
    is_day = not has_time or (local.hour, local.minute, local.second) == (0, 0, 0)
    return local.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M")


_WAYS: Final[Mapping[str, Callable[[Any, Rule], Any]]] = {
    "text": _text, "html": _html, "plain": _plain, "list": _list, "number": _number, "boolean": _boolean,
    "date": _date, "datetime": _moment,
}  # fmt: skip
