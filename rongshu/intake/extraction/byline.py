"""Publication date, source and author from the lines around the title."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .dates import WrittenDate, date_of_url, find_dates
from .labels import AUTHOR_LABELS, DATE_LABELS, SOURCE_LABELS, Labelled, clean_name, distance, first_value
from .lines import Line

_CLOCK = re.compile(
    r"今天是|现在是|今日是|当前时间|北京时间|农历|天气|页面生成|版权|ICP|Copyright", re.IGNORECASE
)
_GLUED_LABEL = re.compile(r"^\W{0,2}(?:信息|文章|内容)?来源\s?[:：]\s?")
_BYLINE_WORD = re.compile(r"来\s{0,4}源\s?[:：]|发布|作\s{0,4}者\s?[:：]|浏览|点击|字体|字号")
_DAY_BOX = re.compile(r"(\d{1,2})日?")
_MONTH_BOX = re.compile(r"((?:19|20)\d{2})\s?[年\-/.]\s?(\d{1,2})月?")
_MACHINE_AUTHORS = re.compile(
    r"^(?:admin\w*|系统管理员|管理员|\d+|webmaster|system|root|\w{1,20}@.+|网站编辑|测试)$", re.IGNORECASE
)
_LABEL_RANK_CONFIDENCE = (0.92, 0.85, 0.75, 0.65)


@dataclass(frozen=True, slots=True)
class Found:
    """A value, how sure we are of it, how it was found and on which line."""

    value: str
    confidence: float
    found_by: str
    position: int | None = None


def find_date(
    lines: list[Line],
    labels: list[Labelled],
    meta: dict[str, str],
    *,
    title: int | None,
    body: range,
    url: str | None,
    today: date | None = None,
) -> Found | None:
    """The publication date: declared, labelled near the title, bare near the title, or in the address."""
    shown = _shown_date(lines, labels, title, body, today)
    declared = find_dates(meta.get("published_at", ""), today=today, compact=True)
    if declared:
        return _with_shown_time(declared[0], shown)
    if shown:
        return shown
    day = date_of_url(url, today=today) if url else None
    return Found(day, 0.5, "url") if day else None


def _with_shown_time(declared: WrittenDate, shown: Found | None) -> Found:
    """A declared day whose time of day stands on the page only."""
    if shown and not declared.has_time and shown.value.startswith(str(declared)):
        return Found(shown.value, 0.98, "meta+byline", shown.position)
    agreed = shown is not None and (shown.found_by == "label" or shown.value[:10] == str(declared)[:10])
    return Found(str(declared), 0.98, "meta", shown.position if shown and agreed else None)


def _shown_date(
    lines: list[Line], labels: list[Labelled], title: int | None, body: range, today: date | None
) -> Found | None:
    near = title if title is not None else (body.start if body else 0)
    around, after = range(near - 25, near + 12), range(body.stop, body.stop + 5)
    search = _Search(near, title is not None, body, today)
    return (
        _labelled_date(search, labels, around, DATE_LABELS[:2])
        or _bare_date(search, lines, range(0))
        or _labelled_date(search, labels, around, DATE_LABELS)
        or _labelled_date(search, labels, after, DATE_LABELS)
        or _boxed_date(lines, near, body, today)
        or _bare_date(search, lines, body)
        or _signature_date(lines, body, today)
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """Where a date is sought: near which line (a title's when `anchored`), around which body."""

    near: int
    anchored: bool
    body: range
    today: date | None


def _labelled_date(
    search: _Search, labels: list[Labelled], where: range, rows: tuple[tuple[str, ...], ...]
) -> Found | None:
    """The date of the best label among the lines `where`; what the body itself labels is its own business."""
    for rank, row in enumerate(rows):
        fitting = [item for item in labels if item.label in row and item.position in where]
        for item in sorted(fitting, key=lambda item: distance(item.position, search.near)):
            if item.position in search.body and (rank or item.position - search.body.start >= 4):
                continue
            dates = find_dates(item.value[:60], today=search.today, compact=True)
            if dates and dates[0].start <= 12:
                return Found(str(dates[0]), _LABEL_RANK_CONFIDENCE[rank], "label", item.position)
    return None


def _bare_date(search: _Search, lines: list[Line], where: range) -> Found | None:
    """A date without a label within a few lines of the title; a signature date at the foot is weaker."""
    near, body = search.near, search.body
    window = lines[max(0, near - 3) : near + 9]
    for line in sorted(window, key=lambda line: distance(line.position, near)):
        short = len(line.text) <= 80 or (len(line.text) <= 200 and line.position not in body)
        if not short or line.is_link or _CLOCK.search(line.text) or not _may_date(line, near, where, body):
            continue
        dates = find_dates(line.text, today=search.today)
        if dates and line.position != near:
            return Found(str(dates[0]), 0.8 if search.anchored else 0.5, "near-title", line.position)
    return None


def _may_date(line: Line, near: int, where: range, body: range) -> bool:
    """Outside the body; or among its first lines, where a wrapper holds the byline too, if `where` is it."""
    if line.position not in body:
        return True
    dates = find_dates(line.text)
    written = dates[0].end - dates[0].start if dates else 0
    early = line.position - body.start < 5 or (near in body and 0 < line.position - near < 5)
    return bool(where) and early and (written >= 0.4 * len(line.text) or bool(_BYLINE_WORD.search(line.text)))


def _signature_date(lines: list[Line], body: range, today: date | None) -> Found | None:
    """落款: a line at the end of the body that is nothing but a date."""
    for line in reversed(lines[max(body.start, body.stop - 6) : body.stop]):
        dates = find_dates(line.text, today=today)
        if dates and len(line.text) <= 18:
            return Found(dates[0].moment.strftime("%Y-%m-%d"), 0.45, "signature", line.position)
    return None


def _boxed_date(lines: list[Line], near: int, body: range, today: date | None) -> Found | None:
    """The day in one box and year and month in the next, as newer designs show it."""
    window = lines[max(0, near - 3) : near + 9]
    for first, second in pairwise(window):
        for day, month in ((first, second), (second, first)):
            match, boxed = _DAY_BOX.fullmatch(day.text), _MONTH_BOX.fullmatch(month.text)
            if match and boxed:
                dates = find_dates(f"{boxed[1]}-{boxed[2]}-{match[1]}", today=today)
                if dates:
                    return Found(str(dates[0]), 0.6, "date-box", day.position)
    return None


def find_source(
    labels: list[Labelled], lines: list[Line], meta: dict[str, str], *, title: int | None, body: range
) -> Found | None:
    """The source: declared, or labelled near the title."""
    declared = _GLUED_LABEL.sub("", meta.get("source", "")).strip()
    if declared:
        return Found(declared, 0.98, "meta")
    return _named(labels, lines, SOURCE_LABELS, title=title, body=body)


def find_author(
    labels: list[Labelled], lines: list[Line], meta: dict[str, str], *, title: int | None, body: range
) -> Found | None:
    """The author: labelled near the title, or declared unless the declaration names the machine."""
    labelled = _named(labels, lines, AUTHOR_LABELS, title=title, body=body)
    declared = meta.get("author", "")
    if labelled or not declared or _MACHINE_AUTHORS.match(declared) or len(declared) > 60:
        return labelled
    return Found(declared, 0.7, "meta")


def _named(
    labels: list[Labelled],
    lines: list[Line],
    names: tuple[tuple[str, ...], ...],
    *,
    title: int | None,
    body: range,
) -> Found | None:
    near = title if title is not None else body.start
    inner = range(body.start + 4, max(body.start + 4, body.stop - 3))
    last = (body.stop if body else near) + 8
    usable = [
        Labelled(item.label, name, item.position)
        for item in labels
        if item.position not in inner
        and (item.position not in body or len(lines[item.position].text) <= 200)
        and near - 40 <= item.position <= last
        and (name := _name_in(item, lines))
    ]
    found = first_value(usable, names, near=near)
    if found is None:
        return None
    rank, item = found
    return Found(
        item.value,
        _LABEL_RANK_CONFIDENCE[rank] - (0.2 if abs(item.position - near) > 12 else 0),
        "label",
        item.position,
    )


def _name_in(item: Labelled, lines: list[Line]) -> str | None:
    """The name after a label; where it has its own element, that element's text is the whole name."""
    for segment in lines[item.position].segments if 0 <= item.position < len(lines) else ():
        if item.value.startswith(segment) and len(segment) > 1:
            return clean_name(segment)
    return clean_name(item.value)
