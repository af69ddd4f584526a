"""What a person has found right: a text under a rule, in the phrase around it. Pure: no database.

A single character or a short word is right in one place and wrong in the next; so it is remembered with the
words it stood in, and only there it is no longer found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# A phrase of this many characters is specific enough to stand by itself.
SHORTEST_PHRASE: Final = 4
SPECIFIC: Final = 8
_REACH: Final = 4
_BEGINNING: Final = re.compile(r"[\w·]+")
_ENDING: Final = re.compile(r"[\w·]+\Z")


@dataclass(frozen=True, slots=True, order=True)
class FoundRight:
    """A text that is right under a rule ("" for every rule) where `before` and `after` stand around it."""

    rule_code: str
    text: str
    before: str = ""
    after: str = ""

    @property
    def phrase(self) -> str:
        """The text with what stands around it."""
        return f"{self.before}{self.text}{self.after}"

    def holds_at(self, text: str, start: int, end: int) -> bool:
        """Whether these words stand around `text[start:end]`."""
        return text.startswith(self.after, end) and text.endswith(self.before, 0, start)


def surroundings(text: str, before: str, after: str) -> tuple[str, str]:
    """Return what belongs to a text on either side: nothing where it is long enough to speak for itself.

    Otherwise up to four characters, as far as the clause goes.
    """
    if len(text) >= SPECIFIC:
        return "", ""
    left, right = _ENDING.search(before), _BEGINNING.match(after)
    return (left.group()[-_REACH:] if left else ""), (right.group()[:_REACH] if right else "")


def around_in(phrase: str, text: str, before: str, after: str) -> tuple[str, str] | None:
    """Return what a phrase holds on either side of a text; None where the phrase does not stand there so."""
    place = phrase.find(text)
    while place >= 0:
        left, right = phrase[:place], phrase[place + len(text) :]
        if before.endswith(left) and after.startswith(right):
            return left, right
        place = phrase.find(text, place + 1)
    return None
