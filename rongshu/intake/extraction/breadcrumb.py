"""The columns above an article, from its breadcrumb."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from .addresses import absolute
from .furniture import is_furniture_class, is_furniture_line, is_location, strip_location
from .lines import Line, compact, squeeze

_SEPARATOR = re.compile(r"\s*(?:>+|»+|›+|→|->|＞+|》|/|\||｜|·|::|\\|»|—>|-->|\s-\s)\s*")
_MARKS = re.compile(r"[\s>›→＞》《/|｜·:：\\»«‹<\-—\[\]【】■]+")
_TRAIL = re.compile(r"[>»›＞→]")
_HOME = frozenset(
    ["首页", "网站首页", "主页", "首頁", "本站首页", "门户首页", "返回首页", "Home", "HOME", "home"]
)
_LEAVES = frozenset(
    [
        "正文",
        "内容",
        "详情",
        "文章",
        "浏览文章",
        "查看",
        "文章内容",
        "内容详情",
        "详细内容",
        "信息详情",
        "列表",
        "阅读文章",
        "详细信息",
    ]
)
_CRUMB_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:bread\w*|\w*crumbs?\w*|position\w*|location\w*|dqwz|path\w*|where|weizhi|current_?nav|sitepath|mbx|local|nav_?path|curr\w*)(?:$|[\s_\-])",
    re.IGNORECASE,
)
_CRUMB_NAME = re.compile(r"bread_?-?crumb|(?:^|[\s_\-])crumbs?(?:$|[\s_\-])", re.IGNORECASE)
_FRONT_PAGE = re.compile(r"/?(?:(?:index|default|main|home)\.\w{2,5})?", re.IGNORECASE)
_EDGES = " >:：»›/|·-—[]【】＞■"


def column_path(lines: list[Line], title: str | None, base: str | None) -> tuple[tuple[str, ...], str] | None:
    """The columns above the article from its breadcrumb, outermost first, and how it was found."""
    for line in lines:
        if is_location(line.text) and line.heading != 1:
            path = _path_at(line, title, base)
            if path:
                return path, "breadcrumb"
    for line in lines:
        if _starts_at_home(line) or (_is_trail(line)):
            path = _path_at(line, title, base)
            if path and len(path) <= 8:
                return path, "breadcrumb-class"
    return None


def _names(element: HtmlElement) -> str:
    around = (element, *islice(element.iterancestors(), 3))
    return " ".join(f"{item.get('class') or ''} {item.get('id') or ''}" for item in around)


def _is_trail(line: Line) -> bool:
    """Named as a breadcrumb; names that mean other things too need separators."""
    names = _names(line.block)
    return bool(_CRUMB_NAME.search(names) or (_CRUMB_CLASS.search(names) and _TRAIL.search(line.text)))


def _starts_at_home(line: Line) -> bool:
    first = _SEPARATOR.split(line.text, maxsplit=1)
    bars = "|" in line.text or "｜" in line.text
    return len(first) == 2 and first[0].strip() in _HOME and len(line.text) < 200 and not bars


def _path_at(line: Line, title: str | None, base: str | None) -> tuple[str, ...]:
    """Climb from the label to the smallest block that holds the trail, and read it."""
    block = line.block
    for _ in range(5):
        text = squeeze(block.text_content())
        if len(text) > 300:
            return ()
        names = _names_in(block, title, base)
        if names and (next(block.iter("a"), None) is not None or _SEPARATOR.search(strip_location(text))):
            return tuple(names)
        parent = block.getparent()
        if parent is None or parent.tag == "body":
            return ()
        block = parent
    return ()


def _names_in(block: HtmlElement, title: str | None, base: str | None) -> list[str]:
    pieces: list[str] = []
    for element, text, is_link in _texts(block):
        if is_link:
            if not _leads_home(element, base):
                pieces.append(text)
        elif not _is_title(text, title):
            pieces += _steps(strip_location(text), title)
    names = (piece.strip(_EDGES) for piece in pieces)
    return [name for name in names if name and _is_column(name, title)]


def _steps(text: str, title: str | None) -> list[str]:
    """The names in a piece of the trail, without the title at its end, whatever marks the title holds."""
    pieces = [piece for piece in _SEPARATOR.split(text) if piece.strip(_EDGES)]
    whole = _bare(title or "")
    for start in range(len(pieces)):
        rest = _bare("".join(pieces[start:]))
        if len(rest) > 3 and whole.startswith(rest) and (start + 1 < len(pieces) or rest == whole):
            return pieces[:start]
    return pieces


def _bare(text: str) -> str:
    """The text without white space and the marks that separate a trail's names."""
    return _MARKS.sub("", compact(text)).rstrip("….")


def _texts(block: HtmlElement) -> Iterator[tuple[HtmlElement, str, bool]]:
    """Texts of the block in reading order, a link's in one piece; tools beside the trail are left out."""
    inside_link = {inner for link in block.iter("a") for inner in link.iterdescendants()}
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if element in inside_link or _is_tool(element, block):
            continue
        if event == "start":
            text = element.text_content() if element.tag == "a" else element.text
            yield element, squeeze(text or ""), element.tag == "a"
        elif element is not block and element.tail:
            yield element, squeeze(element.tail), False


def _is_tool(element: HtmlElement, block: HtmlElement) -> bool:
    return element is not block and any(is_furniture_class(item) for item in _up_to(element, block))


def _leads_home(link: HtmlElement, base: str | None) -> bool:
    """The first name of a trail is often the site's own, linked to its front page."""
    target = absolute(base, link.get("href"))
    return target is not None and bool(_FRONT_PAGE.fullmatch(urlsplit(target).path))


def _is_title(text: str, title: str | None) -> bool:
    """The article's own title at the end of its trail, whole or cut."""
    own = compact(text.strip(_EDGES)).rstrip("….")
    whole = compact(title or "")
    is_cut = whole.startswith(own) or (own in whole and len(own) > 0.5 * len(whole))
    return bool(own) and (own == whole or (len(own) > 3 and is_cut))


def _up_to(element: HtmlElement, block: HtmlElement) -> list[HtmlElement]:
    path = [element]
    for ancestor in element.iterancestors():
        if ancestor is block:
            break
        path.append(ancestor)
    return [
        item for item in path if not _CRUMB_CLASS.search(f"{item.get('class') or ''} {item.get('id') or ''}")
    ]


def _is_column(name: str, title: str | None) -> bool:
    if (
        is_furniture_line(name)
        or name in _HOME
        or name in _LEAVES
        or is_location(name)
        or len(name) > 40
        or name in ("位置", "您的位置", "当前位置")
    ):
        return False
    return not (
        title
        and len(name) > 3
        and compact(name).rstrip("….") in compact(title)
        and len(name) > 0.5 * len(title)
    )
