"""A text made ready for the checkers: the same characters, folded one for one, so that offsets hold."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

# Full-width letters, digits and signs to ASCII; one character stays one character.
_NARROW: Final = {0xFF01 + shift: 0x21 + shift for shift in range(94)} | {0x3000: 0x20, 0xA0: 0x20}
_DIGITS: Final = {0xFF10 + shift: 0x30 + shift for shift in range(10)} | {0xFF38: 0x58, 0xFF58: 0x78}
_HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
_LINE: Final = re.compile(r"[^\r\n]+")


class Passage:
    """A text and what several checkers need of it, worked out once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def narrow(self) -> str:
        """The text with full-width signs, letters and digits made narrow; same length."""
        return self.text.translate(_NARROW)

    @cached_property
    def digits(self) -> str:
        """The text with only full-width digits (and X) made narrow; same length."""
        return self.text.translate(_DIGITS)

    @cached_property
    def han_runs(self) -> list[tuple[int, int]]:
        """Where Chinese characters follow each other without a break."""
        return [match.span() for match in _HAN.finditer(self.text)]

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Where lines that hold anything begin and end."""
        return [match.span() for match in _LINE.finditer(self.text)]

    def before(self, place: int, length: int) -> str:
        """Return up to `length` characters before a place."""
        return self.digits[max(0, place - length) : place]

    def after(self, place: int, length: int) -> str:
        """Return up to `length` characters from a place on."""
        return self.digits[place : place + length]
