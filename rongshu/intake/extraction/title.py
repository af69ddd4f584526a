"""The title: what the page declares, or the line that looks most like one beside <title> and the byline."""

import re
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement

from .containers import certainty
from .dates import find_dates
from .furniture import is_footer_text
from .labels import TITLE_LABELS, Labelled, first_value
from .lines import Line, compact, squeeze

# A name in pointed brackets (<示范省条例>) is text; mark-up begins with a letter or a slash.
_TAGS = re.compile(r"<(?:/?[A-Za-z][^<>]{0,300}|!--[^<>]{0,300}--)>")
# What editors of their time call a page that nobody gave a title.
_PLACEHOLDER = re.compile(
    r"(?:new\s?page|untitled(?:\s?(?:document|page|normal\s?page))?|document|title|no\s?title|page\s?title|index|"
    r"新建?网?页面?|新建文档|新建\s?\w{0,6}\s?(?:文档|网页)|无标题(?:文档|页面?|网页)?|未命名(?:文档|页面?|网页)?|无题|"
    r"(?:网页|页面|文章|文档|信息)?标题|详情页?|内容页|详细页面?|文章页|正文)\s?[-_#(（]?\d{0,4}[)）]?",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*(?:_+|--+|[-–—|｜»>＞/]\s|\s[-–—|｜»·]|[-–—|｜»·](?=[^-–—|｜»·]{0,30}$))\s*")
_UNDERSCORE = re.compile(r"\s?_+\s?(?=[^_]*)")
_SITE_NAME = re.compile(
    r"(?:门户网站|政府网站|政府网|官方网站|官网|网站|人民政府|信息网|政务网|公众网|新闻网|在线|首页|主页|信息公开)$"
)
_TITLE_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:\w{0,12}title\w{0,6}|\w{0,6}bt|biaoti|\w{0,4}tit|headline|\w{0,6}wzbt|xl_tit\d?|title\d?|tit\d?)(?:$|[\s_\-])",
    re.IGNORECASE,
)
_NOT_TITLE_CLASS = re.compile(
    r"sub|small|site|logo|nav|menu|side|right|foot|head_?er|hot|relat|list|info|column|lanmu", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"当前位置|您的位置|您现在的位置|所在位置|版权所有|ICP备|上一[篇条页]|下一[篇条页]|打印|字号|分享到|扫一扫|相关(?:链接|文章|新闻|阅读|稿件)|"
    r"浏览次数|无障碍|设为首页|今天是|热点|推荐阅读|评论"
)
_LARGE = re.compile(r"[4-7]|\+[1-4]")
_BYLINE = re.compile(
    r"(?:来\s{0,4}源|发布(?:时间|日期|机构)|发表时间|作\s{0,4}者|时\s{0,4}间|日\s{0,4}期|更新时间|浏览次数|点击|稿源)\s{0,3}[:：]"
)
_DOCUMENT_WORDS = re.compile(
    r"关于.{2,}的|通知$|公告$|公示$|意见$|办法$|决定$|公报$|规定$|方案$|批复$|通报$|报告$|条例$"
)


_ENOUGH, _ENOUGH_ALONE = 4.5, 1.5


@dataclass(frozen=True, slots=True)
class Title:
    """The title, the line it stands on (None when it is on none) and how sure we are."""

    text: str
    position: int | None
    confidence: float
    found_by: str


def document_title(tree: HtmlElement) -> str:
    """The text of <title>."""
    element = tree.find(".//title")
    return squeeze(element.text_content()) if element is not None else ""


def is_placeholder(title: str) -> bool:
    """What stands where nobody wrote a title (New Page 4, 无标题文档)."""
    return bool(_PLACEHOLDER.fullmatch(title.strip()))


def find_title(
    lines: list[Line], labels: list[Labelled], meta: dict[str, str], page_title: str
) -> Title | None:
    """The best title of the page, or None when nothing resembles one."""
    declared = plain_title(meta.get("title", ""))
    if is_placeholder(declared):
        declared = ""
    if not meta.get("declares_article"):
        # og:title and its like carry the site's name behind the title.
        declared = _UNDERSCORE.split(declared, maxsplit=1)[0]
    if declared and (meta.get("declares_article") or not _is_site_name(declared, meta)):
        line = _line_of(lines, declared)
        if meta.get("declares_article") or line is not None:
            return Title(declared, line.position if line else None, 0.98, "meta")
    unnamed = is_placeholder(page_title)
    candidate = _best_line(lines, "" if unnamed else page_title)
    labelled = first_value(labels, TITLE_LABELS, near=0)
    if labelled and len(labelled[1].value) > 5 and _prefers_label(labelled[1].value, candidate):
        return Title(labelled[1].value, labelled[1].position, 0.8, "element-table")
    if candidate:
        return candidate
    head = _own_part(page_title, meta)
    return Title(head, None, 0.1 if unnamed else 0.4, "title-tag") if head else None


def _prefers_label(value: str, candidate: Title | None) -> bool:
    """名称：… of an element table, unless a better line says something else."""
    return candidate is None or candidate.confidence < 0.8 or compact(value) in compact(candidate.text)


def plain_title(written: str) -> str:
    """A declared title without the mark-up and double escapes some systems put into it."""
    return squeeze(_TAGS.sub("", unescape(unescape(written)).replace("<br>", "").replace("<br/>", "")))


def _is_site_name(title: str, meta: dict[str, str]) -> bool:
    return title == meta.get("site_name") or bool(_SITE_NAME.search(title))


def _line_of(lines: list[Line], title: str) -> Line | None:
    """Where the declared title stands: the whole line, or a block whose lines begin it; headings win."""
    wanted = compact(title)
    same = [line for line in lines if not line.is_link and _begins(compact(line.text), wanted)]
    return max(
        same,
        key=lambda line: (len(line.text) >= len(title) // 2, bool(line.heading), -line.position),
        default=None,
    )


def _begins(text: str, wanted: str) -> bool:
    return (
        text == wanted
        or (len(text) >= 6 and wanted.startswith(text))
        or (len(wanted) > 8 and wanted in text and len(text) < 2 * len(wanted))
    )


def _best_line(lines: list[Line], page_title: str) -> Title | None:
    parts = [compact(part) for part in _SEPARATORS.split(page_title) if part]
    bylines = _byline_positions(lines)
    starts = _container_starts(lines)
    whole = compact(page_title)
    best: tuple[float, Line] | None = None
    for line in lines:
        if (
            not 3 < len(line.text) <= 3500
            or line.link_share > 0.9
            or (len(line.text) > 200 and compact(line.text) not in whole)
        ):
            continue
        score = _score(line, whole, parts) + _neighbour_score(line.position, bylines, starts)
        if best is None or score > best[0]:
            best = (score, line)
    # Where <title> says nothing, no line can agree with it.
    if best is None or best[0] < (_ENOUGH if whole else _ENOUGH_ALONE):
        return None
    return Title(
        _joined(lines, best[1], whole), best[1].position, min(0.95, 0.4 + best[0] / 20), "heading-score"
    )


def _is_byline(line: Line) -> bool:
    return bool(_BYLINE.search(line.text)) or (
        len(line.text) < 60 and not line.is_link and bool(find_dates(line.text))
    )


def _byline_positions(lines: list[Line]) -> dict[int, float]:
    """Lines with a date or source, by how much they say: a bare date among many belongs to a list."""
    weighted: dict[int, float] = {}
    bare: list[int] = []
    for line in lines:
        if is_footer_text(line.text):
            continue
        if len(line.text) < 300 and _BYLINE.search(line.text):
            weighted[line.position] = 1.0
        elif len(line.text) < 60 and not line.is_link and find_dates(line.text):
            bare.append(line.position)
    for position in bare:
        crowd = sum(1 for other in bare if 0 < abs(other - position) <= 6)
        weighted[position] = 0.8 if crowd < 2 else 0.0
    return weighted


def _container_starts(lines: list[Line]) -> list[int]:
    """Positions where a known body container begins."""
    known: dict[HtmlElement, bool] = {}
    inside = [_is_inside(line.block, known) for line in lines]
    return [index for index, now in enumerate(inside) if now and not (index and inside[index - 1])]


def _is_inside(block: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Below a known container; every element on the way is looked at once."""
    trail = []
    current: HtmlElement | None = block
    while current is not None and current not in known:
        trail.append(current)
        current = current.getparent()
    answer = known[current] if current is not None else False
    for element in reversed(trail):
        answer = answer or certainty(element) == 2
        known[element] = answer
    return answer


def _neighbour_score(position: int, bylines: dict[int, float], starts: list[int]) -> float:
    """The byline follows the title closely, seldom precedes it; then the body begins."""
    score = -4.0 if position in bylines else 0.0
    after = [
        (other - position, weight)
        for other, weight in bylines.items()
        if 0 < other - position <= 5 and weight
    ]
    if after:
        gap, weight = min(after)
        score += weight * {1: 4.0, 2: 3.5, 3: 2.5, 4: 1.5, 5: 1.0}[gap]
    elif any(weight == 1.0 and 0 < position - other <= 8 for other, weight in bylines.items()):
        score += 1.5
    gap = min((start - position for start in starts if start > position), default=99)
    return score + {1: 2.5, 2: 2.5, 3: 2.0, 4: 1.5, 5: 1.0}.get(gap, 0.0)


def _score(line: Line, whole: str, parts: list[str]) -> float:
    text = compact(line.text)
    score = _title_tag_score(text, whole, parts) + _markup_score(line)
    score += 1.0 if 8 <= len(text) <= 70 else (-2.0 if len(text) < 6 else 0.0)
    score += 1.5 if _DOCUMENT_WORDS.search(text) else 0.0
    score -= 4.0 if _NO_TITLE.search(text) else 0.0
    score -= 3.0 if text.endswith(("。", "；", "：", ":", "，")) or text.count("，") > 3 else 0.0
    score -= 3.0 if text.startswith("首页") or _SITE_NAME.search(text) else 0.0
    return score - 4.0 * line.link_share


def _title_tag_score(text: str, whole: str, parts: list[str]) -> float:
    if len(text) < 4 or text not in whole:
        if len(text) > 12 and any(len(part) > 8 and (part.rstrip("….") in text) for part in parts):
            return 4.0
        return 0.0
    return (
        (2.0 if text in parts else 0.0)
        + 7.0 * (len(text) / len(whole))
        + (1.5 if parts and parts[0] == text else 0.0)
    )


def _markup_score(line: Line) -> float:
    score = {1: 3.0, 2: 3.0, 3: 2.5, 4: 1.5, 5: 1.5, 6: 1.0}.get(line.heading, 0.0)
    names = [
        f"{element.get('class', '')} {element.get('id', '')}"
        for element in (line.block, line.block.getparent())
        if element is not None
    ]
    own = names[0] if names else ""
    if _TITLE_CLASS.search(own) and not _NOT_TITLE_CLASS.search(own):
        score += 2.0
    elif len(names) > 1 and _TITLE_CLASS.search(names[1]) and not _NOT_TITLE_CLASS.search(names[1]):
        score += 1.0
    if not line.heading and (line.block.get("align") == "center" or _emphasised(line)):
        score += 1.0
    return score + (1.0 if _is_large(line) else 0.0)


def _is_large(line: Line) -> bool:
    """<font size=5> and its like, the headings of pages made before style sheets."""
    child = line.block.find(".//font")
    return child is not None and bool(_LARGE.fullmatch((child.get("size") or "").strip()))


def _emphasised(line: Line) -> bool:
    """<strong>, <b> or <font size=5> around the whole text, as titles were made before style sheets."""
    child = line.block.find("*")
    return child is not None and child.tag in ("strong", "b", "font", "big", "center", "span")


def _joined(lines: list[Line], line: Line, whole: str) -> str:
    """A title broken by <br>, or over neighbouring blocks that <title> holds in one piece."""
    text = line.text
    for step in (1, -1):
        index = line.position + step
        while 0 <= index < len(lines) and abs(index - line.position) <= 3:
            other = lines[index]
            merged = text + other.text if step == 1 else other.text + text
            together = compact(merged) in whole or (
                other.block is line.block
                and (line.heading or _TITLE_CLASS.search(str(line.block.get("class", ""))))
            )
            if not together or _is_byline(other) or len(merged) > 400:
                break
            text, index = merged, index + step
    return text


def _own_part(page_title: str, meta: dict[str, str]) -> str | None:
    for part in _SEPARATORS.split(page_title):
        if part and len(part) > 4 and not _is_site_name(part, meta):
            return part
    return None
