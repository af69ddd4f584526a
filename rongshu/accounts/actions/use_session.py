"""The row of one session in the list of sessions: when it was last used, and that it has ended."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from rongshu.foundation.clock import now


def note_use(*, session_key: str | None, address: str) -> None:
    """Note when a session was last used, and from where."""
    seen = {"last_seen_at": now(), "ip": address or "0.0.0.0"}  # noqa: S104
    UserSession.objects.filter(session_key=session_key).update(**seen)


def leave_session(*, session_key: str | None) -> None:
    """Take a session that its own person ends, or that has run out, off the list."""
    UserSession.objects.filter(session_key=session_key).delete()
