"""Reading an answer: everything it says in words, what is given away in it, and what makes two alike."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pypdfium2 import PdfDocument, PdfiumError

_MARKS: Final = re.compile(r"zq(\d{4})x", re.IGNORECASE)
_IDS: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What differs between two answers to the same question: tokens, moments, fresh secrets, how long it took.
_PASSING: Final = re.compile(
    r'X-CSRFToken": "\w+"|name="csrfmiddlewaretoken" value="\w+"|nonce-[\w+/=]+|nonce="[^"]*"|"token": "\w+"'
    r'|data-token="\w+"|name="writer" value="\w+"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d)?'
    r"|\d\d:\d\d(:\d\d)?|\d+ ?(秒|分钟)(前|后)?|刚刚"
)
# Shorter ones stand by chance in any page.
_SHORTEST: Final = 4
_VOLATILE_HEADERS: Final = frozenset(
    {"Set-Cookie", "Date", "Content-Length", "Last-Modified", "X-Request-Id"}
)


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers and everything in words."""

    status: int
    headers: str
    body: str
    is_page: bool

    @property
    def words(self) -> str:
        """Headers and body."""
        return f"{self.headers}\n{self.body}"

    def without(self, known: Iterable[str]) -> str:
        """Return its words without what the question itself had said."""
        text = self.words
        for one in sorted({one for one in known if len(one) >= _SHORTEST}, key=len, reverse=True):
            text = text.replace(one, "…") if one in text else text
        return text

    def likeness(self, known: Iterable[str] = ()) -> tuple[int, str]:
        """Return the answer without what passes and without what was asked for."""
        return self.status, _PASSING.sub("…", self.without(known))


def read(answer: Any) -> Answer:
    """Read a response to its end."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = "\n".join(
        f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name not in _VOLATILE_HEADERS
    )
    media_type = answer.headers.get("Content-Type", "")
    return Answer(answer.status_code, headers, _text(content, media_type), media_type.startswith("text/html"))


def _text(content: bytes, media_type: str) -> str:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    if media_type.startswith("application/pdf"):
        try:
            return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(content))
        except PdfiumError:
            return ""
    return content.decode("utf-8", "replace")


def marks_in(words: str) -> set[int]:
    """Return the numbers of the tenants whose marks are in it."""
    return {int(one) for one in _MARKS.findall(words)}


def ids_in(words: str) -> set[str]:
    """Return the ids in it."""
    return set(_IDS.findall(words))
