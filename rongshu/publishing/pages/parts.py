"""Small pieces that several page kinds are made of.

Every `url` is final: the loader has resolved `resource:` and `attachment:` references, replaced
addresses outside the government by `/-/leave?u=<digest>`, and prefixed nothing that the reader's
browser could not open. Every `datetime` is aware; pages show it in Asia/Shanghai. Text fields are
plain text and are escaped while rendering; fields whose name ends in `_html` are sanitised HTML and
are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Validity(StrEnum):
    """时效性 of a policy document; the values of `Resource.Validity`."""

    VALID = "valid"
    NOT_YET = "not-yet"
    AMENDED = "amended"
    PARTLY_INVALID = "partly-invalid"
    ABOLISHED = "abolished"
    EXPIRED = "expired"


VALIDITY_LABELS: dict[Validity, str] = {
    Validity.VALID: "有效",
    Validity.NOT_YET: "尚未生效",
    Validity.AMENDED: "已修改",
    Validity.PARTLY_INVALID: "部分失效",
    Validity.ABOLISHED: "已废止",
    Validity.EXPIRED: "失效",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A text and where it leads. `is_leaving`: it opens the leaving-site notice first.

    `origin`: whose the resource is that it leads to, when another node owns it.
    """

    text: str
    url: str
    is_leaving: bool = False
    note: str = ""  # shown small beside the text, for instance the English name of a language
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `width`/`height` in pixels; 0 where unknown (then no size is written).

    `avif` and `webp`: the sizes it exists in, as the attribute `srcset` says them; empty where none do.
    """

    url: str
    alt: str
    width: int = 0
    height: int = 0
    avif: str = ""
    webp: str = ""

    @property
    def is_sized(self) -> bool:
        """Whether there are further sizes to choose from."""
        return bool(self.avif or self.webp)


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource in a list: what a row or a card shows.

    `title` is the placement's display title where it has one. `document_number`, `written_on`,
    `issuer` and `validity` are for policy lists and pairs, `index_number` for the disclosure directory,
    `facts` (label, value) for institutions. `is_pinned` shows 置顶, `origin` whose it is when another
    node owns it.
    """

    title: str
    url: str
    published_at: datetime
    summary: str = ""
    image: Image | None = None
    source: str = ""
    document_number: str = ""
    issuer: str = ""
    written_on: date | None = None
    validity: Validity | None = None
    is_pinned: bool = False
    is_leaving: bool = False
    index_number: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to download. `size` in bytes; `name` with its extension, as the reader saves it."""

    name: str
    url: str
    size: int
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A column in a tree. `is_open`: an ancestor of the current one, or itself, so children show."""

    name: str
    url: str
    is_current: bool = False
    is_open: bool = False
    children: tuple[TreeNode, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """A named set of links: 省直部门, 市州政府, 个人办事 …"""

    name: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A leader in a panel or a list of colleagues."""

    name: str
    post: str
    url: str
    portrait: Image | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """A titled list of entries: a section of a topic, a relation such as 修改 or 依据, a tab."""

    name: str
    entries: tuple[Entry, ...]
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a reader can go from one list page to the next.

    Chunks are numbered from the oldest (1) upward and never renumbered, so a chunk page knows nothing
    of the total: `total` and `pages` are given on page one of the column only (the newest entries).
    `number` is 0 on page one, else the chunk's number. `newest` leads from a chunk back to page one.
    `pages` are jumps into the past for page one, newest first: (text such as "3" or "2021年", url).
    """

    number: int = 0
    total: int | None = None
    newer: str = ""
    older: str = ""
    newest: str = ""
    pages: tuple[Link, ...] = ()
    years: tuple[Link, ...] = ()


SINGLE_PAGE = Pager()
