"""Counting requests by whom they come from, in the memory of one process: no write, no other service."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import ClassVar

from rongshu.foundation.errors import Refusal

_MOST_KEPT = 10_000


class TooManyRequests(Refusal):
    """Somebody asks too often; `retry_after` seconds later he may again."""

    code = "too-many-requests"
    status = 429
    sentence: ClassVar[str] = "操作过于频繁，请稍候片刻再试。"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"操作过于频繁，请 {retry_after} 秒后再试。")
        self.retry_after = retry_after


class RateLimit:
    """So many times in a window of so many seconds, for each key; the longest silent are forgotten first."""

    def __init__(self, most: int, seconds: float, tell: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds = most, seconds
        self._tell = tell
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, key: str) -> None:
        """Count one more for a key; raise `TooManyRequests`."""
        now = self._tell()
        with self._lock:
            began, seen = self._windows.pop(key, (now, 0))
            if now - began >= self.seconds:
                began, seen = now, 0
            self._windows[key] = (began, seen + 1)
            if len(self._windows) > _MOST_KEPT:
                self._windows.popitem(last=False)
        if seen >= self.most:
            raise TooManyRequests(max(1, round(began + self.seconds - now)))

    def forget(self) -> None:
        """Begin anew for everyone."""
        with self._lock:
            self._windows.clear()
