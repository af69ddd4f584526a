"""Page models become text: `render(page)`. Pure: no database, no clock, no chance.

Equal models give equal bytes. Header, navigation, footer, tags and column tree are rendered once per
site and column and kept (`fragments`), so pass the same frame objects to all pages of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from rongshu.publishing.pages import blocks, formats, models
from rongshu.publishing.pages.fragments import FrameRenderer
from rongshu.publishing.pages.languages import SIMPLIFIED, TranslatingLoader, label, language_of_labels
from rongshu.publishing.pages.prose import TABLE_LABEL, prose
from rongshu.publishing.pages.qr_codes import svg_path

TEMPLATE_FOLDER = Path(__file__).resolve().parent.parent / "templates"

KINDS: dict[type[models.Page], str] = {
    models.HomePage: "home",
    models.ColumnListPage: "list",
    models.ArticlePage: "article",
    models.LeaderPage: "leader",
    models.InstitutionPage: "institution",
    models.TopicPage: "topic",
    models.DisclosurePage: "disclosure",
    models.SiteMapPage: "site_map",
    models.NotFoundPage: "not_found",
    models.GonePage: "gone",
    models.LeavingPage: "leaving",
    models.OfflinePage: "offline",
    models.ClosedPage: "closed",
    models.SiteIndexPage: "site_index",
}
"""Page model → its template in `templates/pages` and its `data-page` name."""

_DETAIL_KINDS = frozenset({"article", "leader", "institution", "topic"})

BLOCKS: dict[type[blocks.Block], str] = {
    blocks.HeadlineBlock: "headline",
    blocks.CarouselBlock: "carousel",
    blocks.ColumnListBlock: "column_list",
    blocks.ColumnTabsBlock: "column_tabs",
    blocks.PolicyPairsBlock: "policy_pairs",
    blocks.TopicsBlock: "topics",
    blocks.ServicesBlock: "services",
    blocks.EntriesBlock: "entries",
    blocks.LeadersBlock: "leaders",
    blocks.InstitutionsBlock: "institutions",
    blocks.LinksBlock: "links",
    blocks.SitesBlock: "sites",
}

ENTRY_ICONS: dict[str, str] = {
    "see": "M4 5h16v14H4zM7 9h6M7 12h10M7 15h10",
    "find": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
    "do": "M6 3h9l4 4v14H6zM9 13l2.5 2.5L16 10.5",
    "ask": "M4 5h16v11h-9l-4 4v-4H4zM8 9h8M8 12h5",
}


def render(page: models.Page) -> str:
    """Return the page's HTML."""
    kind = KINDS[type(page)]
    if isinstance(page, models.SiteIndexPage):
        return _template("pages/site_index.html", SIMPLIFIED).render(page=page)
    language = language_of_labels(page.site.language)
    column = getattr(page, "column", None)
    frame = _frames(language).frame(page.site, column, path=page.path, is_detail=kind in _DETAIL_KINDS)
    context: dict[str, Any] = {
        "page": page, "frame": frame, "kind": kind, "language": page.site.language,
    }  # fmt: skip
    match page:
        case models.ArticlePage():
            context["detail"] = _article_tags(page)
            context["tools"] = _tools(language)
        case models.LeaderPage():
            context["detail"] = _detail_tags(page, f"{page.post} {page.name}")
        case models.InstitutionPage():
            context["detail"] = _detail_tags(page, page.name)
        case models.TopicPage():
            context["detail"] = _detail_tags(page, page.title)
        case models.DisclosurePage():
            context["heading"] = _disclosure_heading(page, language)
    return _template(f"pages/{kind}.html", language).render(context)


class Framed(Protocol):
    """What the layout asks of a page that an app above publishing brings."""

    @property
    def site(self) -> models.SiteFrame:
        """The frame around it."""

    @property
    def path(self) -> str:
        """Its address on the site, without the query."""


def render_in_frame(page: Framed, folder: Path, template: str, *, kind: str) -> str:
    """Return the HTML of a page whose template lies in an app's own folder and extends `layout.html`."""
    language = language_of_labels(page.site.language)
    frame = _frames(language).frame(page.site, None, path=page.path, is_detail=False)
    context = {"page": page, "frame": frame, "kind": kind, "language": page.site.language}
    return _template(template, language, folder).render(context)


@dataclass(frozen=True, slots=True)
class DetailTags:
    """内容页面标签 of a page, and its addresses."""

    title: str
    published: str
    source: str
    url: str
    canonical: str
    keywords: str = ""
    author: str = ""
    description: str = ""
    image: str = ""


def _article_tags(page: models.ArticlePage) -> DetailTags:
    url = page.site.base_url + page.path
    return DetailTags(
        title=page.title,
        published=formats.minute(page.published_at),
        source=page.source,
        url=url,
        canonical=page.canonical_url or url,
        keywords=",".join(page.keywords),
        author=page.author,
        description=page.description,
        image=page.image_url,
    )


def _detail_tags(
    page: models.LeaderPage | models.InstitutionPage | models.TopicPage, title: str
) -> DetailTags:
    url = page.site.base_url + page.path
    return DetailTags(
        title=title,
        published=formats.minute(page.published_at),
        source=page.source,
        url=url,
        canonical=page.canonical_url or url,
        description=page.description,
    )


def _disclosure_heading(page: models.DisclosurePage, language: str) -> str:
    """The name of the block or category; of the platform itself, what it is."""
    return page.column.tags.name if page.current else label("政府信息公开", language)


def _validity_note(elements: models.DocumentElements, language: str) -> str:
    note = formats.validity_note(elements)
    return label(note[0], language).format(formats.day(note[1])) if note else ""


def _qr_code(address: str, language: str) -> Markup:
    side, path = svg_path(address)
    return Markup(  # noqa: S704 - digits and path letters only
        f'<svg viewBox="0 0 {side} {side}" role="img" aria-label="{label("本页地址的二维码", language)}"'
        f' shape-rendering="crispEdges">'
        f'<path stroke="#000" d="{path}"/></svg>'
    )


def _block_template(block: blocks.Block) -> str:
    return f"blocks/{BLOCKS[type(block)]}.html"


def _block_name(block: blocks.Block) -> str:
    return BLOCKS[type(block)].replace("_", "-")


def _arranged(wanted: Sequence[blocks.Block]) -> list[tuple[blocks.Block, int]]:
    """Return the blocks that have something to show, each with its width in twelfths."""
    shown = [block for block in wanted if block.content]
    return list(zip(shown, blocks.fitted_widths(shown), strict=True))


def _list_template(style: models.ListStyle) -> str:
    return f"lists/{style.value}.html"


@lru_cache(maxsize=12)
def environment(language: str, folder: Path | None = None) -> Environment:
    """Return the Jinja2 environment of a language; templates are compiled once per process.

    `folder` holds templates of an app above publishing, to be found beside ours.
    """
    templates = FileSystemLoader([TEMPLATE_FOLDER, *([folder] if folder else [])])
    made = Environment(
        loader=templates if language == SIMPLIFIED else TranslatingLoader(templates, language),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    made.filters.update(
        minute=formats.minute,
        machine=formats.machine,
        day=formats.day,
        thousands=formats.thousands,
        file_size=formats.file_size,
        file_type=formats.file_type,
        label=partial(label, language=language),
        validity_label=lambda validity: label(formats.validity_label(validity), language),
        validity_sentence=lambda validity: label(formats.validity_sentence(validity), language),
        validity_note=partial(_validity_note, language=language),
        tone=formats.tone,
        document_rows=formats.document_rows,
        institution_rows=formats.institution_rows,
        prose=partial(prose, table_label=label(TABLE_LABEL, language)),
        qr_code=partial(_qr_code, language=language),
        block_template=_block_template,
        block_name=_block_name,
        arranged=_arranged,
        list_template=_list_template,
        entry_icon=lambda kind: ENTRY_ICONS[kind],
    )
    return made


@lru_cache(maxsize=192)
def _template(name: str, language: str, folder: Path | None = None) -> Template:
    return environment(language, folder).get_template(name)


def _fragment(language: str, name: str, /, **values: object) -> Markup:
    return Markup(_template(name, language).render(values).strip())  # noqa: S704 - autoescaped just now


@lru_cache(maxsize=3)
def _frames(language: str) -> FrameRenderer:
    return FrameRenderer(partial(_fragment, language))


@lru_cache(maxsize=3)
def _tools(language: str) -> Markup:
    return _fragment(language, "fragments/tools.html")
