"""Further publishers for much work on many sites: each takes whole sites, with their leases, by itself.

Nothing goes between the processes but how far they are, so that sites scale over processes; the crew
(`crew.py`) serves a single site that is large. When the first publisher ends, however it does, the
kernel kills the companion (elsewhere than on Linux the pipe ends, and the companion with it); what it
leaves is found again as after any killed publisher.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Collection, Iterator
from multiprocessing.connection import Connection, wait
from typing import Final, NamedTuple
from uuid import UUID

from rongshu.publishing.companion import accompany

ALONE: Final = "alone"


class Progressed(NamedTuple):
    """How far a companion is on a site."""

    slug: str
    made: int
    left: int


class Companions:
    """A few publishers beside this one."""

    def __init__(self, size: int, sites: Collection[UUID] | None) -> None:
        self.made = 0
        self._is_alone_told = False
        self._processes = {}
        context = multiprocessing.get_context("spawn")
        wanted = None if sites is None else [str(one) for one in sites]
        for _ in range(size):
            ours, theirs = context.Pipe()
            # No daemon: one that is left alone with a large site has a crew of its own.
            process = context.Process(
                target=accompany, args=(theirs, os.environ["DJANGO_SETTINGS_MODULE"], wanted)
            )
            process.start()
            theirs.close()
            self._processes[ours] = process

    @property
    def is_any_left(self) -> bool:
        """Whether one of them is still at work."""
        return bool(self._processes)

    def news(self, seconds: float) -> Iterator[Progressed]:
        """Yield how far they are, waiting a while for the first; forget those that ended."""
        for ready in wait(list(self._processes), seconds):
            assert isinstance(ready, Connection)  # noqa: S101 - what was given to wait
            try:
                told = ready.recv()
            except (EOFError, OSError):
                self._lose(ready)
                continue
            if isinstance(told, int):
                self.made += told
                self._lose(ready)
            else:
                yield Progressed(*told)

    def leave_to_the_last(self, processes: int) -> None:
        """Tell the last one that nobody else has anything to do: it may use all cores."""
        if not self._is_alone_told and len(self._processes) == 1:
            self._is_alone_told = True
            try:
                next(iter(self._processes)).send((ALONE, processes))
            except OSError:
                return

    def dismiss(self) -> None:
        """End all that are left."""
        for pipe in list(self._processes):
            self._lose(pipe)

    def _lose(self, pipe: Connection) -> None:
        process = self._processes.pop(pipe)
        pipe.close()
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()
