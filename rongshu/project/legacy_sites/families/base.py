"""What every template family shares: the order of the work, rendering, and the truth of what it showed."""

from __future__ import annotations

import posixpath
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rongshu.project.legacy_sites.articles import Attachment, Block, Paragraph, Picture, Table, block_text
from rongshu.project.legacy_sites.attachments import attachment_bytes
from rongshu.project.legacy_sites.pictures import icon_bytes, picture_bytes
from rongshu.project.legacy_sites.plan import Column, Entry, SitePlan
from rongshu.project.legacy_sites.site import ServerHabits, SiteFiles, TruthArticle, TruthFile

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Shown:
    """What the pages of one article show of its particulars, in the family's own way."""

    date: str
    published_at: str
    source: str | None
    number: str | None


@dataclass(frozen=True)
class Files:
    """The article's pictures and attachments after they were written to the site."""

    pictures: dict[Picture, TruthFile]
    attachments: list[TruthFile]


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    entry: Entry
    address: str
    date: str


class Family(ABC):
    """One generation of government web sites: how it names, writes, links and serves its pages."""

    name: ClassVar[str]
    label: ClassVar[str]
    year: ClassVar[int]
    charset: ClassVar[str] = "utf-8"
    per_page: ClassVar[int] = 15
    stylesheet: ClassVar[str] = ""
    look: ClassVar[str] = ""  # the family whose style sheet it wears, when not its own
    decorations: ClassVar[tuple[str, ...]] = ()  # icons that are no part of any article
    picture_suffix: ClassVar[str] = "jpg"
    repeats: ClassVar[bool] = False
    brackets: ClassVar[str] = "〔〕"
    number_in_body: ClassVar[bool] = True
    names_neighbours: ClassVar[bool] = True  # an article links to those before and after it, and to others

    def __init__(self, plan: SitePlan, files: SiteFiles) -> None:
        self.plan = plan
        self.files = files

    @classmethod
    @abstractmethod
    def habits(cls) -> ServerHabits:
        """How a server of the family answers."""

    @abstractmethod
    def article_address(self, entry: Entry, column: Column, part: int = 0) -> str:
        """Path and query of an article's page in one of its columns."""

    @abstractmethod
    def list_address(self, column: Column, page: int = 0) -> str:
        """Path and query of a column's list; pages count from 0."""

    @abstractmethod
    def shown(self, entry: Entry) -> Shown:
        """The article's particulars as its page writes them."""

    @abstractmethod
    def picture_address(self, entry: Entry, at: int) -> str: ...

    @abstractmethod
    def attachment_address(self, entry: Entry, at: int, attachment: Attachment) -> str: ...

    def build(self) -> tuple[TruthArticle, ...]:
        """Write the whole site."""
        truth = tuple(self.write_article(entry) for entry in self.plan.entries)
        for column in self.plan.columns:
            self.write_lists(column)
        self.write_home()
        self.write_look()
        self.write_extras()
        return truth

    def write_look(self) -> None:
        """The style sheet and the icons its pages point at."""
        if self.stylesheet:
            self.files.write(
                self.stylesheet, (_TEMPLATES / (self.look or self.name) / "style.css").read_bytes()
            )
        for address in self.decorations:
            self.files.write(address, icon_bytes(address))

    def write_article(self, entry: Entry) -> TruthArticle:
        files, shown, parts = self.place_files(entry), self.shown(entry), self.parts(entry)
        addresses = []
        for column in entry.columns:
            for part, blocks in enumerate(parts):
                address = self.article_address(entry, column, part)
                addresses.append(address)
                context = self.article_context(
                    entry, column, part=part, blocks=blocks, files=files, shown=shown
                )
                part_addresses = [self.article_address(entry, column, at) for at in range(len(parts))]
                self.render("article.html", address, entry, part_addresses=part_addresses, **context)
        return self.truth(entry, addresses, files, shown)

    def article_context(
        self,
        entry: Entry,
        column: Column,
        *,
        part: int,
        blocks: Sequence[Block],
        files: Files,
        shown: Shown,
    ) -> dict[str, Any]:
        newer, older, related = self.neighbours(entry, column)
        return {
            "newer": newer and (newer.article.title, self.article_address(newer, newer.column)),
            "older": older and (older.article.title, self.article_address(older, older.column)),
            "article": entry.article,
            "column": column,
            "part": part,
            "blocks": [self.block_view(block, files) for block in blocks],
            "attachments": files.attachments,
            "inline_attachments": files.attachments if self.attachments_in_body(entry) else [],
            "shown": shown,
            "related": [self.row(other, column) for other in related],
        }

    def neighbours(self, entry: Entry, column: Column) -> tuple[Entry | None, Entry | None, list[Entry]]:
        """The articles an article's page links to: the next newer, the next older, some of its column."""
        if not self.names_neighbours:
            return None, None, []
        return entry.newer, entry.older, [other for other in column.entries[:6] if other is not entry]

    @staticmethod
    def block_view(block: Block, files: Files) -> dict[str, Any]:
        match block:
            case Paragraph():
                return {"kind": "paragraph", "text": block.text, "align": block.align, "strong": block.strong}
            case Table():
                return {"kind": "table", "rows": block.rows, "caption": block.caption}
            case Picture():
                return {"kind": "picture", "file": files.pictures[block], "caption": block.caption}

    def parts(self, entry: Entry) -> list[Sequence[Block]]:
        """The article's pages; most families never split one."""
        return [entry.article.blocks]

    def place_files(self, entry: Entry) -> Files:
        pictures = {}
        drawn = [block for block in entry.article.blocks if isinstance(block, Picture)]
        for at, picture in enumerate(drawn):
            address = self.picture_address(entry, at)
            content = picture_bytes(picture, self.picture_suffix, f"{self.plan.site_name}{entry.number}{at}")
            alt = picture.alt if self.shows_alt(entry) else ""
            pictures[picture] = TruthFile(alt, address, self.files.write(address, content))
        return Files(pictures, [self.place_attachment(entry, *pair) for pair in self._attachments(entry)])

    def _attachments(self, entry: Entry) -> list[tuple[int, Attachment]]:
        return list(enumerate(self.aged(attachment) for attachment in entry.article.attachments))

    def place_attachment(self, entry: Entry, at: int, attachment: Attachment) -> TruthFile:
        address = self.attachment_address(entry, at, attachment)
        digest = self.files.write(address, attachment_bytes(attachment), page=False)
        return TruthFile(f"{attachment.name}.{attachment.suffix}", address, digest)

    def aged(self, attachment: Attachment) -> Attachment:
        """The file in a format of the family's time."""
        return attachment

    def shows_alt(self, entry: Entry) -> bool:
        return True

    def attachments_in_body(self, entry: Entry) -> bool:
        """Whether the attachments' links stand in the body rather than in an area of their own."""
        return True

    def shown_number(self, entry: Entry) -> str | None:
        number = entry.article.document_number
        return number.replace("〔", self.brackets[0]).replace("〕", self.brackets[1]) if number else None

    def page_charset(self, entry: Entry | None) -> str:
        """The charset the bytes of a page really have, whatever it claims."""
        return self.charset

    def truth(self, entry: Entry, addresses: list[str], files: Files, shown: Shown) -> TruthArticle:
        article = entry.article
        lines = [shown.number] if shown.number and self.number_in_body else []
        lines += [text for text in map(block_text, article.blocks) if text]
        if self.attachments_in_body(entry):
            lines += [file.name for file in files.attachments]
        return TruthArticle(
            key=article.key,
            url=addresses[0],
            other_urls=(*addresses[1:], *self.extra_addresses(entry)),
            title=article.title,
            published_at=shown.published_at,
            source=shown.source,
            document_number=article.document_number or None,
            column_path=entry.column.path,
            column_paths=tuple(column.path for column in entry.columns),
            body_text="\n".join(lines),
            attachments=tuple(files.attachments),
            images=tuple(files.pictures.values()),
            charset=self.page_charset(entry),
        )

    def extra_addresses(self, entry: Entry) -> tuple[str, ...]:
        """Further addresses the site links the article by."""
        return ()

    def write_lists(self, column: Column) -> None:
        pages = column.pages(self.per_page)
        addresses = [self.list_address(column, at) for at in range(len(pages))]
        for at, entries in enumerate(pages):
            rows = [self.row(entry, column) for entry in entries]
            context: dict[str, Any] = {"column": column, "rows": rows, "page": at, "pages": addresses}
            self.render("list.html", addresses[at], **context)

    def row(self, entry: Entry, column: Column | None = None) -> Row:
        inside = [own for own in entry.columns if column is None or column in own.trail] or entry.columns
        return Row(entry, self.article_address(entry, inside[0]), f"{entry.article.published_at:%Y-%m-%d}")

    def home_blocks(self, count: int = 7) -> list[tuple[Column, list[Row]]]:
        leaves = [column for column in self.plan.columns if not column.children]
        return [(leaf, [self.row(entry, leaf) for entry in leaf.entries[:count]]) for leaf in leaves]

    def write_home(self) -> None:
        headline = [self.row(entry) for entry in self.plan.newest[:8]]
        self.render("home.html", "/", headline=headline, blocks=self.home_blocks())

    def write_extras(self) -> None:  # noqa: B027 - most families have nothing more
        """Whatever else such a server had: scripts, frames, data files."""

    def link(self, here: str, there: str) -> str:
        """How a page at `here` writes the address `there`."""
        return there

    def render(self, template: str, address: str, entry: Entry | None = None, **context: Any) -> None:
        self.files.write(address, self.page(template, address, entry, **context))

    def page(self, template: str, address: str, entry: Entry | None = None, **context: Any) -> bytes:
        """The bytes of a page as the family's server sends them."""
        charset = self.page_charset(entry)
        html = (
            _environment()
            .get_template(f"{self.name}/{template}")
            .render(
                site=self.plan,
                family=self,
                address=address,
                href=lambda there: self.link(address, there),
                list_address=self.list_address,
                entry=entry,
                **context,
            )
        )
        return html.encode(charset, "xmlcharrefreplace")


def relative(here: str, there: str) -> str:
    """`there` as a path relative to the page `here`; a folder keeps its final slash."""
    path = posixpath.relpath(there, posixpath.dirname(here) or "/")
    return f"{path}/" if there.endswith("/") and path != "." else path
