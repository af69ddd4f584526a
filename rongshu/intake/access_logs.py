"""Access logs of old web servers: which addresses readers asked for, and how the old server answered."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rongshu.intake.errors import LogNotReadable

# Common and combined format, with or without the virtual host in front:
# [host] client ident user [time] "GET /uri HTTP/1.1" status size …
_LINE: Final = re.compile(
    r"^(?:(?P<host>[a-z0-9][a-z0-9.\-]*\.[a-z0-9.\-]+(?::\d+)?) )?\S+ \S+ "
    r"[^\[\]\x22]{1,200}? \[[^\]]{5,60}\] "
    r'"(?P<method>[A-Z]{3,10}) (?P<target>\S+)(?: HTTP/[\d.]+)?" (?P<status>\d{3})\b',
    re.IGNORECASE,
)
_LONGEST_LINE: Final = 20_000
_READ: Final = frozenset({"GET", "HEAD"})


@dataclass
class AskedFor:
    """Requests by (host, request URI): how many reached a page of the old server; the host may be ""."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: int = 0
    failed: int = 0
    other: int = 0
    unreadable: int = 0


def read_log(file: Path) -> AskedFor:
    """Count what a log asked for; raise `LogNotReadable` for what is no log.

    Requests that the old server itself refused (4xx, 5xx) or that were no GET are counted apart. Reads
    common, combined and W3C (IIS) format, plain, gzip or bzip2.
    """
    asked, fields = AskedFor(), list[str]()
    with _opened(file) as lines:
        for line in lines:
            if line.startswith("#"):
                fields = line.split()[1:] if line.startswith("#Fields:") else fields
            elif line.strip():
                asked.lines += 1
                _count(asked, _w3c(line, fields) if fields else _common(line))
    if asked.lines and asked.unreadable == asked.lines:
        raise LogNotReadable
    return asked


def _count(asked: AskedFor, found: tuple[str, str, str, int] | None) -> None:
    if found is None:
        asked.unreadable += 1
        return
    host, method, uri, status = found
    if method not in _READ:
        asked.other += 1
    elif status >= 400:
        asked.failed += 1
    else:
        asked.requests[host, uri] += 1


def _common(line: str) -> tuple[str, str, str, int] | None:
    match = _LINE.match(line[:_LONGEST_LINE])
    if match is None:
        return None
    host, target = match["host"] or "", match["target"]
    if "://" in target[:8]:
        parts = urlsplit(target)
        host, target = parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (host.lower(), match["method"].upper(), target.partition("#")[0], int(match["status"]))


def _w3c(line: str, fields: list[str]) -> tuple[str, str, str, int] | None:
    values = dict(zip(fields, line.split(), strict=False))
    stem, status = values.get("cs-uri-stem"), values.get("sc-status", "")
    if not stem or not status.isdigit():
        return None
    query, host = values.get("cs-uri-query", "-"), values.get("cs-host", "-")
    uri = stem if query == "-" else f"{stem}?{query}"
    return ("" if host == "-" else host.lower(), values.get("cs-method", "GET").upper(), uri, int(status))


@contextmanager
def _opened(file: Path) -> Iterator[Iterator[str]]:
    try:
        with file.open("rb") as raw:
            head = raw.read(3)
        unpack = gzip.open if head[:2] == b"\x1f\x8b" else bz2.open if head == b"BZh" else open
        with unpack(file, "rt", encoding="utf-8", errors="replace") as lines:
            yield iter(lines)
    except (OSError, EOFError, zlib.error) as error:
        raise LogNotReadable(f"日志文件 {file} 读不到或已损坏，请核对路径和压缩格式。") from error
