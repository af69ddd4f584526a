"""Writers and readers at work while the indexer is killed again and again: for the test and the bench."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rongshu.project.testing.installations import ScratchInstallation, scratch_installation
from rongshu.project.testing.opensearch import private_cluster

PARTS = "rongshu.search.tests.killed"


@dataclass
class Outcome:
    """What came of it."""

    deeds: int = 0
    searches: int = 0
    kills: int = 0
    errors: list[str] = field(default_factory=list)
    settled: dict[str, Any] = field(default_factory=dict)

    @property
    def is_flawless(self) -> bool:
        """No reader or writer met an error, nothing is left to do, and the index is what it should be."""
        rest = [self.settled[name] for name in ("left", "failing", "missing", "stale", "surplus")]
        return not self.errors and not any(rest)


@contextmanager
def prepared(folder: Path, articles: int, *, on_opensearch: bool = False) -> Iterator[ScratchInstallation]:
    """Yield a new installation with so many articles, all indexed; its engine may be a private cluster."""
    with ExitStack() as stack:
        named = {}
        if on_opensearch:
            cluster = stack.enter_context(private_cluster(heap="768m", is_light=False))
            named = {"SEARCH_URL": f"opensearch://{cluster.hosts}/bench"}
        place = stack.enter_context(scratch_installation(folder, has_tables=False, **named))
        place.python("-m", PARTS, "prepare", str(articles))
        yield place


def undergo(
    place: ScratchInstallation, *, seconds: float, kills: int, writers: int = 2, readers: int = 4
) -> Outcome:
    """Let them work for so long, kill the indexer so often, some of it within rebuilds; then settle."""
    chance, outcome = random.Random(5), Outcome()
    writing = [_begin(place, "write", seconds, number) for number in range(1, writers + 1)]
    reading = [_begin(place, "read", seconds, number) for number in range(1, readers + 1)]
    until = time.monotonic() + seconds
    indexer = place.start("-m", PARTS, "index", log="indexer.log")
    for number in range(kills):
        if number % 5 == 1:
            place.python("-m", PARTS, "rebuild")
        left = (until - time.monotonic()) / (kills - number)
        time.sleep(max(0.2, left * chance.uniform(0.6, 1.2)))
        indexer.kill()
        indexer.wait()
        outcome.kills += 1
        indexer = place.start("-m", PARTS, "index", log="indexer.log")
    for process in writing:
        outcome.deeds += _end(process, outcome)
    for process in reading:
        outcome.searches += _end(process, outcome)
    indexer.kill()
    indexer.wait()
    outcome.settled = json.loads(place.python("-m", PARTS, "settle").stdout.splitlines()[-1])
    return outcome


def _begin(place: ScratchInstallation, part: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", PARTS, part, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=place.environment, stdout=pipe, stderr=pipe, text=True)


def _end(process: subprocess.Popen[str], outcome: Outcome) -> int:
    said, complained = process.communicate()
    if process.returncode:
        outcome.errors.append(complained[-2000:])
        return 0
    facts = json.loads(said.splitlines()[-1])
    outcome.errors += facts["errors"]
    return int(facts["done"])
