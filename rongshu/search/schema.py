"""The fields of the index, the same for every engine.

Fields of kind WORDS and CHARACTERS hold ready tokens joined by spaces: every engine only splits at spaces,
so that all of them see the same analysis. They are scored by BM25, and have positions where phrases are
looked for. A KEYWORD holds one or more exact values; an INTEGER one number. `fast`: sorted by, counted in
facets or compared in ranges.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

# Another one asks for a rebuild: a generation of the index remembers under which it was made.
SCHEMA_VERSION: Final = 5


class FieldKind(enum.Enum):
    """How an engine keeps a field."""

    WORDS = "words"
    CHARACTERS = "characters"
    KEYWORD = "keyword"
    INTEGER = "integer"
    STORED = "stored"  # kept for presentation, never searched


@dataclass(frozen=True)
class Field:
    """One field of the index."""

    name: str
    kind: FieldKind
    stored: bool = False
    fast: bool = False
    phrases: bool = False  # keeps positions, so that phrases may be looked for

    @property
    def is_text(self) -> bool:
        """Whether it holds tokens joined by spaces."""
        return self.kind in {FieldKind.WORDS, FieldKind.CHARACTERS}


def _words(name: str) -> Field:
    return Field(name, FieldKind.WORDS, phrases=True)


def _scored(name: str) -> Field:
    """Tokens that are only scored: phrases of a text are looked for in its characters.

    Without positions, documents take an eighth less time to index, and less space.
    """
    return Field(name, FieldKind.WORDS)


def _characters(name: str) -> Field:
    return Field(name, FieldKind.CHARACTERS, phrases=True)


def _keyword(name: str) -> Field:
    return Field(name, FieldKind.KEYWORD, fast=True)


FIELDS: Final[tuple[Field, ...]] = (
    Field("id", FieldKind.KEYWORD, stored=True, fast=True),  # "resource:<uuid>"
    _keyword("kind"),  # resource, site, column, organization …
    _keyword("type"),  # code of the resource type
    _words("title_words"),
    _scored("title_pairs"),
    _characters("title_characters"),
    _words("title_pinyin"),  # one token per syllable
    _words("title_initials"),  # the initials of the title and of its words
    _words("heading_words"),
    _words("number_words"),  # parts of document numbers
    # Of titles and headings as well: what has every word of a query is one intersection.
    _scored("body_pairs"),
    _characters("body_characters"),
    _scored("attachment_words"),
    _characters("attachment_characters"),
    _keyword("site"),  # ids, as hex
    _keyword("column"),
    _keyword("region"),  # codes: its own and of every region above it
    _keyword("level"),
    _keyword("organization"),  # ids, as hex
    _keyword("theme"),
    _keyword("genre"),
    _keyword("validity"),
    _keyword("origin"),  # the node that owns it, as hex
    _keyword("year"),  # of publication
    _keyword("number"),  # normalised document numbers
    _keyword("fold"),  # what is shown once: what copies of a text have in common
    _keyword("reach"),  # who may see it, in the staff's index
    Field("published", FieldKind.INTEGER, fast=True),  # seconds since 1970
    Field("authority", FieldKind.INTEGER, fast=True),  # the rank of who published it
    Field("standing", FieldKind.INTEGER, fast=True),  # the rank of a law
    Field("source", FieldKind.STORED, stored=True),  # JSON for presentation
)
BY_NAME: Final = {field.name: field for field in FIELDS}
