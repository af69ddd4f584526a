"""Wrong characters (E7): the certain ones prove themselves, the others go to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage
from rongshu.inspection.typos.judging import judge
from rongshu.inspection.typos.scanning import scan

_NAMES: Final = {0: "同音字误用", 1: "音近字误用", 2: "形近字误用"}
_CODES: Final = {0: "E7-sound", 1: "E7-near-sound", 2: "E7-shape"}
# So much at once, that a long text needs no more memory than a short one.
_PORTION: Final = 4000


def check_typos(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield characters that another one would suit much better."""
    for start in range(0, len(passage.text), _PORTION):
        yield from _check_portion(passage, start)


def _check_portion(passage: Passage, start: int) -> Iterator[Finding]:
    text, stop = passage.text, start + _PORTION
    for one in judge(scan(text[start:stop], passage.codes[start:stop])):
        evidence, place = one.evidence, start + one.evidence.place
        name = f"{_NAMES[evidence.way]}：应为“{evidence.word}”"
        # What is only suspected is shown to the writer; it stops nobody.
        tier, weight = (Tier.CERTAIN, Severity.GENERAL) if one.is_certain else (Tier.SUSPECT, Severity.HINT)
        rule = Rule(_CODES[evidence.way], name, "E7", weight)
        yield rule.found(text, place, place + 1, evidence.right, tier=tier)
