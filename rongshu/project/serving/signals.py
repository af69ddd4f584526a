"""Waiting for signals without deadlocks: handlers only write a byte that the main thread reads."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
from collections.abc import Iterable
from types import FrameType
from typing import Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM)
_PR_SET_PDEATHSIG: Final = 1


class SignalInbox:
    """Receives the given signals for this process alone; a process forked from it gets the defaults back."""

    def __init__(self, signals: Iterable[signal.Signals]) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._owner = os.getpid()
        for one in signals:
            signal.signal(one, self._note)

    def wait(self, seconds: float | None = None) -> set[signal.Signals]:
        """Return the signals that came, after at most `seconds`."""
        ready, _, _ = select.select([self._reader], [], [], seconds)
        return {signal.Signals(number) for number in os.read(self._reader, 4096)} if ready else set()

    def close(self) -> None:
        """Let go of the pipe (in a child, which makes its own)."""
        os.close(self._reader)
        os.close(self._writer)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._owner:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(signal.Signals(number))
            return
        os.write(self._writer, bytes([number]))


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent dies, even by kill -9 (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)
