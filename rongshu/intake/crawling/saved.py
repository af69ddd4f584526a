"""What an article was read from, kept in one small file: page, frames, scripts, further parts."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from .errors import NotSaved

Role = Literal["page", "frame", "part", "script"]
_COMPRESSION: Final = 3


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One answer of the source, as served; `charset` is what the server said."""

    url: str
    charset: str | None
    content: bytes
    role: Role = "page"


def write_saved(path: Path, pages: Sequence[SavedPage]) -> None:
    """Write the pages of one article; an earlier file is replaced whole."""
    head = [
        {"url": one.url, "charset": one.charset, "role": one.role, "size": len(one.content)} for one in pages
    ]
    whole = json.dumps(head).encode() + b"\n" + b"".join(one.content for one in pages)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_bytes(gzip.compress(whole, _COMPRESSION))
    half.replace(path)


def read_saved(path: Path) -> list[SavedPage]:
    """Return the pages of one article; raise `NotSaved` where they are gone or damaged."""
    try:
        whole = gzip.decompress(path.read_bytes())
        line, _, rest = whole.partition(b"\n")
        head = json.loads(line)
    except (OSError, EOFError, zlib.error, json.JSONDecodeError) as error:
        raise NotSaved from error
    pages: list[SavedPage] = []
    for one in head:
        pages.append(SavedPage(one["url"], one["charset"], rest[: one["size"]], one["role"]))
        rest = rest[one["size"] :]
    return pages
