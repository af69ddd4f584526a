"""How text becomes tokens: the same for every engine, for documents and for queries.

Deterministic for a version: `ANALYSIS_VERSION` is kept with each generation of the index, and another one
asks for a rebuild.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ANALYSIS_VERSION: Final = "0"


def normalise(text: str) -> str:
    """Return the text in the form in which it is compared."""
    return unicodedata.normalize("NFKC", text).lower()


def segment(text: str) -> list[str]:
    """Return the words of a text, compounds and their parts."""
    import rjieba  # noqa: PLC0415 - the dictionary is loaded on first use

    return [word for word in rjieba.cut_for_search(normalise(text)) if word.strip()]


def characters(text: str) -> list[str]:
    """Return the characters of a text that can be looked for."""
    return [one for one in normalise(text) if one.isalnum()]


def pinyin(text: str) -> list[str]:
    """Return the syllables of the Han characters of a text."""
    return []


def initials(text: str) -> list[str]:
    """Return the initials of a text and of its words."""
    return []


def document_numbers(text: str) -> list[str]:
    """Return the document numbers in a text, in their normal form."""
    return []
