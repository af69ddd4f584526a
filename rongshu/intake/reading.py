"""Reading pages in further processes, so that fetching, extraction and the database use all cores."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

from rongshu.intake.extraction import PageRefused, PageUnreadable

P = ParamSpec("P")
T = TypeVar("T")

_READ_HERE: Final = 40
"""Pages read in this process before others are started: a small site is done by then."""

_MOST_PROCESSES: Final = 4


class Readers(Executor):
    """An executor for extraction. What no extractor foresaw refuses its page and never ends the run."""

    def __init__(self, processes: int | None = None) -> None:
        self._processes = min(os.cpu_count() or 1, _MOST_PROCESSES) if processes is None else processes
        self._pool: ProcessPoolExecutor | None = None
        self._read = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Read one page, here or elsewhere."""
        self._read += 1
        if self._processes and self._read > _READ_HERE:
            return self._elsewhere(partial(_read_safely, fn, *args, **kwargs))
        future: Future[T] = Future()
        try:
            future.set_result(_read_safely(fn, *args, **kwargs))
        except PageRefused as refused:
            future.set_exception(refused)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _elsewhere(self, read: Callable[[], T]) -> Future[T]:
        """Read in another process; a page whose process dies with it (no memory left) is read once more."""
        answer: Future[T] = Future()
        pool = self._started()

        def hand_on(done: Future[T]) -> None:
            if isinstance(done.exception(), BrokenProcessPool):
                self._forget(pool)
                # Whose page it was nobody knows: each of those in hand is read again in a process of its own.
                threading.Thread(target=_read_alone, args=(read, answer)).start()
            else:
                _settle(answer, done)

        try:
            pool.submit(read).add_done_callback(hand_on)
        except BrokenProcessPool:
            self._forget(pool)
            threading.Thread(target=_read_alone, args=(read, answer)).start()
        return answer

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = _pool_of(self._processes)
        return self._pool

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None


def _pool_of(processes: int) -> ProcessPoolExecutor:
    # A fresh interpreter and not a fork: this process has threads and open database connections.
    return ProcessPoolExecutor(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_end_with_parent,
        initargs=(os.getpid(),),
    )


def _read_alone(read: Callable[[], T], answer: Future[T]) -> None:
    """Read a page where it can take no other with it; one that ends its process again is refused."""
    with _pool_of(1) as pool:
        done = pool.submit(read)
        if not isinstance(done.exception(), BrokenProcessPool):
            _settle(answer, done)
        elif answer.set_running_or_notify_cancel():
            answer.set_exception(PageUnreadable("读取这一页的进程异常结束（多为内存不足），未导入。"))


def _settle(answer: Future[T], done: Future[T]) -> None:
    """Pass on what became of a page, unless nobody waits for it any more."""
    if not answer.set_running_or_notify_cancel():
        return
    if (error := done.exception()) is not None:
        answer.set_exception(error)
    else:
        answer.set_result(done.result())


def _read_safely(fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    try:
        return fn(*args, **kwargs)
    except PageRefused:
        raise
    except Exception as error:
        raise PageUnreadable(f"页面无法解析（{type(error).__name__}），未导入。") from error


def _end_with_parent(parent: int) -> None:
    """A pool's process waits for work for ever when its parent was killed; this ends it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
