"""A document as the checkers see it: its text, links, pictures, and what hindered reading it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_FORBIDDING: Final = frozenset({"bomb", "unreadable", "encrypted"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, what it shows, where it stands in the text, and whether it is hidden."""

    target: str
    shown: str
    start: int
    end: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the text; `alt` is None where there is none at all."""

    source: str
    alt: str | None
    at: int
    is_decorative: bool = False


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a document, or a part of it, could not be read or should not be trusted."""

    code: str  # "unreadable", "encrypted", "macros", "bomb", "too-large", "too-slow", "empty", "mismatch"
    sentence: str
    name: str = ""

    @property
    def forbids_opening(self) -> bool:
        """Whether the file must not, or cannot, be opened at all."""
        return self.code in _FORBIDDING


@dataclass
class Document:
    """What was read from a file, a page or a version."""

    text: str
    links: list[Link] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    hindrances: list[Hindrance] = field(default_factory=list)
    name: str = ""
    source: str = ""
