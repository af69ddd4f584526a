"""A child process that ends with the process that started it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def die_with_parent() -> None:
    """Have the kernel kill this child of `multiprocessing` at the moment its parent dies (Linux only).

    A pipe's end is seen only by who reads it: until then an orphan would go on writing, perhaps under a
    database that a restore has replaced meanwhile. Elsewhere than on Linux the pipe has to do.
    """
    parent = multiprocessing.parent_process()
    if not sys.platform.startswith("linux") or parent is None:
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent.pid:  # it died before the kernel was asked
        os._exit(1)
