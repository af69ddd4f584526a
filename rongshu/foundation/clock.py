"""The time of day, in one place: instants are UTC, days are those of Chinese standard time."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present instant, with its time zone."""
    return timezone.now()


def today() -> date:
    """Return the present day in the zone of the installation (Asia/Shanghai)."""
    return timezone.localdate(now())
