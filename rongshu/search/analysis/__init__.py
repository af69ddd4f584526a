"""How text becomes tokens: the same for every engine, for documents and for queries.

Deterministic for a version: `ANALYSIS_VERSION` is kept with each generation of the index, and another one
asks for a rebuild. Tables are read on first use; nothing here changes afterwards, so threads may share it.
"""

from __future__ import annotations

from rongshu.search.analysis.joining import joined_characters, joined_pairs, joined_words
from rongshu.search.analysis.normalising import aligned, is_plain, normalise
from rongshu.search.analysis.numbering import document_numbers, number_parts
from rongshu.search.analysis.segmenting import characters, coarse, is_han, is_word, pairs, segment
from rongshu.search.analysis.sounding import initials, pinyin
from rongshu.search.analysis.versions import ANALYSIS_VERSION

__all__ = [
    "ANALYSIS_VERSION",
    "aligned",
    "characters",
    "coarse",
    "document_numbers",
    "initials",
    "is_han",
    "is_plain",
    "is_word",
    "joined_characters",
    "joined_pairs",
    "joined_words",
    "normalise",
    "number_parts",
    "pairs",
    "pinyin",
    "segment",
]
