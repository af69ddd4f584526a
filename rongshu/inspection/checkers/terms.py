"""Words of the lexicon: wrong names, banned and sensitive words (E1–E4, E7, E8)."""

from __future__ import annotations

from collections.abc import Iterator

from rongshu.inspection.findings import Finding
from rongshu.inspection.lexicon import Lexicon, Term
from rongshu.inspection.passage import Passage


def check_terms(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield every term that occurs, unless it stands within a word in which it is right."""
    for layer in lexicon.layers:
        for index, start, end in layer.matcher.find(passage.narrow):
            term = layer.terms[index]
            if not (_stands_within(passage.narrow, start, end, term.unless) or _is_part(passage, start, end)):
                yield _finding(passage.text, start, end, term)


def _finding(text: str, start: int, end: int, term: Term) -> Finding:
    name = term.reason or "词库词语"
    advice = term.suggestion or f"请核实并改写“{text[start:end]}”"
    rule = f"{term.class_}-word {name}"
    return Finding(term.class_, term.severity, term.tier, start, end, text[start:end], rule, advice)


def _stands_within(text: str, start: int, end: int, longer_words: tuple[str, ...]) -> bool:
    word = text[start:end]
    for longer in longer_words:
        place = longer.find(word)
        while place >= 0:
            begin = start - place
            if begin >= 0 and text.startswith(longer, begin):
                return True
            place = longer.find(word, place + 1)
    return False


def _is_part(passage: Passage, start: int, end: int) -> bool:
    """Whether a Latin word or number found is only a part of a longer one."""
    text = passage.narrow
    if not (text[start].isascii() and text[end - 1].isascii()):
        return False
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())
