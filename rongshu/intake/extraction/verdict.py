"""Is the page an article? Points for what articles show, against what lists, home and error pages show."""

import re
from dataclasses import dataclass

from .announcing import is_announced
from .body import Body
from .byline import Found
from .containers import certainty
from .dates import find_dates
from .furniture import begins_tail
from .labels import Labelled
from .lines import Line
from .title import Title

_ARTICLE_URL = re.compile(
    r"/t?(?:19|20)\d{6}_\d+|/art[_/].*\d{3,}|/(?:content|info|article|detail|show|view|page|news)s?[_/\-].*\d{3,}|[?&](?:id|newsid|infoid|articleid|aid|docid|contentid)=\d|"
    r"/(?:19|20)\d{2}[/\-]?\d{2}.*\d+\.\w+$|/\d{4,}\.s?html?$|[0-9a-f]{24,32}\.s?html?$",
    re.IGNORECASE,
)
_LIST_URL = re.compile(
    r"/$|/(?:index|list|default|more|column|col|channel|node)(?:[_\-]?\d{0,6})?\.\w{2,5}$|/col\d+/|/col/",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?:^|\b)40[34](?:\b|$)|页面不存在|无法找到|找不到(?:该|您|页面|文件)|页面未找到|访问的页面|不存在或已(?:被)?删除|服务器错误|not\s?found|forbidden|"
    r"bad gateway|service unavailable|error occurred|拒绝访问|系统维护|信息已(?:被)?删除|出错了",
    re.IGNORECASE,
)
_THRESHOLD = 3.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found on the page."""

    url: str | None
    meta: dict[str, str]
    title: Title | None
    body: Body | None
    body_lines: list[Line]
    lines: list[Line]
    labels: list[Labelled]
    date: Found | None
    source: Found | None
    attachments: int
    announced: str = ""


def why_no_article(evidence: Evidence) -> str | None:
    """None for an article, otherwise the kind of page in one word: error, home, list, empty."""
    body_weight = evidence.body.weight if evidence.body else 0.0
    heading = evidence.title.text if evidence.title else ""
    opening = " ".join(line.text for line in evidence.lines[:12])[:400]
    if (
        body_weight < 400
        and len(evidence.lines) < 80
        and _ERROR.search(f"{heading} {opening}")
        and not evidence.meta.get("declares_article")
    ):
        return "error"
    if evidence.meta.get("page_category", "").lower() in ("index", "home", "list", "channel"):
        return "home"
    if evidence.title is None:
        return "empty" if body_weight < 30 else "list"
    points = _for(evidence) - _against(evidence)
    if points >= _THRESHOLD:
        return None
    return "list" if len(evidence.lines) > 15 else "empty"


def _for(evidence: Evidence) -> float:
    points = 4.0 if evidence.meta.get("declares_article") else 0.0
    if evidence.date and evidence.date.found_by != "signature":
        points += 2.0 if evidence.date.confidence >= 0.75 else 0.5
    points += 1.0 if evidence.source else 0.0
    points += 1.5 if any(item.label == "索引号" for item in evidence.labels) else 0.0
    if evidence.title and evidence.title.position is not None and evidence.title.confidence >= 0.7:
        points += 0.5
    if evidence.url and _ARTICLE_URL.search(evidence.url):
        points += 1.0
    if evidence.title and is_announced(evidence.title.text, evidence.announced):
        points += 2.0
    return points + _body_points(evidence)


def _body_points(evidence: Evidence) -> float:
    body = evidence.body
    if body is None:
        return 0.0
    points = 3.0 if body.weight >= 600 else 2.0 if body.weight >= 150 else 1.0 if body.weight >= 40 else 0.0
    points += 1.5 if certainty(body.element) == 2 else 0.0
    if body.weight < 150 and (evidence.attachments or next(body.element.iter("img"), None) is not None):
        points += 1.0
    return points


def _against(evidence: Evidence) -> float:
    points = 0.0
    if evidence.url and _LIST_URL.search(evidence.url) and not _ARTICLE_URL.search(evidence.url):
        points += 2.0
    if evidence.body and evidence.body.share < 0.3:
        points += 1.5
    if evidence.meta.get("column") and not evidence.meta.get("declares_article"):
        points += 0.5
    return points + _list_points(evidence.body_lines)


def _list_points(lines: list[Line]) -> float:
    """Rows of linked titles, dated or not, instead of text."""
    ends = next((index for index, line in enumerate(lines) if index and begins_tail(line.text)), len(lines))
    lines = lines[:ends]
    characters = sum(len(line.text) for line in lines)
    linked = sum(line.link_chars for line in lines)
    titles = sum(1 for line in lines if line.link_chars >= 8 and line.link_share > 0.5)
    dates = sum(
        1
        for line in lines
        if len(line.text) < 120 and (line.link_chars >= 8 or len(line.text) <= 20) and find_dates(line.text)
    )
    points = 3.0 if characters and linked / characters > 0.5 and titles >= 5 else 0.0
    points += (
        4.0 if titles >= 5 and dates >= 5 and dates >= 0.6 * titles and titles * 5 >= len(lines) else 0.0
    )
    return points
