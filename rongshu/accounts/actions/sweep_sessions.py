"""Sessions that are over: swept away in portions, and all at once after a restore."""

from __future__ import annotations

from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from rongshu.accounts.models import Enrolment
from rongshu.foundation.clock import now

_PORTION: Final = 500


def sweep_sessions() -> bool:
    """Forget a portion of the sessions that have run out; return whether there were any."""
    over = list(
        Session.objects.filter(expire_date__lt=now()).values_list("session_key", flat=True)[:_PORTION]
    )
    with transaction.atomic():
        UserSession.objects.filter(session_key__in=over).delete()
        Session.objects.filter(session_key__in=over).delete()
    return bool(over)


def end_sessions_and_links() -> None:
    """Forget all sessions and open links: what ended after a backup must not live again by its restore."""
    with transaction.atomic():
        Enrolment.objects.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now())
        UserSession.objects.all().delete()
        Session.objects.all().delete()
