"""Breadcrumbs, links, the parts of a split article, the pages of a list, frames and refreshes."""

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from .addresses import absolute
from .furniture import is_furniture_class, is_furniture_line, is_location, strip_location
from .lines import Line, compact, squeeze

_SEPARATOR = re.compile(r"\s*(?:>+|»+|›+|→|->|＞+|》|/|\||｜|·|::|\\|»|—>|-->|\s-\s)\s*")
_TRAIL = re.compile(r"[>»›＞→]")
_HOME = frozenset(
    {"首页", "网站首页", "主页", "首頁", "本站首页", "门户首页", "返回首页", "Home", "HOME", "home"}
)
_LEAVES = frozenset(
    {
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
    }
)
_CRUMB_CLASS = re.compile(
    r"(?:^|[\s_\-])(?:bread\w*|\w*crumbs?\w*|position\w*|location\w*|dqwz|path\w*|where|weizhi|current_?nav|sitepath|mbx|local|nav_?path|curr\w*)(?:$|[\s_\-])",
    re.IGNORECASE,
)
_PART_TEXT = re.compile(
    r"^[\[【(（<]?\s?(?:第?\s?[\d二三四五六七八九十]{1,3}\s?页?|下一?页|下页|next|>|>>|»)\s?[\]】)）>]?$",
    re.IGNORECASE,
)
_PAGER_CALL = re.compile(
    r"createPageHTML\s{0,3}\(\s{0,3}(?:['\"][\w\-]{0,40}['\"]\s{0,3},\s{0,3})?(\d{1,5})\s{0,3},\s{0,3}(\d{1,5})\s{0,3},\s{0,3}['\"]([\w\-./]{1,120})['\"]\s{0,3},\s{0,3}['\"](\w{1,8})['\"]",
    re.IGNORECASE,
)
_PAGE_COUNT = re.compile(
    r"(?:var\s{1,3})?(?:countPage|pageCount|totalPages?|pageTotal|allPage|m_nPageCount)\s{0,3}[=:]\s{0,3}[\"']?(\d{1,5})",
    re.IGNORECASE,
)
_REFRESH = re.compile(
    r"^\s*(\d{1,5})(?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]{1,2000})", re.IGNORECASE
)
_SCRIPT_REDIRECT = re.compile(
    r"(?:window|document|self|top)?\.?location(?:\.href)?\s{0,3}(?:=|\.replace\(|\.assign\()\s{0,3}[\"']([^\"']{1,500})[\"']"
)
_DATA_FILE = re.compile(
    r"[\"']([^\"'\s<>]{1,300}(?:\.xml|\.json|/dataproxy\.jsp\?[^\"'\s<>]{1,300}))[\"']", re.IGNORECASE
)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,2000})\s*-->", re.IGNORECASE)
_COUNT_HINT = re.compile(r"countPage|pageCount|PageCount|totalPage|pageTotal|allPage")
_PAGES_AT_MOST = 2000


def saved_from(text: str) -> str | None:
    """The address a browser noted when it saved the page."""
    match = _SAVED_FROM.search(text[:3000])
    return match.group(1) if match and match.group(1).startswith("http") else None


def base_of(tree: HtmlElement, url: str | None) -> str | None:
    """The address relative ones start from: <base href>, else the page's own."""
    for element in tree.iter("base"):
        if href := element.get("href"):
            return absolute(url, href) or url
    return url


def find_links(tree: HtmlElement, base: str | None) -> list[str]:
    """Addresses of all links, each once, in document order."""
    found = (absolute(base, element.get("href")) for element in tree.iter("a", "area"))
    return list(dict.fromkeys(url for url in found if url))


def find_embedded(tree: HtmlElement, base: str | None, text: str) -> list[str]:
    """Frames, inline frames and data files the page fills itself from."""
    found = [absolute(base, element.get("src")) for element in tree.iter("frame", "iframe")]
    found += (
        [absolute(base, match) for match in _DATA_FILE.findall(text)]
        if "dataproxy" in text or ".xml" in text
        else []
    )
    return list(dict.fromkeys(url for url in found if url))


def splice_frame(tree: HtmlElement, base: str | None, url: str, inner: HtmlElement) -> None:
    """Put the body of an inline frame where the frame stands, its addresses made absolute."""
    body = inner.find(".//body")
    if body is None:
        return
    for name in ("href", "src"):
        for element in body.iter():
            if isinstance(element.tag, str) and (target := absolute(url, element.get(name))):
                element.set(name, target)
    for frame in list(tree.iter("iframe")):
        parent = frame.getparent()
        if parent is not None and absolute(base, frame.get("src")) == url:
            body.tag, body.tail = "div", frame.tail
            body.set("class", "article-content")
            parent.replace(frame, body)
            return


def is_frameset(tree: HtmlElement) -> bool:
    """The page is nothing but a frameset."""
    return next(tree.iter("frameset"), None) is not None


def find_refresh(tree: HtmlElement, base: str | None, text: str) -> str | None:
    """Where <meta refresh> or a script on an otherwise empty page sends the reader (within ten seconds)."""
    for element in tree.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.match(element.get("content") or "")
            if match and int(match.group(1)) <= 10:
                return absolute(base, match.group(2))
    if len(text) < 3000 and (match := _SCRIPT_REDIRECT.search(text)) and not _body_text(tree):
        return absolute(base, match.group(1))
    return None


def _body_text(tree: HtmlElement) -> str:
    pieces = (
        element.text or ""
        for element in tree.iter("p", "td", "div", "a", "body")
        if isinstance(element.tag, str)
    )
    return squeeze(" ".join(pieces))


def canonical_of(tree: HtmlElement, base: str | None) -> str | None:
    """The address the page declares as its own."""
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            return absolute(base, element.get("href"))
    return None


def list_pages(text: str, base: str | None) -> list[str]:
    """Pages a script-made pager leads to: createPageHTML(20, 0, "index", "html") → index_1.html … index_19.html."""
    found: list[str | None] = []
    if "page" not in text and "Page" not in text:
        return []
    for match in _PAGER_CALL.finditer(text) if "createPage" in text or "createpage" in text else ():
        count, name, ending = min(int(match.group(1)), _PAGES_AT_MOST), match.group(3), match.group(4)
        found += [absolute(base, f"{name}_{number}.{ending}") for number in range(1, count)]
    if not found and base and _COUNT_HINT.search(text) and (counted := _PAGE_COUNT.search(text)):
        found += _numbered_siblings(base, min(int(counted.group(1)), _PAGES_AT_MOST), text)
    return list(dict.fromkeys(url for url in found if url))


def _numbered_siblings(base: str, count: int, text: str) -> list[str | None]:
    """A counted pager whose script builds names with "_": siblings of this page."""
    last = urlsplit(base).path.rsplit("/", 1)[-1] or "index.html"
    stem, dot, ending = last.rpartition(".")
    stem = re.sub(r"_\d{1,4}$", "", stem)
    if not dot or (f'{stem}_"' not in text.replace("'", '"') and '"_"' not in text.replace("'", '"')):
        return []
    return [absolute(base, f"{stem}_{number}.{ending}") for number in range(1, count)]


def next_parts(region: HtmlElement, url: str | None, base: str | None, text: str) -> list[str]:
    """Addresses of the other parts of this article: numbered links to siblings named after it, or its pager."""
    if url is None:
        return []
    own, found = _stem(url), []
    for link in region.iter("a"):
        label = squeeze(link.text_content())
        if len(label) <= 8 and _PART_TEXT.match(label):
            target = absolute(base, link.get("href"))
            if target and target != url and _stem(target) == own:
                found.append(target)
    found += [target for target in list_pages(text, base) if target != url and _stem(target) == own]
    return list(dict.fromkeys(found))


def _stem(url: str) -> str:
    """The address without its part number: t1_2.html and t1.html, ?id=5&page=2 and ?id=5 agree."""
    path, _, query = url.partition("?")
    path = re.sub(r"[_\-]\d{1,3}(?=\.\w{1,6}$)", "", path)
    kept = [
        pair
        for pair in query.split("&")
        if pair and not re.match(r"(?:page|p|pageno|pageindex|curpage|pn)=\d*$", pair, re.IGNORECASE)
    ]
    return path + "?" + "&".join(sorted(kept))


def column_path(lines: list[Line], title: str | None) -> tuple[tuple[str, ...], str] | None:
    """The columns above the article from its breadcrumb, outermost first, and how it was found."""
    for line in lines:
        if is_location(line.text) and not line.heading == 1:
            path = _path_at(lines, line, title)
            if path:
                return path, "breadcrumb"
    for line in lines:
        if _starts_at_home(line) or (_CRUMB_CLASS.search(_names(line.block)) and _TRAIL.search(line.text)):
            path = _path_at(lines, line, title)
            if path and len(path) <= 8:
                return path, "breadcrumb-class"
    return None


def _names(element: HtmlElement) -> str:
    parent = element.getparent()
    upper = f" {parent.get('class') or ''} {parent.get('id') or ''}" if parent is not None else ""
    return f"{element.get('class') or ''} {element.get('id') or ''}{upper}"


def _starts_at_home(line: Line) -> bool:
    first = _SEPARATOR.split(line.text, maxsplit=1)
    bars = "|" in line.text or "｜" in line.text
    return len(first) == 2 and first[0].strip() in _HOME and len(line.text) < 200 and not bars


def _path_at(lines: list[Line], line: Line, title: str | None) -> tuple[str, ...]:
    """Climb from the label to the smallest block that holds the trail, and read it."""
    block = line.block
    for _ in range(5):
        text = squeeze(block.text_content())
        if len(text) > 300:
            return ()
        names = _names_in(block, title)
        if names and (next(block.iter("a"), None) is not None or _SEPARATOR.search(strip_location(text))):
            return tuple(names)
        parent = block.getparent()
        if parent is None or parent.tag == "body":
            return ()
        block = parent
    return ()


def _names_in(block: HtmlElement, title: str | None) -> list[str]:
    pieces: list[str] = []
    for element in block.iter():
        if element is not block and any(is_furniture_class(item) for item in _up_to(element, block)):
            continue
        if element.tag == "a":
            pieces.append(squeeze(element.text_content()))
        elif not any(ancestor.tag == "a" for ancestor in element.iterancestors()):
            pieces += _SEPARATOR.split(strip_location(squeeze(element.text or "")))
        if (
            element is not block
            and element.tail
            and not any(ancestor.tag == "a" for ancestor in element.iterancestors())
        ):
            pieces += _SEPARATOR.split(strip_location(squeeze(element.tail)))
    return [
        name
        for piece in pieces
        if (name := piece.strip(" >:：»›/|·-—[]【】>＞\u25a0")) and _is_column(name, title)
    ]


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
