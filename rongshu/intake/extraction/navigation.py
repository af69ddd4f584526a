"""Links, the parts of a split article, the pages of a list, frames and refreshes."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from .addresses import absolute
from .lines import squeeze

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
    r"[\"']([^\"'\s<>{}]{1,300}(?:\.xml|\.json|/dataproxy\.jsp\?[^\"'\s<>]{1,300}))[\"']", re.IGNORECASE
)
_PART_NUMBER = re.compile(r"[_\-]\d{1,3}(?=\.\w{1,6}$)")
_PART_PARAMETER = re.compile(r"(?:page|p|pageno|pageindex|curpage|pn)=\d*$", re.IGNORECASE)
_PLACE = re.compile(r"\{\{?(?:page|p|n|num|pageNo|pageIndex)\}\}?")
_COUNT_NAME = re.compile(r"pages?$|count|total", re.IGNORECASE)
SCRIPT_TARGET = re.compile(
    r"(?:location(?:\.href)?\s{0,3}=|location\.(?:assign|replace)\(|open\()\s{0,3}[\"']([^\"']{1,500})[\"']"
)
_DATA_LINK = re.compile(
    r"[\"']((?:https?:/)?/?[\w\-./%]{2,300}?\.(?:s?html?|jsp|aspx?|php)(?:\?[\w\-=&%.]{0,300})?)\\?[\"']"
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
    elements = [*tree.iter("a", "area", "script"), *tree.iterfind(".//*[@onclick]")]
    found = [absolute(base, written) for element in elements for written in _written_links(element)]
    return list(dict.fromkeys(url for url in found if url))


def _written_links(element: HtmlElement) -> Iterator[str]:
    """href, or where a click goes by script; addresses in JSON islands that lists are drawn from."""
    if element.tag in ("a", "area") and (href := element.get("href")):
        yield href
    script = element.get("onclick") or (element.get("href") if element.tag == "a" else None)
    if script and ("location" in script or "open(" in script):
        yield from SCRIPT_TARGET.findall(script)
    if element.tag == "script" and "json" in (element.get("type") or ""):
        yield from links_in_data(element.text or "")


def links_in_data(text: str) -> list[str]:
    """Addresses of pages in JSON or script arrays."""
    return _DATA_LINK.findall(text[:2_000_000].replace("\\/", "/"))


def links_in_scripts(text: str, base: str | None) -> list[str]:
    """Pages named whole in the arrays and texts of scripts; a piece joined to others is no address."""
    text = text[:500_000].replace("\\/", "/")
    whole = (match for match in _DATA_LINK.finditer(text) if not _is_joined(text, match.start(), match.end()))
    return [url for match in whole if (url := absolute(base, match.group(1)))]


def _is_joined(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start].rstrip(), text[end : end + 3].lstrip()
    return before.endswith("+") or after.startswith("+")


def find_embedded(tree: HtmlElement, base: str | None, text: str) -> list[str]:
    """Frames, inline frames and data files the page fills itself from."""
    found = [absolute(base, element.get("src")) for element in tree.iter("frame", "iframe")]
    if "dataproxy" in text or ".xml" in text or "data-pages" in text:
        found += [absolute(base, match) for match in _DATA_FILE.findall(unescape(text))]
    found += [
        absolute(base, written) for element in tree.iter("div", "ul") for written in _paged_data(element)
    ]
    return list(dict.fromkeys(url for url in found if url))


def _paged_data(element: HtmlElement) -> list[str]:
    """A list that loads its pages from an address with a place for the number (/list_{page}.json)."""
    pattern = next((value for value in element.attrib.values() if _PLACE.search(value)), None)
    if pattern is None:
        return []
    counts = [
        int(value) for name, value in element.attrib.items() if _COUNT_NAME.search(name) and value.isdigit()
    ]
    return [
        _PLACE.sub(str(number), pattern)
        for number in range(1, min(max(counts, default=1), _PAGES_AT_MOST) + 1)
    ]


def splice_frame(tree: HtmlElement, base: str | None, url: str, inner: HtmlElement) -> None:
    """Put the body of an inline frame where the frame stands, its addresses made absolute."""
    body = inner.find(".//body")
    if body is None:
        return
    own = base_of(inner, url)
    for name in ("href", "src"):
        for element in body.iter():
            if isinstance(element.tag, str) and (target := absolute(own, element.get(name))):
                element.set(name, target)
    for frame in list(tree.iter("iframe")):
        parent = frame.getparent()
        if parent is not None and absolute(base, frame.get("src")) == url:
            body.tag, body.tail = "div", frame.tail
            body.set("class", frame.get("class") or frame.get("id") or "frame")
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
    """Pages of a script-made pager: createPageHTML(20, 0, "index", "html") → index_1.html … index_19.html."""
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
    """Addresses of the other parts of this article: numbered links to siblings named after it, its pager."""
    if url is None:
        return []
    own, found = (_stem(url), _sorted_query(url)), []
    for link in region.iter("a"):
        label = squeeze(link.text_content())
        if len(label) <= 8 and _PART_TEXT.match(label):
            target = absolute(base, link.get("href"))
            if target and target != url and _stem(target) in own:
                found.append(target)
    found += [target for target in list_pages(text, base) if target != url and _stem(target) in own]
    return list(dict.fromkeys(found))


def _stem(url: str) -> str:
    """The address without its part number: t1_2.html and t1.html, ?id=5&page=2 and ?id=5 agree."""
    path, mark, query = url.partition("?")
    return _sorted_query(_PART_NUMBER.sub("", path) + mark + query)


def _sorted_query(url: str) -> str:
    path, _, query = url.partition("?")
    kept = [pair for pair in query.split("&") if pair and not _PART_PARAMETER.match(pair)]
    return f"{path}?{'&'.join(sorted(kept))}"
