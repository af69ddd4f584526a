"""The body as a clean fragment and as text: page furniture cut off, Word and vendor mark-up unwrapped."""

import re
from collections.abc import Container
from itertools import takewhile
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from .addresses import absolute
from .anchors import fragment_of, mark_places
from .attachments import attachment_url
from .body import Body, Weights
from .containers import certainty
from .document import drop, remove
from .furniture import begins_tail, is_furniture_class, is_furniture_line, is_pager, line_weight
from .lines import Line, read_lines, squeeze
from .results import Image

_KEPT_TAGS: Final = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "colgroup",
        "col",
        "img",
        "a",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "del",
        "ins",
        "sub",
        "sup",
        "br",
        "hr",
        "blockquote",
        "pre",
        "code",
        "figure",
        "figcaption",
        "video",
        "source",
    ]
)
_DROPPED_TAGS: Final = frozenset({"meta", "link", "title", "base", "textarea"})
_KEPT_ATTRIBUTES: Final = frozenset(
    ["href", "src", "alt", "title", "colspan", "rowspan", "width", "height", "poster", "id"]
)
_LAZY: Final = (
    "data-original",
    "data-src",
    "data-lazy-src",
    "data-url",
    "_src",
    "original",
    "lazy-src",
    "data-echo",
    "src",
)
_ALIGN = re.compile(r"text-align\s{0,3}:\s{0,3}(center|right|justify)", re.IGNORECASE)
_ICON = re.compile(
    r"icon|guide|guanzhu|follow|/filetype|share|blank\.|spacer|loading|weixin|qrcode|erweima|/ico_|_ico\.|btn|button|print\.|pixel",
    re.IGNORECASE,
)
_LONGEST_BYLINE: Final = 200
_LONGEST_HEAD: Final = 40
_BLANK: Final = "\u00a0\u3000\u200b \t\r\n"
_HOLDS_SOMETHING: Final = ("img", "table", "video", "hr", "iframe")


def cut_furniture(
    body: Body, weights: Weights, lines: list[Line], *, title: int | None, byline: int | None
) -> None:
    """Remove from the body, in place, what the page adds around and inside it."""
    element = body.element
    if body.found_by != "container" or certainty(element) < 2:
        _cut_head(element, weights, lines, _head_end(element, weights, lines, title, byline))
    else:
        end = _head_end(element, weights, lines, _heading_at(lines, title), byline)
        if end is not None and lines and lines[0].position <= end <= lines[0].position + 6:
            _cut_head(element, weights, lines, end)
    _cut_tail(element, weights, lines)
    whole = max(weights[element], 1.0)
    for child in list(element.iterdescendants()):
        if is_furniture_class(child) and weights[child] < 0.3 * whole and not _lists_files(child):
            drop(child)
    for line in lines:
        if (
            line.block is not element
            and (is_furniture_line(line.text) or is_pager(line))
            and squeeze(line.block.text_content()) == line.text
        ):
            drop(line.block)


def cut_repeated(element: HtmlElement, texts: Container[str], urls: Container[str], base: str | None) -> None:
    """Remove blocks and pictures that stand alike on the pages of the whole template."""
    if not texts and not urls:
        return
    for line in read_lines(element):
        is_whole = line.block is not element and squeeze(line.block.text_content()) == line.text
        if line.text in texts and is_whole:
            drop(line.block)
    for image in list(element.iter("img")):
        if absolute(base, image.get("src")) in urls:
            drop(image)


def _head_end(
    element: HtmlElement, weights: Weights, lines: list[Line], title: int | None, byline: int | None
) -> int | None:
    """The line the page's head ends with: the byline under the title, unless the article stands between."""
    if any(line.position == byline and len(line.text) > _LONGEST_BYLINE for line in lines):
        byline = None
    if title is None or byline is None or byline < title:
        return title if title is not None else byline
    between = sum(line_weight(line) for line in lines if title < line.position < byline)
    return byline if between <= 0.3 * weights[element] else title


def _heading_at(lines: list[Line], title: int | None) -> int | None:
    """The title's line when it is a heading of the page; a centred paragraph belongs to the document."""
    return next(
        (line.position for line in lines if line.position == title and line.heading in (1, 2, 3)), None
    )


def _lists_files(element: HtmlElement) -> bool:
    return any(attachment_url(link, "http://host.invalid/") for link in element.iter("a"))


def _cut_head(element: HtmlElement, weights: Weights, lines: list[Line], last: int | None) -> None:
    """Everything up to and with line `last`, unless that is a good part of the article."""
    if last is None:
        return
    line = next((item for item in lines if item.position == last), None)
    if line is None or line.block is element:
        return
    if line.position - lines[0].position > _LONGEST_HEAD or not _contains(element, line.block):
        return
    for step in _path_up(line.block, element):
        for sibling in list(step.itersiblings(preceding=True)):
            remove(sibling)
        if (parent := step.getparent()) is not None:
            parent.text = None
    drop(line.block)


def _path_up(block: HtmlElement, element: HtmlElement) -> list[HtmlElement]:
    """The block and its ancestors below `element`."""
    return [block, *takewhile(lambda ancestor: ancestor is not element, block.iterancestors())]


def _cut_tail(element: HtmlElement, weights: Weights, lines: list[Line]) -> None:
    """From the first line that speaks of other articles to the end, when little text follows."""
    for line in lines[1:]:
        if line.block is element or not begins_tail(line.text) or not _contains(element, line.block):
            continue
        path = _path_up(line.block, element)
        doomed = [line.block, *(sibling for step in path for sibling in step.itersiblings())]
        if sum(weights[item] for item in doomed) <= 0.35 * weights[element] and not any(
            map(_lists_files, doomed)
        ):
            for item in doomed:
                drop(item)
            return


def _contains(outer: HtmlElement, inner: HtmlElement) -> bool:
    return any(ancestor is outer for ancestor in inner.iterancestors())


def clean_fragment(element: HtmlElement, base: str | None) -> HtmlElement:
    """Allow-listed tags and attributes with absolute addresses, in place; a <div> holds the body."""
    element.tag = "div"
    element.tail = None
    mark_places(element)
    for child in list(element.iterdescendants()):
        if not isinstance(child.tag, str) or child.tag in _DROPPED_TAGS:
            drop(child)
        elif child.tag == "img":
            _clean_image(child, base)
        else:
            _clean_element(child, base)
    element.attrib.clear()
    for child in reversed(list(element.iterdescendants())):
        if child.tag not in _KEPT_TAGS or (child.tag == "a" and not child.attrib):
            child.drop_tag()
        elif _is_empty(child):
            drop(child)
    return element


def _clean_element(element: HtmlElement, base: str | None) -> None:
    align = _ALIGN.search(element.get("style") or "")
    aligned = align.group(1).lower() if align else (element.get("align") or "").lower()
    href = _target(element, base) if element.tag == "a" else None
    for name in list(element.attrib):
        if name not in _KEPT_ATTRIBUTES or name == "href":
            del element.attrib[name]
    if "src" in element.attrib and (source := absolute(base, element.get("src"))):
        element.set("src", source)
    if href:
        element.set("href", href)
    if aligned in ("center", "right") and element.tag in ("p", "div", "h1", "h2", "h3", "h4", "td", "th"):
        element.set("style", f"text-align: {aligned}")


def _target(link: HtmlElement, base: str | None) -> str | None:
    """Where a link leads: to a file, to a page, to a place within a page, to one within this page."""
    if file := attachment_url(link, base):
        return file
    place, page = fragment_of(link.get("href")), absolute(base, link.get("href"))
    return page + place if page else place or None


def _clean_image(image: HtmlElement, base: str | None) -> None:
    written = next(
        (value for name in _LAZY if (value := image.get(name)) and not value.startswith("data:image/gif")), ""
    )
    url = written if written.startswith("data:image/") and len(written) > 300 else absolute(base, written)
    if not url or _is_icon(image, url):
        drop(image)
        return
    kept = {name: value for name in ("alt", "title", "width", "height") if (value := image.get(name))}
    image.attrib.clear()
    image.attrib.update({"src": url, **kept})


def _is_icon(image: HtmlElement, url: str) -> bool:
    sizes = [value for name in ("width", "height") if (value := image.get(name) or "").isdigit()]
    following = image.getnext()
    if any(int(size) <= 24 for size in sizes):
        return True
    if following is not None and following.tag == "a" and not (image.tail or "").strip():
        # The little picture in front of a file's link says doc or pdf.
        return attachment_url(following, url) is not None or _is_named_icon(url)
    return _is_named_icon(url)


def _is_named_icon(url: str) -> bool:
    return len(url) < 500 and bool(_ICON.search(url.rsplit("/", 1)[-1]) or "filetypeimages" in url.lower())


def _is_empty(element: HtmlElement) -> bool:
    if element.tag in ("img", "br", "hr", "td", "th", "col", "video", "source", "colgroup"):
        return False
    if (element.text and element.text.strip(_BLANK)) or next(
        element.iter(*_HOLDS_SOMETHING), None
    ) is not None:
        return False
    return not (element.text_content() or "").strip(_BLANK)


def fragment_html(element: HtmlElement) -> str:
    """The inner HTML of the cleaned body."""
    whole = etree.tostring(element, encoding="unicode", method="html")
    return whole[whole.index(">") + 1 : whole.rindex("</")].strip()


def fragment_images(element: HtmlElement) -> list[Image]:
    """The pictures of the cleaned body, each address once."""
    found: dict[str, Image] = {}
    for image in element.iter("img"):
        url = image.get("src") or ""
        found.setdefault(url, Image(url, squeeze(image.get("alt") or "")))
    return list(found.values())


def fragment_text(element: HtmlElement) -> str:
    """The body's text: a newline between blocks, a tab between the cells of a row of data."""
    rows: list[tuple[HtmlElement | None, HtmlElement | None, str]] = []
    tables: dict[HtmlElement, bool] = {}
    for line in read_lines(element):
        row, cell = _data_cell(line.block, tables)
        if row is not None and rows and rows[-1][0] is row and rows[-1][1] is not cell:
            rows[-1] = (row, cell, f"{rows[-1][2]}\t{line.text}")
        else:
            rows.append((row, cell, line.text))
    return "\n".join(text for _, _, text in rows)


def _data_cell(
    block: HtmlElement, tables: dict[HtmlElement, bool]
) -> tuple[HtmlElement | None, HtmlElement | None]:
    """The row and cell of a data table a block stands in."""
    cell = block if block.tag in ("td", "th") else next(block.iterancestors("td", "th"), None)
    row = cell.getparent() if cell is not None else None
    table = next(row.iterancestors("table"), None) if row is not None else None
    if table is None:
        return None, None
    if table not in tables:
        tables[table] = _holds_data(table)
    return (row, cell) if tables[table] else (None, None)


def _holds_data(table: HtmlElement) -> bool:
    """Rows of short cells; the layout tables of old pages hold paragraphs or other tables."""
    cells = list(table.iter("td", "th"))
    if len(cells) < 4 or next(table.iterdescendants("table"), None) is not None:
        return False
    return sum(len(cell.text_content()) for cell in cells) / len(cells) < 80
