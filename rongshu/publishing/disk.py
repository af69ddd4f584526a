"""What the disk says when it is full or refuses, in words for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rongshu.publishing.errors import TreeUnwritable

_REFUSALS: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn a manifest's refusal to be written into `TreeUnwritable`; nothing of the change is kept."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _REFUSALS:  # the low byte names the kind
            raise TreeUnwritable from error
        raise
