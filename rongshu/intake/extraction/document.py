"""Text → a bounded element tree without comments; and the tree without what a reader never sees."""

import re
from typing import Final
from urllib.parse import quote

from lxml import etree, html
from lxml.html import HtmlElement

from rongshu.foundation.html_bounds import without_crowds

from .containers import certainty
from .decoding import decoded
from .errors import PageTooComplex, PageTooLarge, PageUnreadable

MAX_BYTES: Final = 20_000_000
MAX_ELEMENTS: Final = 400_000

_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MZ\x90",
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_XML_ISLAND = re.compile(r"<script\b[^>]{0,300}\bxml\b[^>]{0,300}>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"([\"'=][^\"'<>\s=?]{0,300}\?)([A-Za-z0-9_%.\-]{1,60}=[^\"'<>\s]{1,600})")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
_CLOSERS = re.compile(r"</(?:html|body)\s{0,20}>", re.IGNORECASE)
_INLINE_FORMATTING = re.compile(
    r"</?(?:font|span|b|i|u|em|strong|small|big|o:p|st1:\w{1,30})\b[^<>]{0,2000}>", re.IGNORECASE
)
_UNSEEN_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "canvas",
        "svg",
        "input",
        "select",
        "option",
        "button",
        "object",
        "embed",
        "applet",
        "link",
        "map",
        "area",
        "audio",
        "head",
        "marquee_ad",
    ]
)
_HIDDEN_STYLE = re.compile(r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden)", re.IGNORECASE)
_NUMBERED_NAME = re.compile(r"^(.{0,40}?)\d{1,3}$")
_LEAST_OF_A_PAGE: Final = 40  # characters
_HIDDEN_CLASSES = frozenset(
    {"hide", "hidden", "ng-hide", "undis", "d-none", "dis-none", "dn", "noprint_hidden"}
)


def parse(content: bytes, declared_charset: str | None = None) -> tuple[HtmlElement, str]:
    """The tree of a page and its decoded text; raises PageTooLarge, PageTooComplex or PageUnreadable."""
    return parse_with_charset(content, declared_charset)[:2]


def parse_with_charset(content: bytes, declared_charset: str | None = None) -> tuple[HtmlElement, str, str]:
    """As `parse`; also the encoding in which a browser sends the page's forms and queries."""
    if len(content) > MAX_BYTES:
        raise PageTooLarge
    if content.lstrip()[:8].startswith(_BINARY):
        raise PageUnreadable
    text, charset = decoded(content, declared_charset)
    tree, text = parse_text(text if charset == "utf-8" else _escaped_queries(text, charset))
    return tree, text, charset


def _escaped_queries(text: str, charset: str) -> str:
    """Write Chinese in queries (list.asp?type=新闻) as browsers send it: in the encoding of the page."""

    def escaped(match: re.Match[str]) -> str:
        start, query = match.groups()
        if query.isascii():
            return match[0]
        return start + _FOREIGN.sub(lambda found: quote(found[0], encoding=charset, errors="replace"), query)

    return _QUERY.sub(escaped, text)


def parse_text(text: str) -> tuple[HtmlElement, str]:
    """The tree of decoded text and the text as it was parsed."""
    text = _prepared(text)
    if not text.strip():
        raise PageUnreadable("页面是空的；请核对地址后重试。")
    tree = _tree(text)
    if tree is None:
        # Word and old editors leave thousands of unclosed <font>; without them the nesting is sane.
        tree = _tree(_INLINE_FORMATTING.sub("", text))
    if tree is None:
        raise PageTooComplex
    return tree, text


def _prepared(text: str) -> str:
    text = _CONTROL.sub("", _XML_DECLARATION.sub("", text, count=1))
    if "<![CDATA[" in text:
        # Lists of 大汉 JPage stand in XML islands as CDATA records: read them as the HTML they hold.
        if "datastore" in text or "recordset" in text:
            text = _XML_ISLAND.sub(r"<div>\1</div>", text)
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    # Includes bring their own </html>; libxml2 would stop listening there.
    return without_crowds(_CLOSERS.sub("", text))


def _tree(text: str) -> HtmlElement | None:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree: HtmlElement = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise PageUnreadable from error
    if text.count("<") > MAX_ELEMENTS:
        raise PageTooComplex
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    return None if too_deep else tree


def remove_unseen(tree: HtmlElement) -> None:
    """Drop scripts, forms' controls and hidden elements, in place."""
    for element in list(tree.iter(etree.Element)):
        if element.tag in _UNSEEN_TAGS or (element.attrib and _is_hidden(element)):
            drop(element)


def _is_hidden(element: HtmlElement) -> bool:
    if certainty(element) == 2:
        return False  # shown by script once it is laid out
    style = element.get("style")
    classes = (element.get("class") or "").split()
    is_marked = bool(style and _HIDDEN_STYLE.search(style)) or "hidden" in element.attrib
    return (
        (is_marked or not _HIDDEN_CLASSES.isdisjoint(classes))
        and _is_small(element)
        and not _is_turned_to(element)
    )


def _is_turned_to(element: HtmlElement) -> bool:
    """One of several numbered siblings shown in turn: the pages of an article that is cut by a script."""
    name = _NUMBERED_NAME.match(element.get("id") or "")
    parent = element.getparent()
    if name is None or parent is None:
        return False
    series = [one for one in parent.iterchildren(str(element.tag)) if _is_of_series(one, name[1])]
    return len(series) > 1 and all(len(one.text_content()) >= _LEAST_OF_A_PAGE for one in series)


def _is_of_series(element: HtmlElement, stem: str) -> bool:
    name = _NUMBERED_NAME.match(element.get("id") or "")
    return name is not None and name[1] == stem and element.find(".//a") is None


def _is_small(element: HtmlElement) -> bool:
    """Some sites show the whole article by script: a hidden element with a long text is the article."""
    total = 0
    for text in element.itertext():
        total += len(text.strip())
        if total > 2000:
            return False
    return True


def drop(element: HtmlElement) -> None:
    """Remove an element but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def remove(element: HtmlElement) -> None:
    """Remove an element and the text that follows it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
