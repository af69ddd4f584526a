"""What benches watch while they run: memory of all processes, a profile, quantiles of times."""

from __future__ import annotations

import contextlib
import cProfile
import pstats
import threading
from collections.abc import Iterator

import psutil

from rongshu.project.serving.memory import shares_of


class Memory:
    """The peak of the proportional set size of this process and its children, in MB."""

    def __init__(self) -> None:
        self.peak, self._stop = 0.0, threading.Event()

    def __enter__(self) -> Memory:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self.peak = max(self.peak, sum(shares_of(psutil.Process())) / 2**20)


@contextlib.contextmanager
def profiled(*, wanted: bool) -> Iterator[None]:
    """Print where the time of the block went, by own and by whole time."""
    if not wanted:
        yield
        return
    with cProfile.Profile() as profiler:
        yield
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    pstats.Stats(profiler).sort_stats("cumtime").print_stats(60)


def print_quantiles(what: str, seconds: list[float]) -> None:
    """Print the median, the 99th percentile and the worst of the times, in ms."""
    ordered = sorted(seconds)
    if not ordered:
        print(f"{what}: nothing measured")
        return
    marks = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], ordered[-1]
    p50, p99, worst = (f"{1000 * one:.0f} ms" for one in marks)
    print(f"{what}: p50 {p50}, p99 {p99}, worst {worst} ({len(ordered)})")
