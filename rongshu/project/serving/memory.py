"""A process and those below it, and the memory they take together."""

from __future__ import annotations

from contextlib import suppress

import psutil


def family_of(process: psutil.Process) -> list[psutil.Process]:
    """Return a process, first, and those below it; nothing when it has ended."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def shares_of(process: psutil.Process) -> list[int]:
    """Return the proportional set size (PSS) of each of a family, in bytes; who has ended is left out."""
    shares = []
    for each in family_of(process):
        with suppress(psutil.NoSuchProcess):
            shares.append(each.memory_full_info().pss)
    return shares
