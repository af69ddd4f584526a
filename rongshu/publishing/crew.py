"""Rendering processes of one publisher. They read, render and write temporary files; they hold no lease.

Each has a pipe of its own: when the publisher dies, the kernel kills them (elsewhere than on Linux the
pipe ends and so does the process).
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait
from typing import NamedTuple
from uuid import UUID

from rongshu.publishing.crew_member import serve
from rongshu.publishing.products import Failed, Staged
from rongshu.publishing.staging import Order


class Job(NamedTuple):
    """A batch of one site."""

    site_id: UUID
    slug: str
    token: str
    manifest_file: str
    orders: Sequence[Order]


class Crew:
    """A few processes, each with at most two jobs: one at work and one waiting."""

    DEPTH = 2

    def __init__(self, size: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._members: dict[Connection, int] = {}
        self._jobs: dict[Connection, list[Job]] = {}
        self._processes = []
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serve, args=(theirs, os.environ["DJANGO_SETTINGS_MODULE"]), daemon=True
            )
            process.start()
            theirs.close()
            self._processes.append(process)
            self._jobs[ours] = []

    @property
    def is_full(self) -> bool:
        """Whether nobody can take another job."""
        return all(len(jobs) >= self.DEPTH for jobs in self._jobs.values())

    def give(self, job: Job) -> None:
        """Hand a job to whoever has least to do."""
        pipe = min(self._jobs, key=lambda one: len(self._jobs[one]))
        pipe.send(job)
        self._jobs[pipe].append(job)

    def results(self, seconds: float) -> list[tuple[Job, list[Staged | Failed]]]:
        """Return what was finished, waiting a while for the first."""
        done = []
        for ready in wait([pipe for pipe, jobs in self._jobs.items() if jobs], seconds):
            pipe = ready
            assert isinstance(pipe, Connection)  # noqa: S101 - what was given to wait
            job = self._jobs[pipe].pop(0)
            try:
                done.append((job, pipe.recv()))
            except EOFError:
                done.append(
                    (job, [Failed(one.key, one.serial, "rendering process died") for one in job.orders])
                )
                self._lose(pipe)
        return done

    def dismiss(self) -> None:
        """End all processes."""
        for pipe in self._jobs:
            pipe.close()
        for process in self._processes:
            process.join(5)
            if process.is_alive():
                process.kill()

    def _lose(self, pipe: Connection) -> None:
        for job in self._jobs.pop(pipe):
            if self._jobs:
                self.give(job)
        pipe.close()
