"""What one page yields: the article in the shape of `rongshu intake extract`, and what a crawler follows."""

from dataclasses import asdict, dataclass, field
from typing import Any

from .announcing import Announced
from .data_lists import DataList
from .pagers import Posting


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the article links to; `url` is absolute when the page's address is known."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the body; `url` is absolute when the page's address is known, `alt` may be empty."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """One article. Absent values are None; `confidence` is 0–1 and `found_by` says how, per field.

    `published_at` is "YYYY-MM-DD HH:MM", or "YYYY-MM-DD" where the page gives no time (Beijing time).
    `body_html` is a clean fragment with absolute addresses, `body_text` the same with a newline per block.
    """

    title: str | None
    published_at: str | None
    source: str | None
    author: str | None
    document_number: str | None
    body_text: str | None
    body_html: str | None
    attachments: tuple[Attachment, ...] = ()
    images: tuple[Image, ...] = ()
    column_path: tuple[str, ...] = ()
    confidence: dict[str, float] = field(default_factory=dict)
    found_by: dict[str, str] = field(default_factory=dict)
    subtitle: str | None = None
    index_number: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON contract of `rongshu intake extract`."""
        return {name: value for name, value in self.as_kept().items() if name not in _KEPT_BESIDE}

    def as_kept(self) -> dict[str, Any]:
        """The contract and what was found besides, as a run keeps it."""
        values = asdict(self)
        for name in ("attachments", "images", "column_path"):
            values[name] = list(values[name])
        return values


_KEPT_BESIDE = frozenset({"subtitle", "index_number"})


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything a crawler needs of one page; all addresses are absolute when the page's address is known."""

    article: ExtractedPage | None
    title: str | None
    links: tuple[str, ...]
    list_pages: tuple[str, ...]
    next_parts: tuple[str, ...]
    embedded_urls: tuple[str, ...]
    refresh_url: str | None
    canonical_url: str | None
    why_no_article: str | None
    postings: tuple[Posting, ...] = ()
    data_lists: tuple[DataList, ...] = ()
    wanted_scripts: tuple[str, ...] = ()
    # Of a page that is no article: what it says of the pages it leads to (announcing.py).
    announced: Announced = field(default_factory=dict)
    # Of an article: the shape of its page, and where its fields stand in it (places.py).
    shape: str = ""
    anchors: dict[str, tuple[str, str]] = field(default_factory=dict)
