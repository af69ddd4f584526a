"""One page → an article, or what kind of page it is; the story of the extraction."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date

from lxml.html import HtmlElement

from . import navigation
from .announcing import announcements, is_announced
from .attachments import attachment_areas, attachment_url, find_attachments
from .body import Body, Weights, find_body
from .breadcrumb import column_path
from .byline import Found, find_author, find_date, find_source
from .cleaning import (
    clean_fragment,
    cut_furniture,
    cut_repeated,
    fragment_html,
    fragment_images,
    fragment_text,
)
from .data_lists import find_data_lists
from .document import parse, parse_with_charset, remove_unseen
from .document_number import number_in_title, whole_number
from .labels import (
    INDEX_LABELS,
    NUMBER_LABELS,
    Labelled,
    clean_index_number,
    first_value,
    is_element,
    read_labels,
)
from .lines import Line, read_lines
from .page_meta import read_meta
from .pagers import find_steps, own_scripts
from .places import address_shape, anchors_of, digest_of_frame, path_of, tree_shape
from .record_pages import find_record_pages
from .results import Attachment, ExtractedPage, Image, PageReading
from .routes import find_routes
from .scripts import Scripts
from .subtitle import find_subtitle
from .template_rules import FOUND_BY, RuleReader, TemplateRules, path_of_files
from .title import Title, document_title, find_title
from .verdict import Evidence, why_no_article
from .written import lay_open

_SHORT_BODY = 400  # characters
_HEAD_LINES = 80
_BODY_CONFIDENCE = {
    "container": 0.9, "container+template": 0.95, "density": 0.75, "density+template": 0.9, FOUND_BY: 0.9,
    "beside-title+template": 0.75,
}  # fmt: skip


def extract_page(
    content: bytes, *, url: str | None = None, declared_charset: str | None = None, today: date | None = None
) -> ExtractedPage | None:
    """The article on a page, None when the page is none (lists, home pages, error pages, framesets).

    `content` are the bytes as served, `declared_charset` the server's. Raises PageTooLarge (over 20 MB),
    PageTooComplex or PageUnreadable, each with its code. Dates after `today` (default: now) are not believed.
    """
    return read_page(content, url=url, declared_charset=declared_charset, today=today).article


def read_page(
    content: bytes,
    *,
    url: str | None = None,
    declared_charset: str | None = None,
    today: date | None = None,
    embedded: Mapping[str, bytes] | None = None,
    scripts: str = "",
    rules: TemplateRules | None = None,
    announced: str = "",
) -> PageReading:
    """The article, if there is one, and everything a crawler follows; raises as `extract_page` does.

    `embedded` gives the pages of inline frames by address; each is read where its frame stands. `scripts` is
    the text of script files the page loads, `rules` what is known of the page's template, `announced` the
    title under which a list leads to it.
    """
    tree, text, charset = parse_with_charset(content, declared_charset)
    url = url or navigation.saved_from(text)
    base = navigation.base_of(tree, url)
    for frame_url, frame_content in (embedded or {}).items():
        navigation.splice_frame(tree, base, frame_url, parse(frame_content)[0])
    own = Scripts("\n".join(element.text or "" for element in tree.iter("script") if not element.get("src")))
    known = Scripts(f"{scripts}\n{own.text}") if scripts else own
    lay_open(tree, base, known, scripts)
    links = navigation.find_links(tree, base)
    named = navigation.find_embedded(tree, base, text)
    refresh = navigation.find_refresh(tree, base, text)
    canonical = navigation.canonical_of(tree, base)
    pages = navigation.list_pages(text, base)
    steps = find_steps(tree, base, text, known, charset)
    files_of_scripts = own_scripts(tree, base)
    parts = navigation.next_parts(tree, url, base, text)
    heading = document_title(tree)
    reading = _Reading(tree, heading, url, base, today, rules or TemplateRules(), announced)
    article, why = (None, "frameset") if navigation.is_frameset(tree) else reading.article()
    if refresh and article and not article.confidence.get("body", 0) > 0.5:
        article, why = None, "redirect"
    named_by_scripts = [] if article else navigation.links_in_scripts(known.text, base)
    return PageReading(
        article=article,
        title=(article.title if article else None) or heading or None,
        links=tuple(links if article else dict.fromkeys([*links, *find_routes(tree, known, base)])),
        list_pages=tuple(dict.fromkeys([*pages, *steps.addresses, *named_by_scripts])),
        next_parts=tuple(parts),
        embedded_urls=tuple(named),
        refresh_url=refresh,
        canonical_url=canonical,
        why_no_article=why,
        postings=(*steps.postings, *find_record_pages(text, base)),
        # Whatever else an article's page may draw by script is none of its list's.
        data_lists=find_data_lists(known, base, url) if article is None else (),
        announced=announcements(tree, base) if article is None else {},
        # Lists and menus of other pages may stand in script files whole.
        wanted_scripts=steps.wanted_for_files if article else tuple(files_of_scripts),
        shape=reading.shape if article else "",
        anchors=reading.anchors if article else {},
    )


@dataclass(slots=True)
class _Reading:
    """The steps from a parsed page to the article, each on what the ones before found."""

    tree: HtmlElement
    page_title: str
    url: str | None
    base: str | None
    today: date | None
    rules: TemplateRules
    announced: str = ""
    shape: str = ""
    anchors: dict[str, tuple[str, str]] = field(default_factory=dict)

    def article(self) -> tuple[ExtractedPage | None, str | None]:
        meta = read_meta(self.tree)
        remove_unseen(self.tree)
        root = _body_element(self.tree)
        lines = read_lines(root)
        labels = read_labels(lines)
        ruled = RuleReader(self.rules, root, lines, labels, self.today)
        title = _title_by(ruled, find_title(lines, labels, meta, self._heading(lines)))
        position = title.position if title else None
        weights = Weights(root, lines, position)
        body = find_body(root, weights, lines[position].block if position is not None else None)
        body = ruled.body(body, weights)
        inside = _lines_inside(lines, body)
        if _only_labels(inside, labels):
            body, inside = None, []
        span = range(inside[0].position, inside[-1].position + 1) if inside else range(0)
        published = find_date(lines, labels, meta, title=position, body=span, url=self.url, today=self.today)
        published = ruled.improve("published_at", published)
        source = ruled.improve("source", find_source(labels, lines, meta, title=position, body=span))
        region = _region(root, body, lines, position)
        attachments = find_attachments([region, *attachment_areas(root), *ruled.file_regions()], self.base)
        attachments = [one for one in attachments if one.url not in self.rules.furniture_files]
        why = why_no_article(
            Evidence(
                self.url, meta, title, body, inside, lines, labels, published, source, len(attachments),
                self.announced,
            )
        )  # fmt: skip
        if why:
            return None, why
        columns = _columns(lines, title, meta, self.base)
        number = _document_number(labels, meta, title, inside)
        author = find_author(labels, lines, meta, title=position, body=span)
        fields = {
            "title": _titled(title),
            "subtitle": ruled.improve("subtitle", find_subtitle(lines, labels, title)),
            "published_at": published,
            "source": source,
            "author": ruled.improve("author", author),
            "document_number": ruled.improve("document_number", number),
            "index_number": ruled.improve("index_number", _index_number(labels)),
            "column_path": columns[1],
        }
        self.shape = f"{address_shape(self.url)} {digest_of_frame(tree_shape(root))}"
        self.anchors = anchors_of(fields, lines, labels, root)
        self._note_blocks(root, body, attachments)
        byline = _byline_position(published, source, position)
        content = _content(
            body, weights, inside, self.base, title=position, byline=byline, furniture=self.rules
        )
        return _assembled(fields, columns[0], content, attachments, body), None

    def _heading(self, lines: list[Line]) -> str:
        """The document's title; the list's, where that one stands on the page and the other says less."""
        if is_announced(self.page_title, self.announced):
            return self.page_title
        stands = any(is_announced(line.text, self.announced) for line in lines[:_HEAD_LINES])
        return self.announced if stands else self.page_title

    def _note_blocks(self, root: HtmlElement, body: Body | None, attachments: list[Attachment]) -> None:
        """Remember where body and files stood, before the body is cut and cleaned."""
        if body is not None and body.element is not root:
            self.anchors["body"] = (path_of(body.element, root), "")
        if attachments:
            links = (link for link in root.iter("a") if attachment_url(link, self.base))
            if path := path_of_files(links, body.element if body else None, root):
                self.anchors["attachments"] = (path, "")


def _title_by(ruled: RuleReader, title: Title | None) -> Title | None:
    """The title, where the template's place of it counts more than the best line."""
    improved = ruled.improve("title", _titled(title))
    if improved is None:
        return title
    return Title(improved.value, improved.position, improved.confidence, improved.found_by)


def _index_number(labels: list[Labelled]) -> Found | None:
    labelled = first_value(labels, INDEX_LABELS, near=0)
    number = clean_index_number(labelled[1].value) if labelled else None
    return Found(number, 0.95, "element-table", labelled[1].position) if number and labelled else None


def _body_element(tree: HtmlElement) -> HtmlElement:
    body = tree.find(".//body")
    return body if body is not None else tree


def _lines_inside(lines: list[Line], body: Body | None) -> list[Line]:
    if body is None:
        return []
    inside = set(body.element.iter())
    return [line for line in lines if line.block in inside]


def _only_labels(inside: list[Line], labels: list[Labelled]) -> bool:
    """An element table (索引号, 发布机构 …) whose article is shown elsewhere is not its body."""
    labelled = {item.position for item in labels if is_element(item.label)}
    own = [line for line in inside if line.position in labelled and len(line.text) < 150]
    return 3 <= len(inside) < 16 and len(own) >= 3 and len(own) >= 0.7 * len(inside)


def _region(root: HtmlElement, body: Body | None, lines: list[Line], title: int | None) -> HtmlElement:
    """The part of the page that may list the article's files: the body's surroundings up to its title."""
    if body is None:
        return root
    block = lines[title].block if title is not None else None
    region = body.element
    for ancestor in list(body.element.iterancestors())[:4]:
        if ancestor.tag in ("body", "html"):
            break
        inside = set(ancestor.iter()) if block is not None else set()
        if block is not None and block in inside:
            return ancestor
        if attachment_areas(ancestor) or region is body.element:
            region = ancestor
    return region


def _columns(
    lines: list[Line], title: Title | None, meta: dict[str, str], base: str | None
) -> tuple[tuple[str, ...], Found | None]:
    limit = title.position + 3 if title and title.position is not None else len(lines)
    name = title.text if title else None
    trail = column_path(lines[:limit], name, base) or column_path(lines, name, base)
    if trail:
        return trail[0], Found("", 0.9 if trail[1] == "breadcrumb" else 0.7, trail[1])
    column = meta.get("column")
    return ((column,), Found("", 0.6, "meta")) if column else ((), None)


def _document_number(
    labels: list[Labelled], meta: dict[str, str], title: Title | None, body_lines: list[Line]
) -> Found | None:
    """Declared, in the element table, in the title, or a line of its own at the head of the body."""
    if number := whole_number(meta.get("document_number", "")):
        return Found(number, 0.95, "meta")
    inner = (
        range(body_lines[0].position + 8, body_lines[-1].position + 1) if len(body_lines) > 8 else range(0)
    )
    labelled = first_value(labels, NUMBER_LABELS, near=title.position or 0 if title else 0, exclude=inner)
    if labelled and (number := whole_number(labelled[1].value)):
        return Found(number, 0.95, "element-table")
    if title and (number := number_in_title(title.text)):
        return Found(number, 0.85, "title")
    for line in body_lines[:10]:
        if number := whole_number(line.text):
            return Found(number, 0.8, "body-head")
    return None


def _titled(title: Title | None) -> Found | None:
    return Found(title.text, title.confidence, title.found_by, title.position) if title else None


def _byline_position(published: Found | None, source: Found | None, title: int | None) -> int | None:
    """The line of the byline, when the date or source was read from a line of the page."""
    positions = [
        found.position
        for found in (published, source)
        if found and found.position is not None and found.found_by != "signature"
    ]
    return max((at for at in positions if title is None or at <= title + 12), default=None)


@dataclass(frozen=True, slots=True)
class _Content:
    text: str
    html: str
    images: tuple[Image, ...]


def _content(
    body: Body | None,
    weights: Weights,
    inside: list[Line],
    base: str | None,
    *,
    title: int | None,
    byline: int | None,
    furniture: TemplateRules,
) -> _Content:
    if body is None:
        return _Content("", "", ())
    # A short body can look like furniture from end to end (公开程序：… 责任部门：…); with sentences it
    # is none.
    is_short = weights[body.element] < _SHORT_BODY
    uncut = deepcopy(body.element) if is_short else None
    cut_furniture(body, weights, inside, title=title, byline=byline)
    cut_repeated(body.element, furniture.furniture_lines, furniture.furniture_files, base)
    content = _cleaned(body.element, base)
    if uncut is not None and not content.text and not content.images and "。" in uncut.text_content():
        return _cleaned(uncut, base)
    return content


def _cleaned(element: HtmlElement, base: str | None) -> _Content:
    fragment = clean_fragment(element, base)
    return _Content(fragment_text(fragment), fragment_html(fragment), tuple(fragment_images(fragment)))


def _assembled(
    fields: dict[str, Found | None],
    columns: tuple[str, ...],
    content: _Content,
    attachments: list[Attachment],
    body: Body | None,
) -> ExtractedPage:
    known = {name: found for name, found in fields.items() if found}
    if body is not None and (content.text or content.images):
        base = _BODY_CONFIDENCE.get(body.found_by, 0.5)
        known["body"] = Found("", base if content.text else 0.4, body.found_by)
    values = {name: known[name].value if name in known else None for name in fields if name != "column_path"}
    return ExtractedPage(
        **values,
        body_text=content.text or None,
        body_html=content.html or None,
        attachments=tuple(attachments),
        images=content.images,
        column_path=columns,
        confidence={name: round(found.confidence, 2) for name, found in known.items()},
        found_by={name: found.found_by for name, found in known.items()},
    )
