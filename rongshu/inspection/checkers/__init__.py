"""The checkers: each a function of a passage (or a document) and a lexicon. To add one, list it here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rongshu.inspection.checkers.dates import check_dates
from rongshu.inspection.checkers.doubles import check_doubles
from rongshu.inspection.checkers.leaders import check_leaders
from rongshu.inspection.checkers.links import check_links, check_written_addresses
from rongshu.inspection.checkers.maps import check_captions, check_maps
from rongshu.inspection.checkers.parts import check_hindrances, check_pictures, check_source
from rongshu.inspection.checkers.personal import check_personal
from rongshu.inspection.checkers.phrases import check_phrases
from rongshu.inspection.checkers.punctuation import check_punctuation
from rongshu.inspection.checkers.regions import check_regions
from rongshu.inspection.checkers.repetition import check_repetition
from rongshu.inspection.checkers.secrecy import check_secrecy
from rongshu.inspection.checkers.terms import check_terms
from rongshu.inspection.checkers.typos import check_typos
from rongshu.inspection.checkers.units import check_units
from rongshu.inspection.findings import Finding
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage
from rongshu.library.reading.document import Document

Checker = Callable[[Passage, Lexicon], Iterable[Finding]]
PartChecker = Callable[[Document, Lexicon], Iterable[Finding]]

CHECKERS: Final[tuple[Checker, ...]] = (
    check_terms,
    check_phrases,
    check_regions,
    check_leaders,
    check_secrecy,
    check_personal,
    check_typos,
    check_doubles,
    check_punctuation,
    check_units,
    check_dates,
    check_captions,
    check_written_addresses,
    check_repetition,
)

PART_CHECKERS: Final[tuple[PartChecker, ...]] = (
    check_links,
    check_pictures,
    check_maps,
    check_hindrances,
    check_source,
)
