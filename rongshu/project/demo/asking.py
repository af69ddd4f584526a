"""Asking the public listener as a reader would, without a network between, and what was found out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from rongshu.project.listeners import public_application


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it holds, and the numbers."""

    what: str
    holds: bool
    details: str


@dataclass(frozen=True)
class Answer:
    """What the public listener answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(url: str) -> Answer:
    """Ask the public listener for a URL, as a reader would, without a network between."""
    parts = urlsplit(url)
    told: dict[str, Any] = {}

    def start_response(
        status: str, headers: list[tuple[str, str]], _: Any = None
    ) -> Callable[[bytes], object]:
        told["status"], told["headers"] = (
            int(status.split(maxsplit=1)[0]),
            {name.lower(): value for name, value in headers},
        )
        return lambda data: None

    body = b"".join(_application()(_environ(parts.netloc, parts.path or "/", parts.query), start_response))
    return Answer(told["status"], told["headers"], body)


@cache
def _application() -> Callable[..., Iterable[bytes]]:
    return public_application()


def _environ(host: str, path: str, query: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": host.split(":", maxsplit=1)[0],
        "SERVER_PORT": host.partition(":")[2] or "80",
        "HTTP_HOST": host,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }
