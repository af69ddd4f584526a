"""What making a page yields, before and after it lies in a temporary file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from rongshu.publishing.keys import PageKey, ReadKey

ABSENT: Final = ""


@dataclasses.dataclass(frozen=True, slots=True)
class CarriedFile:
    """A stored file that a page carries into the tree: where to, and which content."""

    path: str
    digest: str


@dataclasses.dataclass(frozen=True, slots=True)
class Product:
    """A page made in memory. `path` is ABSENT when the page is not to exist now.

    `framed`: it shows the site's frame, so it is made again when that changes. `outbound` names
    the targets of its links that lead off government websites, by digest.
    """

    key: PageKey
    path: str = ABSENT
    content: bytes = b""
    framed: bool = False
    reads: frozenset[ReadKey] = frozenset()
    # What of `reads` is not placed on the site: the planner has to know of it.
    foreign: frozenset[ReadKey] = frozenset()
    files: tuple[CarriedFile, ...] = ()
    outbound: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # Of a list chunk: the digest of the placements it shows, to be held against its boundaries.
    members: bytes = b""


@dataclasses.dataclass(frozen=True, slots=True)
class Staged:
    """A page whose content waits in the temporary file `temporary` ("" when the file is unchanged)."""

    key: PageKey
    serial: int
    path: str
    digest: bytes
    size: int
    temporary: str
    framed: bool
    reads: frozenset[ReadKey]
    files: tuple[CarriedFile, ...]
    outbound: Mapping[str, str]
    members: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """A page that could not be made, and why."""

    key: PageKey
    serial: int
    error: str
