"""What an old government site had to say: articles, their blocks, pictures and attachments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")

ColumnPath = tuple[str, ...]
Suffix = Literal["docx", "doc", "xlsx", "csv", "pdf", "txt"]
Drawing = Literal["bars", "line", "seal", "landscape"]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text, without indentation."""

    text: str
    align: Literal["left", "center", "right"] = "left"
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose first row is its head."""

    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture that is drawn when the site is built; `values` feed the two chart kinds."""

    alt: str
    drawing: Drawing = "landscape"
    values: tuple[float, ...] = ()
    caption: str = ""


Block = Paragraph | Table | Picture


@dataclass(frozen=True)
class Attachment:
    """A file beside the article: `name` without suffix, `lines` (cells separated by tabs) as its content."""

    name: str
    suffix: Suffix
    lines: tuple[str, ...]

    def as_suffix(self, suffix: Suffix) -> Attachment:
        return replace(self, suffix=suffix)


@dataclass(frozen=True)
class LegacyArticle:
    """One article before any template touched it; `published_at` is Beijing time."""

    key: str
    title: str
    published_at: datetime
    column: ColumnPath
    blocks: tuple[Block, ...]
    source: str
    author: str = ""
    document_number: str = ""
    publisher: str = ""
    theme: str = ""
    keywords: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(block_text(block) for block in self.blocks)


def block_text(block: Block) -> str:
    """The text a reader sees of one block; table cells are separated by tabs, rows by newlines."""
    match block:
        case Paragraph():
            return block.text
        case Picture():
            return block.caption
        case Table():
            rows = ["\t".join(row) for row in block.rows]
            return "\n".join([block.caption, *rows] if block.caption else rows)
