"""The form in which texts are compared: one width, one case, simplified characters, nothing invisible."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

# Zero-width characters, direction marks, variation selectors and soft hyphens are left out altogether;
# other control characters part words.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_LAST_COMMON: Final = 0xFFFF


# A text is cut in several ways, one after the other: words, pairs, characters.
@lru_cache(maxsize=16)
def normalise(text: str) -> str:
    """Return the text in the form in which it is compared."""
    # Character by character, four times as fast as the whole; that is enough unless something composes.
    found = text.translate(_by_character())
    return found if unicodedata.is_normalized("NFKC", found) else _as_a_whole(text)


def _as_a_whole(text: str) -> str:
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    return _CONTROL.sub(" ", text).translate(_simplified())


@cache
def _by_character() -> list[str]:
    return [_as_a_whole(chr(code)) for code in range(_LAST_COMMON + 1)]


def is_plain(text: str) -> bool:
    """Whether every letter and figure of a text has, its case aside, the form in which it is compared."""
    return _of_other_form().search(text) is None


def aligned(text: str) -> str:
    """Return a text of the same length, character for character, to find in it what is normalised."""
    return "".join(map(_aligned, text))


@cache
def _of_other_form() -> re.Pattern[str]:
    """What is traditional, of full width or in a circle; marks, which nobody looks for, are not among it."""
    known = ((chr(code), form) for code, form in enumerate(_by_character()))
    other = (one for one, form in known if len(form) == 1 and form.isalnum() and form != one.lower())
    return re.compile(f"[{re.escape(''.join(other))}]")


@cache
def _aligned(character: str) -> str:
    one = normalise(character)
    return one if len(one) == 1 else character


@cache
def _simplified() -> dict[int, str]:
    """The simplified form of each traditional character (the first that OpenCC names).

    Only characters, not phrases: what matters is that documents and queries are changed alike.
    """
    found = importlib.util.find_spec("opencc")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("opencc")
    table = Path(found.origin).parent / "dictionary" / "TSCharacters.txt"
    rows = (line.split() for line in table.read_text(encoding="utf-8").splitlines())
    return {
        ord(row[0]): row[1] for row in rows if len(row) > 1 and row[0] != row[1] and ord(row[1]) < 0x10000
    }
