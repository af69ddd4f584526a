"""Memory that a process no longer uses, given back to the machine (glibc; elsewhere nothing is done).

What a large batch took lies free within the process afterwards, scattered over the arenas of its threads; a
node that has taken in 300,000 records would hold it for ever.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any, Final

_ARENA_MAX: Final = -8  # M_ARENA_MAX of <malloc.h>
_ARENAS: Final = 2
_WORTH_IT: Final = 16 * 1024 * 1024
"""Bytes by which a process has to have grown: looking through its heap takes some milliseconds."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def keep_few_arenas() -> None:
    """Let all threads share two arenas: of a dozen, each would keep its own free memory."""
    library = _glibc()
    if library is not None:
        library.mallopt(_ARENA_MAX, _ARENAS)


class FreeMemory:
    """Gives free memory back once the process has grown noticeably since the last time."""

    def __init__(self) -> None:
        self._held = 0

    def give_back(self) -> bool:
        """Give it back if there may be some; return False: no other duty has more to do for it."""
        library, held = _glibc(), resident_bytes()
        if library is not None and held > self._held + _WORTH_IT:
            library.malloc_trim(0)
            self._held = resident_bytes()
        return False


def resident_bytes() -> int:
    """Return how much memory this process holds; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _glibc() -> Any:
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
