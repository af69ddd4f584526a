"""The built-in lexicon: the seed dictionaries of this package, compiled once per process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from rongshu.inspection.findings import Severity, Tier
from rongshu.inspection.lexicon import Leader, Lexicon, Phrase, Term, version_of

SEED: Final = Path(__file__).parent / "seed"


@cache
def built_in_lexicon() -> Lexicon:
    """Return the lexicon every installation begins with; needs no database."""
    files = sorted(SEED.glob("*.yaml"))
    texts = [file.read_text("utf-8") for file in files]
    parts = [yaml.safe_load(text) for text in texts]
    return Lexicon(
        version=version_of(texts),
        terms=tuple(term for part in parts for term in _terms(part)),
        phrases=tuple(phrase for part in parts for phrase in _phrases(part)),
        leaders=tuple(leader for part in parts for leader in _leaders(part)),
        names=tuple(word for part in parts if part["kind"] == "words" for word in part["words"]),
    )


def _terms(part: Mapping[str, Any]) -> Iterator[Term]:
    for group in part.get("groups", ()):
        unless = group.get("unless") or {}
        for word, suggestion in group["words"].items():
            yield Term(
                word=word,
                class_=group["class"],
                severity=Severity(group["severity"]),
                tier=Tier(group.get("tier", "certain")),
                suggestion=suggestion,
                reason=group["reason"],
                unless=tuple(unless.get(word, ())),
            )


def _phrases(part: Mapping[str, Any]) -> Iterator[Phrase]:
    if part["kind"] == "phrases":
        for class_ in ("E2", "E3"):
            for word in part.get(class_, ()):
                yield Phrase(word, class_)


def _leaders(part: Mapping[str, Any]) -> Iterator[Leader]:
    for leader in part.get("leaders", ()):
        yield Leader(leader["name"], leader["rank"], tuple(leader["posts"]))
