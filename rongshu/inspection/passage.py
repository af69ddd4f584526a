"""A text made ready for the checkers: the same characters, folded one for one, so that offsets hold."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Full-width letters, digits and signs to ASCII; one character stays one character.
_WIDE: Final = np.uint32(0xFF01)
_LAST: Final = np.uint32(0xFF5E)
_WIDE_DIGIT: Final = re.compile("[０-９Ｘｘ]")
_DIGITS: Final = {0xFF10 + shift: 0x30 + shift for shift in range(10)} | {0xFF38: 0x58, 0xFF58: 0x78}
_LINE: Final = re.compile(r"[^\r\n]+")


class Passage:
    """A text and what several checkers need of it, worked out once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """The numbers of the characters."""
        return np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)

    @cached_property
    def narrow(self) -> str:
        """The text with full-width signs, letters and digits made narrow; same length."""
        codes = self.codes
        # What lies below the range wraps around to a large number.
        narrowed = np.where(codes - _WIDE <= _LAST - _WIDE, codes - (_WIDE - 0x21), codes)
        narrowed[(codes == 0x3000) | (codes == 0xA0)] = 0x20
        return narrowed.tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def digits(self) -> str:
        """The text with only full-width digits (and X) made narrow; same length."""
        return self.text.translate(_DIGITS) if _WIDE_DIGIT.search(self.text) else self.text

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
