"""What the box in the top bar finds: apps register finders; each answers with what the viewer may open."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Final

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.text import normalise_line

LONGEST: Final = 100


@dataclasses.dataclass(frozen=True)
class Found:
    """One thing that was found: its name, where it opens, and a short remark."""

    title: str
    url: str
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Finder:
    """A kind of things to find; `find` answers at most so many of the viewer's that fit the words."""

    code: str
    label: str
    find: Callable[[Viewer, str, int], Sequence[Found]]
    order: int = 50


@dataclasses.dataclass(frozen=True)
class FoundGroup:
    """What one finder found; `has_more` when there is more than is shown."""

    finder: Finder
    found: Sequence[Found]
    has_more: bool


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Add a finder, or replace the one with the same code; called from an AppConfig.ready."""
    _finders[finder.code] = finder


def find(viewer: Viewer, words: str, most: int) -> list[FoundGroup]:
    """Return what fits the words, finder by finder, at most `most` of each; nothing for no words."""
    words = normalise_line(words)[:LONGEST]
    if not words:
        return []
    groups = []
    for finder in sorted(_finders.values(), key=lambda one: one.order):
        found = finder.find(viewer, words, most + 1)
        if found:
            groups.append(FoundGroup(finder, found[:most], len(found) > most))
    return groups
