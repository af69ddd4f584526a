"""Every page kind as frozen data. Fill them from the database in bulk, then `rendering.render(page)`.

`path` is the page's address on its site, beginning with "/" and ending with "/" or ".html"; with the
site's `base_url` it gives canonical links, the QR code and Url tags. Two equal models give byte-equal
pages. The pieces stand in `parts`, `frames` and `blocks`; import them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rongshu.publishing.pages.blocks import (
    Block,
    CarouselBlock,
    ColumnListBlock,
    ColumnTabsBlock,
    EntriesBlock,
    HeadlineBlock,
    InstitutionsBlock,
    LeadersBlock,
    LinksBlock,
    PolicyPair,
    PolicyPairsBlock,
    PortalEntry,
    ServicesBlock,
    SitesBlock,
    Slide,
    TopicCard,
    TopicsBlock,
)
from rongshu.publishing.pages.feed_models import Feed, FeedEntry, Robots, SiteMap, SiteMapIndex, SiteMapUrl
from rongshu.publishing.pages.frames import (
    AssetNames,
    ColumnFrame,
    ColumnTags,
    FooterMarks,
    SiteFrame,
    SiteTags,
    ThemeTokens,
)
from rongshu.publishing.pages.parts import (
    SINGLE_PAGE,
    VALIDITY_LABELS,
    Attachment,
    Entry,
    EntryGroup,
    Image,
    Link,
    LinkGroup,
    Pager,
    PersonCard,
    TreeNode,
    Validity,
)


@dataclass(frozen=True, slots=True)
class HomePage:
    """`/`: the site's front. Blocks come in reading order; rows fill from the left by their widths."""

    site: SiteFrame
    blocks: tuple[Block, ...]
    description: str = ""
    keywords: str = ""
    path: str = "/"


class ListStyle(StrEnum):
    """How a column shows its entries; the values of `Column.list_template`."""

    TITLES = "titles"
    SUMMARIES = "summaries"
    PICTURES = "pictures"
    DOCUMENTS = "documents"
    PEOPLE = "people"  # the entry's title is the name, its summary the post, its image the portrait
    INSTITUTIONS = "institutions"  # names with their facts: address, telephone, hours


@dataclass(frozen=True, slots=True)
class ColumnListPage:
    """A column's page one (newest entries, pins first) or one of its numbered chunk pages.

    `entries` stand in the order shown. `groups` are the newest of child columns, for a column that
    gathers others (then `entries` may be empty). `introduction_html` stands above the list.
    """

    site: SiteFrame
    column: ColumnFrame
    path: str
    entries: tuple[Entry, ...]
    pager: Pager = SINGLE_PAGE
    style: ListStyle = ListStyle.TITLES
    groups: tuple[EntryGroup, ...] = ()
    introduction_html: str = ""


@dataclass(frozen=True, slots=True)
class DocumentElements:
    """The header block of a policy document (公文要素, GB/T 9704, 政府信息公开目录).

    Empty elements are left out. `validity_by`: the document that amended, repealed or replaced it.
    """

    index_number: str = ""
    theme: str = ""
    genre: str = ""
    issuer: str = ""
    written_on: date | None = None
    document_number: str = ""
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    abolished_on: date | None = None
    keywords: tuple[str, ...] = ()
    audience: str = ""
    validity: Validity | None = None
    validity_by: Link | None = None


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article; with `document` a policy document; with `interprets` an interpretation.

    Page tags (ten, and the optional ones that have a value) come from site, column and these fields.
    `canonical_url` is absolute; "" means this page itself. `image_url` is the Image tag.
    `interpretations`: what explains this; `interprets`: the policies this explains (P5-05, both ways).
    `relations`: 修改, 废止, 依据 …
    """

    site: SiteFrame
    column: ColumnFrame
    path: str
    title: str
    published_at: datetime
    source: str
    body_html: str
    subtitle: str = ""
    author: str = ""
    editor: str = ""
    keywords: tuple[str, ...] = ()
    description: str = ""
    image_url: str = ""
    canonical_url: str = ""
    origin: Link | None = None  # whose it is, and its page there, when another node owns it
    modified_at: datetime | None = None
    language: str = ""
    document: DocumentElements | None = None
    interpretations: tuple[Entry, ...] = ()
    interprets: tuple[Entry, ...] = ()
    relations: tuple[EntryGroup, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    related: tuple[Entry, ...] = ()
    elements: tuple[tuple[str, str], ...] = ()  # further (label, value) rows, for service guides and Q&A


@dataclass(frozen=True, slots=True)
class LeaderPage:
    """A leader: portrait, post, biography, division of work, activities and speeches."""

    site: SiteFrame
    column: ColumnFrame
    path: str
    name: str
    post: str
    published_at: datetime
    source: str
    portrait: Image | None = None
    biography_html: str = ""
    duties_html: str = ""
    description: str = ""
    groups: tuple[EntryGroup, ...] = ()  # 重要活动, 重要讲话
    colleagues: tuple[PersonCard, ...] = ()
    canonical_url: str = ""
    origin: Link | None = None


@dataclass(frozen=True, slots=True)
class InternalDepartment:
    """内设机构."""

    name: str
    duties: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """An institution: duties, address, hours, telephone, head, internal departments (条例 art. 20 (2))."""

    site: SiteFrame
    column: ColumnFrame
    path: str
    name: str
    published_at: datetime
    source: str
    duties_html: str = ""
    address: str = ""
    office_hours: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    postcode: str = ""
    head: Link | None = None
    website: Link | None = None
    credit_code: str = ""
    description: str = ""
    departments: tuple[InternalDepartment, ...] = ()
    groups: tuple[EntryGroup, ...] = ()
    siblings: tuple[Link, ...] = ()
    canonical_url: str = ""
    origin: Link | None = None


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic (专题): banner, introduction, lead entry, sections."""

    site: SiteFrame
    column: ColumnFrame
    path: str
    title: str
    published_at: datetime
    source: str
    banner: Image | None = None
    introduction_html: str = ""
    description: str = ""
    sections: tuple[EntryGroup, ...] = ()
    canonical_url: str = ""
    origin: Link | None = None


class DisclosureKind(StrEnum):
    """The four fixed blocks of 国办公开办函〔2019〕61号, and the request entry."""

    GUIDE = "guide"
    RULES = "rules"
    CATALOGUE = "catalogue"
    REPORTS = "reports"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class DisclosureSection:
    """One block of the disclosure platform.

    `name` as prescribed: 政府信息公开指南, 政府信息公开制度, 法定主动公开内容, 政府信息公开年报, 依申请公开.
    `catalogue` is the tree of categories (CATALOGUE), `entries` its newest documents.
    Leave REQUEST out until the feature is there.
    """

    kind: DisclosureKind
    name: str
    url: str
    entries: tuple[Entry, ...] = ()
    catalogue: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class DisclosurePage:
    """The disclosure directory (政府信息公开): the overview, or one of its sections (`current`).

    `body_html` is the text of the guide. `unit` is whose information it is.
    `entries` + `pager` are the list of the current section or category, shown as a table of catalogue
    elements (索引号, 名称, 发文字号, 发布日期) unless `style` says otherwise.
    """

    site: SiteFrame
    column: ColumnFrame
    path: str
    unit: str
    sections: tuple[DisclosureSection, ...]
    current: DisclosureKind | None = None
    body_html: str = ""
    entries: tuple[Entry, ...] = ()
    pager: Pager = SINGLE_PAGE
    style: ListStyle = ListStyle.DOCUMENTS


@dataclass(frozen=True, slots=True)
class SiteMapPage:
    """`/sitemap.html`: all columns of the site."""

    site: SiteFrame
    tree: tuple[TreeNode, ...]
    groups: tuple[LinkGroup, ...] = ()
    path: str = "/sitemap.html"


@dataclass(frozen=True, slots=True)
class NotFoundPage:
    """`/404.html`."""

    site: SiteFrame
    path: str = "/404.html"


@dataclass(frozen=True, slots=True)
class GonePage:
    """`/410.html`: what stood here was withdrawn. Says nothing of what it was.

    With a notice it lies in the mark of one withdrawn page, and readers get it in its stead.
    """

    site: SiteFrame
    path: str = "/410.html"
    notice: str = ""


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """The notice before a link that leads off government websites; rendered per request."""

    site: SiteFrame
    target_url: str
    target_host: str
    back_url: str = "/"
    path: str = "/-/leave"


@dataclass(frozen=True, slots=True)
class OfflinePage:
    """A site that is temporarily offline (≤ 30 days): reason, since when, until when."""

    site: SiteFrame
    reason: str
    since: date
    until: date | None = None
    notice: str = ""
    document: str = ""
    path: str = "/"


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A closed site: notice for ≥ 30 days with the successor's name and address."""

    site: SiteFrame
    closed_on: date
    notice: str = ""
    document: str = ""
    successor: Link | None = None
    path: str = "/"


@dataclass(frozen=True, slots=True)
class IndexedSite:
    """A site on the bare host's index. `open_url` opens it on this server (`?site=<slug>` or its host)."""

    name: str
    slug: str
    open_url: str
    address: str  # the site's own address as shown, "demo.localhost:8000"
    type: str = ""  # 门户网站, 部门网站 …
    status: str = ""


@dataclass(frozen=True, slots=True)
class SiteIndexPage:
    """The bare host: every site this installation serves, for whoever runs or tries it."""

    installation: str
    assets: AssetNames
    sites: tuple[IndexedSite, ...]
    is_demonstration: bool = False


FramedPage = (
    HomePage
    | ColumnListPage
    | ArticlePage
    | LeaderPage
    | InstitutionPage
    | TopicPage
    | DisclosurePage
    | SiteMapPage
    | NotFoundPage
    | GonePage
    | LeavingPage
    | OfflinePage
    | ClosedPage
)
Page = FramedPage | SiteIndexPage

__all__ = [
    "SINGLE_PAGE",
    "VALIDITY_LABELS",
    "ArticlePage",
    "AssetNames",
    "Attachment",
    "Block",
    "CarouselBlock",
    "ClosedPage",
    "ColumnFrame",
    "ColumnListBlock",
    "ColumnListPage",
    "ColumnTabsBlock",
    "ColumnTags",
    "DisclosureKind",
    "DisclosurePage",
    "DisclosureSection",
    "DocumentElements",
    "EntriesBlock",
    "Entry",
    "EntryGroup",
    "Feed",
    "FeedEntry",
    "FooterMarks",
    "FramedPage",
    "GonePage",
    "HeadlineBlock",
    "HomePage",
    "Image",
    "IndexedSite",
    "InstitutionPage",
    "InstitutionsBlock",
    "InternalDepartment",
    "LeaderPage",
    "LeadersBlock",
    "LeavingPage",
    "Link",
    "LinkGroup",
    "LinksBlock",
    "ListStyle",
    "NotFoundPage",
    "OfflinePage",
    "Page",
    "Pager",
    "PersonCard",
    "PolicyPair",
    "PolicyPairsBlock",
    "PortalEntry",
    "Robots",
    "ServicesBlock",
    "SiteFrame",
    "SiteIndexPage",
    "SiteMap",
    "SiteMapIndex",
    "SiteMapPage",
    "SiteMapUrl",
    "SiteTags",
    "SitesBlock",
    "Slide",
    "ThemeTokens",
    "TopicCard",
    "TopicPage",
    "TopicsBlock",
    "TreeNode",
    "Validity",
]
