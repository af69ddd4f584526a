"""Media types and the headers that go with them."""

from __future__ import annotations

import mimetypes
from typing import Final

_PAGE_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: https: http:; media-src 'self' https: http:;"
    " style-src 'self' 'unsafe-inline'; script-src 'self'; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'self'"
)
# What editors attached may carry anything: it gets no scripts, no frames, no origin.
_FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
COMMON_HEADERS: Final = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
]
PAGE_HEADERS: Final = [*COMMON_HEADERS, ("Content-Security-Policy", _PAGE_POLICY)]
FILE_HEADERS: Final = [*COMMON_HEADERS, ("Content-Security-Policy", _FILE_POLICY)]
HTML: Final = "text/html; charset=utf-8"

_TYPES: Final = {
    ".html": HTML,
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff2": "font/woff2",
    ".ofd": "application/ofd",
    ".wps": "application/vnd.ms-works",
}
_OPENED_IN_PLACE: Final = (
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "application/pdf", "video/", "audio/",
    "text/plain",
)  # fmt: skip


def media_type(name: str) -> str:
    """The media type by a file's extension."""
    dot = name.rfind(".")
    extension = name[dot:].lower() if dot >= 0 else ""
    known = _TYPES.get(extension)
    return known or mimetypes.types_map.get(extension, "application/octet-stream")


def is_compressible(kind: str) -> bool:
    """Whether gzip makes it smaller."""
    return kind.startswith(("text/", "application/xml", "application/atom", "application/rss", "image/svg"))


def is_opened_in_place(kind: str) -> bool:
    """Whether a browser may show an attached file itself instead of saving it."""
    return kind.startswith(_OPENED_IN_PLACE)
