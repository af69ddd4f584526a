"""What a query was understood to mean."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Intent(enum.Enum):
    """What somebody wants."""

    LOOK_UP = "look-up"  # whatever there is about it
    DO = "do"  # to get something done
    ASK = "ask"  # an answer to a question
    WHO = "who"  # an institution or a person, how to reach them
    DOCUMENT = "document"  # a particular document


@dataclass(frozen=True)
class Word:
    """A word that matters, and other words that would do as well."""

    text: str
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restriction:
    """A field prefix: 标题:…, 文号:…, 单位:…, 站点:…"""

    field: str  # title, number, organization, site
    text: str


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A query, understood. `text` is what is left to look for in its normal form, as one run of words."""

    query: str
    text: str = ""
    fillers: str = ""
    """The words of `text` that say nothing of what is looked for, with a blank where others stand."""
    words: tuple[Word, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    numbers: tuple[str, ...] = ()
    """Document numbers in their normal form."""
    named: tuple[str, ...] = ()
    """Titles in 《》: documents that the query names."""
    number_parts: tuple[tuple[str, ...], ...] = ()
    """Parts of document numbers of which all must be there: 47号文, 国办发47号."""
    is_number: bool = False
    """Whether nothing else was asked than these parts, perhaps of a year or a region."""
    years: tuple[int, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    regions: tuple[str, ...] = ()
    """Codes of the regions that are named."""
    syllables: tuple[str, ...] = ()
    """Pinyin, when the query was typed in Latin letters."""
    initials: str = ""
    typed: str = ""
    """What was typed in Latin letters, when `text` is the Chinese that was heard in it."""
    intent: Intent = Intent.LOOK_UP
    is_spoken: bool = False
    """Whether it is a question or a sentence rather than a few key words."""
    hint: str = ""
    """A Chinese sentence that helps who typed something that can't be looked for."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to look for."""
        asked = (self.text, self.phrases, self.restrictions, self.numbers, self.number_parts, self.initials)
        return not any(asked) and not self.syllables
