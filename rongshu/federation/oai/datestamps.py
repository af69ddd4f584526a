"""Datestamps: UTC to the second, and when a change is told to harvesters.

A row of the ledger bears the moment it was written, which is a little before its transaction ended. A
harvester that was answered in between, and asks next time "from" that moment, would never hear of it. So a
change is told `SETTLING` later than it was written, under that later time: what an answer of a given second
tells is complete.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from rongshu.federation.oai.errors import BadArgument
from rongshu.foundation import clock

SETTLING: Final = timedelta(seconds=5)
GRANULARITY: Final = "YYYY-MM-DDThh:mm:ssZ"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The datestamps asked for, as moments of the ledger: `since` inclusive, `before` exclusive."""

    since: datetime | None = None
    before: datetime | None = None


def stamp_of(written_at: datetime) -> str:
    """Return the datestamp of what was written into the ledger at that moment."""
    return utc(written_at + SETTLING)


def utc(moment: datetime) -> str:
    """Return a moment as the protocol writes it, without fractions."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def settled_before() -> datetime:
    """Return the moment of the ledger up to which harvesters are told now."""
    return clock.now() - SETTLING


def period(since: str, until: str) -> Period:
    """Read `from` and `until`, both inclusive, to the day or the second; raise `BadArgument`."""
    if since and until and len(since) != len(until):
        raise BadArgument("from 与 until 的精度必须相同：都到日，或者都到秒。")
    began, ended = _moment("from", since), _moment("until", until)
    if began and ended and began > ended:
        raise BadArgument("from 不能晚于 until。")
    if ended is not None:
        ended += timedelta(days=1) if _DAY.fullmatch(until) else timedelta(seconds=1)
    return Period(*(moment and moment - SETTLING for moment in (began, ended)))


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    if not _DAY.fullmatch(text) and not _SECOND.fullmatch(text):
        raise BadArgument(f"{name} 应写成 YYYY-MM-DD 或 {GRANULARITY}（UTC）。")
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        moment = datetime.min.replace(tzinfo=UTC)
    # Far enough from both ends of the calendar to add or take away a day.
    if not 1 < moment.year < 9999:
        raise BadArgument(f"{name} 不是存在的日期或时刻。")
    return moment
