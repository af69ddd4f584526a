"""How fast a host is asked: the pace somebody set, and slower while the host says that it is too fast."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST_PATIENCE: Final = 60.0  # seconds a server may ask us to wait
_SLOWEST: Final = 10.0  # seconds between two requests
_FASTER_AFTER: Final = 20  # answers in a row before the pace is tried again
_SLOWEST_WHEN_FORBIDDEN: Final = 0.5
_FORBIDDEN_AT_MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Politeness:
    """How hard a site is worked: requests per second (None: as fast as it answers) and at once, per host."""

    per_second: float | None = 5.0
    at_once: int = 4
    timeout_seconds: float = 30.0
    attempts: int = 3
    backoff_seconds: float = 1.0
    respect_robots: bool = True


@dataclass(slots=True)
class _Host:
    gate: asyncio.Semaphore
    next_turn: float = 0.0
    resting_until: float = 0.0
    interval: float = 0.0
    answers: int = 0
    has_answered: bool = False
    forbidden: int = field(default=0)


class Pace:
    """Turns at each host, with what each has said about our speed."""

    def __init__(self, politeness: Politeness) -> None:
        self._politeness = politeness
        self._usual = 1 / politeness.per_second if politeness.per_second else 0.0
        self._hosts: dict[str, _Host] = defaultdict(
            lambda: _Host(asyncio.Semaphore(politeness.at_once), interval=self._usual)
        )

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until the host may be asked."""
        state = self._hosts[host]
        async with state.gate:
            now = time.monotonic()
            at = max(now, state.next_turn, state.resting_until)
            state.next_turn = at + state.interval
            if at > now:
                await asyncio.sleep(at - now)
            yield

    def answered(self, host: str) -> None:
        """Note a good answer; after many of them in a row the pace goes back towards the one that was set."""
        state = self._hosts[host]
        state.has_answered = True
        state.answers += 1
        if state.interval > self._usual and state.answers >= _FASTER_AFTER:
            faster = state.interval / 2
            state.interval, state.answers = faster if faster > max(self._usual, 0.01) else self._usual, 0

    def slow_down(self, host: str, patience: float, *, is_forbidden: bool = False) -> None:
        """Ask everybody to wait, and ask half as often from now on; refusals of one moment count once.

        What only may mean our speed (403) slows down less than what says so.
        """
        state, now = self._hosts[host], time.monotonic()
        state.answers = 0
        is_resting = state.resting_until > now
        rest = max(patience, self._politeness.backoff_seconds)
        state.resting_until = max(state.resting_until, now + rest)
        if not is_resting:
            slowest = max(_SLOWEST_WHEN_FORBIDDEN if is_forbidden else _SLOWEST, self._usual)
            state.interval = min(max(state.interval * 2, self._politeness.backoff_seconds / 4), slowest)

    def may_be_banned(self, host: str) -> bool:
        """Whether a 403 may mean our speed and not the page: the host has answered before.

        One that forbids many pages while it gives others means the pages.
        """
        state = self._hosts[host]
        return state.has_answered and state.forbidden < _FORBIDDEN_AT_MOST

    def forbids(self, host: str) -> None:
        """Note a page that stayed forbidden after a rest."""
        self._hosts[host].forbidden += 1


def patience_asked(written: str) -> float:
    """Return the seconds a Retry-After asks for, as a number or a moment; at most a minute."""
    bare = written.strip()
    if bare.isdecimal():
        return min(float(bare), _LONGEST_PATIENCE)
    try:
        until = parsedate_to_datetime(bare)
    except (TypeError, ValueError):
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_PATIENCE)
