"""What a staff session knows of itself: when it began, was last used, and passed the second factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from rongshu.foundation.clock import now

_KEY: Final = "staff"
# Noting every request would make each page view a write.
_TOUCH_SECONDS: Final = 60


@dataclass(frozen=True)
class StaffSession:
    """The moments of a staff session, in seconds of the epoch."""

    began_at: float
    seen_at: float

    def has_ended(self, *, idle: float, absolute: float) -> bool:
        """Whether the session was unused for `idle` seconds, or is older than `absolute` seconds."""
        at = now().timestamp()
        return at - self.seen_at > idle or at - self.began_at > absolute


def begin(session: SessionBase) -> None:
    """Note that the session has passed every step of sign-in."""
    at = now().timestamp()
    session[_KEY] = {"began_at": at, "seen_at": at}


def staff_session(session: SessionBase) -> StaffSession | None:
    """Return the moments of a session that has passed every step of sign-in, else None."""
    kept = session.get(_KEY)
    return StaffSession(**kept) if isinstance(kept, dict) else None


def touch(session: SessionBase) -> bool:
    """Note that the session was used, at most once a minute; return whether it was noted."""
    at = now().timestamp()
    kept = session[_KEY]
    if at - kept["seen_at"] < _TOUCH_SECONDS:
        return False
    session[_KEY] = {**kept, "seen_at": at}
    return True
