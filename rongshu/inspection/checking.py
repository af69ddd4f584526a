"""The whole inspection of a text: every checker, less what a tenant has found right. Pure: no database."""

from __future__ import annotations

from rongshu.inspection.checkers import CHECKERS, PART_CHECKERS
from rongshu.inspection.findings import Finding, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage
from rongshu.library.reading.document import Document

# What is said of the spelling of words: within a known name it does not hold.
_OF_SPELLING = frozenset(
    {"E7-sound", "E7-near-sound", "E7-shape", "E7-phrase", "E2-phrase", "E3-phrase", "E8-repeat", "E8-double"}
)
_WEIGHT = {Severity.SEVERE: 0, Severity.GENERAL: 1, Severity.HINT: 2}


def inspect_text(text: str, lexicon: Lexicon) -> list[Finding]:
    """Return what is wrong in a text, by place; offsets count its characters."""
    passage = Passage(text)
    found = [finding for check in CHECKERS for finding in check(passage, lexicon)]
    return _settled(text, _outside_names(text, found, lexicon), lexicon)


def inspect_document(document: Document, lexicon: Lexicon) -> list[Finding]:
    """Return what is wrong in a document: its text, links, pictures, and how it could be read."""
    passage = Passage(document.text)
    found = [finding for check in CHECKERS for finding in check(passage, lexicon)]
    found = _outside_names(document.text, found, lexicon)
    found += [finding for check in PART_CHECKERS for finding in check(document, lexicon)]
    return _settled(document.text, found, lexicon)


def _outside_names(text: str, found: list[Finding], lexicon: Lexicon) -> list[Finding]:
    """Leave out spelling mistakes seen within names that this installation knows."""
    if not any(one.rule_code in _OF_SPELLING for one in found):
        return found
    named = lexicon.named(text)
    return [
        one
        for one in found
        if one.rule_code not in _OF_SPELLING
        or not any(start <= one.start and one.end <= end for start, end in named)
    ]


def _settled(text: str, found: list[Finding], lexicon: Lexicon) -> list[Finding]:
    """Leave out what is excepted, and of findings for the same class and place all but the weightiest."""
    found.sort(key=lambda one: (one.start, _WEIGHT[one.severity], one.tier is Tier.SUSPECT, -one.end))
    kept: list[Finding] = []
    reach: dict[str, int] = {}
    for one in found:
        if lexicon.excepts(one.rule_code, text, one.start, one.end):
            continue
        if one.end > one.start and one.end <= reach.get(one.class_, -1):
            continue
        reach[one.class_] = max(one.end, reach.get(one.class_, -1))
        kept.append(one)
    return kept
