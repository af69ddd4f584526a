"""The supervisor: starts the processes, restarts the dead with growing pauses, ends all of them cleanly."""

from __future__ import annotations

import dataclasses
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Final

import structlog

from rongshu.project import logs
from rongshu.project.serving.signals import ENDING, SignalInbox, end_with_parent

log = structlog.get_logger("rongshu.serve")

LONGEST_PAUSE: Final = 30.0
PATIENCE: Final = 20.0  # seconds for a process to end before it is killed
_STEADY_AFTER: Final = 60.0


@dataclasses.dataclass
class Child:
    """A process to keep running; `main` runs in the forked process and returns when it is to end."""

    name: str
    main: Callable[[], None]
    pid: int = 0
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = 0.0


class Supervisor:
    """Keeps its children running until a signal says to end."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children

    def run(self, started: Callable[[], None] = lambda: None) -> int:
        """Run until SIGINT or SIGTERM; return the exit code."""
        inbox = SignalInbox((*ENDING, signal.SIGCHLD))
        gc.collect()
        gc.freeze()  # what is loaded so far stays shared with the children
        for child in self.children:
            self._start(child, inbox)
        started()
        while not inbox.wait(self._next_pause()) & set(ENDING):
            self._reap()
            for child in self.children:
                if not child.pid and time.monotonic() >= child.start_at:
                    self._start(child, inbox)
        return self._end(inbox)

    def _start(self, child: Child, inbox: SignalInbox) -> None:
        parent = os.getpid()
        child.started_at = time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            _run_child(child, parent, inbox)
        log.info("process-started", process=child.name, pid=child.pid, restarts=child.deaths)

    def _reap(self) -> None:
        for child in self.children:
            if child.pid and (status := _status_of(child.pid)) is not None:
                self._note_death(child, status)

    def _note_death(self, child: Child, status: int) -> None:
        if time.monotonic() - child.started_at > _STEADY_AFTER:
            child.deaths = 0
        pause = min(0.5 * 2.0**child.deaths, LONGEST_PAUSE)
        child.deaths += 1
        log.error("process-died", process=child.name, pid=child.pid, status=status, again_in=pause)
        child.pid, child.start_at = 0, time.monotonic() + pause

    def _next_pause(self) -> float | None:
        waiting = [child.start_at for child in self.children if not child.pid]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _end(self, inbox: SignalInbox) -> int:
        log.info("ending")
        self._signal_all(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self._living() and time.monotonic() < until:
            came = inbox.wait(max(0.0, until - time.monotonic()))
            if came & set(ENDING):
                break  # asked twice: at once
        stubborn = self._living()
        self._signal_all(signal.SIGKILL)
        for child in stubborn:
            log.error("process-killed", process=child.name, pid=child.pid)
            os.waitpid(child.pid, 0)
        log.info("ended")
        return 1 if stubborn else 0

    def _living(self) -> list[Child]:
        for child in self.children:
            if child.pid and _status_of(child.pid) is not None:
                child.pid = 0
        return [child for child in self.children if child.pid]

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._living():
            os.kill(child.pid, number)


def _status_of(pid: int) -> int | None:
    """Return the exit code of a child that has ended (negative: the signal), None while it lives."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _run_child(child: Child, parent: int, inbox: SignalInbox) -> None:
    """Be the child; never return."""
    code = 1
    try:
        for number in (*ENDING, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        inbox.close()
        end_with_parent(parent)
        logs.configure(child.name)
        child.main()
        code = 0
    except BaseException:
        log.exception("process-failed", process=child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
