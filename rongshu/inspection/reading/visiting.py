"""Looking whether a link still leads somewhere: HEAD, then GET; never to an inner address, whoever names it.

A host is resolved once, every address judged, and the connection made to the address that was judged; each
redirect goes through the same gate.
"""

from __future__ import annotations

import html
import http.client
import re
import socket
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from rongshu.foundation.networks import is_public
from rongshu.library.reading.files import decoded

_SECONDS: Final = 8
_REDIRECTS: Final = 5
_AGENT: Final = {"User-Agent": "Rongshu-link-check/1.0", "Accept": "*/*"}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
# To these HEAD is no answer: many servers refuse it and still have the page.
_ASK_AGAIN: Final = frozenset({400, 403, 404, 405, 406, 500, 501, 503})
_GONE: Final = frozenset({404, 410})
_BEGINNING: Final = 65_536
_TITLE: Final = re.compile(rb"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)


class InnerAddress(Exception):
    """The host resolves to an address that is not public."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit came to: the last status (0 without an answer), where it ended, its title, the failure."""

    status: int
    ended_at: str
    failure: str = ""
    title: str = ""

    @property
    def is_dead(self) -> bool:
        """Whether nobody reaches anything there. A server that only refuses us (401, 403, 429) lives."""
        return self.status in _GONE or self.status == 0


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    location: str
    is_page: bool
    beginning: bytes


def visit(url: str, allowed: Collection[str] = ()) -> Visit:
    """Follow a link to its end. Raise `InnerAddress`; `allowed` hosts ("name:port") may lie inside."""
    for _ in range(_REDIRECTS + 1):
        try:
            answer = _asked(url, allowed)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            return Visit(0, url, type(failure).__name__)
        if answer.status not in _MOVED or not answer.location:
            return Visit(answer.status, url, title=title_of(answer.beginning))
        url = urljoin(url, answer.location)
    return Visit(0, url, "TooManyRedirects")


def title_of(beginning: bytes) -> str:
    """Return the title of a page from its first bytes, on one line; nothing where it has none."""
    found = _TITLE.search(beginning)
    if found is None:
        return ""
    return " ".join(html.unescape(decoded(found.group(1))).split())[:200]


def _asked(url: str, allowed: Collection[str]) -> _Answer:
    answer = _request("HEAD", url, allowed)
    wants_page = answer.is_page and answer.status == http.HTTPStatus.OK
    return _request("GET", url, allowed) if answer.status in _ASK_AGAIN or wants_page else answer


def _request(method: str, url: str, allowed: Collection[str]) -> _Answer:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("neither http nor https")
    connection = _connection(parts, allowed)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, headers=_AGENT)
        answer = connection.getresponse()
        is_page = "html" in (answer.getheader("Content-Type") or "").lower()
        beginning = _beginning(answer) if method == "GET" and is_page else b""
        return _Answer(answer.status, answer.getheader("Location") or "", is_page, beginning)
    finally:
        connection.close()


def _beginning(answer: http.client.HTTPResponse) -> bytes:
    """Read as far as a title may stand, and no longer than a visit may take."""
    read, until = b"", time.monotonic() + _SECONDS
    while len(read) < _BEGINNING and time.monotonic() < until and b"</title" not in read.lower():
        piece = answer.read1(8192)
        if not piece:
            break
        read += piece
    return read


def _connection(parts: SplitResult, allowed: Collection[str]) -> http.client.HTTPConnection:
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    address = _judged(host, port, allowed)
    opened = socket.create_connection((address, port), timeout=_SECONDS)
    made = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        made.sock = (
            ssl.create_default_context().wrap_socket(opened, server_hostname=host) if is_secure else opened
        )
    except OSError:
        opened.close()
        raise
    return made


def _judged(host: str, port: int, allowed: Collection[str]) -> str:
    """Return an address of the host; one inner address among them refuses it."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if f"{host}:{port}" not in allowed and not all(map(is_public, found)):
        raise InnerAddress(host)
    return found[0]
