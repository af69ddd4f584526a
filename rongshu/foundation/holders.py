"""Naming the process that holds a lease, so that others on the same machine see when it has died."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path


def this_process() -> str:
    """Return `machine:pid:start` of this process; those that can see each other share `machine`."""
    return f"{_machine()}:{os.getpid()}:{_start_of(os.getpid()) or 0}"


def is_dead(process: str) -> bool:
    """Whether a process named by `this_process` has certainly ended; one of another machine never is."""
    machine, _, rest = process.partition(":")
    pid, _, start = rest.partition(":")
    if machine != _machine() or not pid.isdigit() or not Path("/proc/self/stat").exists():
        return False
    return str(_start_of(int(pid)) or "") != start


@cache
def _machine() -> str:
    # Two containers on one host share the boot id but not the process namespace.
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        boot, namespace = os.uname().nodename, ""
    return hashlib.sha256(f"{boot} {namespace}".encode()).hexdigest()[:12]


def _start_of(pid: int) -> str | None:
    """Return the start time of a living process in clock ticks since boot; None when dead or a zombie."""
    try:
        # The name in parentheses may hold spaces and parentheses itself.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, start = fields[0], fields[19]
    return None if state in {"Z", "X"} else start
