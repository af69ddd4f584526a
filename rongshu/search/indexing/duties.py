"""The search's part of the worker."""

from __future__ import annotations

from typing import Final

from rongshu.foundation.worker import register_duty
from rongshu.search.indexing.attachments import read_next
from rongshu.search.indexing.indexer import Indexer
from rongshu.search.semantics.filling import Filling

LANE: Final = "search"
READING_LANE: Final = "attachments"
MEANING_LANE: Final = "meaning"
INDEXER: Final = Indexer()
FILLING: Final = Filling()


def register_search_duties() -> None:
    """Make the duties known to the worker."""
    register_duty("search-indexer", INDEXER.run_once, every=1, lane=LANE)
    register_duty("search-meaning", FILLING.run_once, every=5, lane=MEANING_LANE)
    register_duty("search-attachments", read_next, every=5, lane=READING_LANE, goes_first=True)
