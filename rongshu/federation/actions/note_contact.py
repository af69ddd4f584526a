"""Note that a partner was heard of: seldom written, since idle polls have to cost next to nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from rongshu.federation.models import Partner
from rongshu.foundation import clock

_OFTEN_ENOUGH: Final = timedelta(seconds=60)


def note_contact(partner: Partner) -> None:
    """Write the moment unless it was written lately; who was silent is no longer."""
    now = clock.now()
    is_silent = partner.state == Partner.State.SILENT
    if not is_silent and partner.last_contact_at and now - partner.last_contact_at < _OFTEN_ENOUGH:
        return
    changed = {"last_contact_at": now}
    Partner.objects.filter(pk=partner.pk).update(**changed)
    if is_silent:
        Partner.objects.filter(pk=partner.pk, state=Partner.State.SILENT).update(
            state=Partner.State.ACTIVE, state_reason=""
        )


def note_reading(partner: Partner, after: int) -> None:
    """Note how far a partner has read our feed: what it asks for after, it has."""
    if after > partner.given_number:
        Partner.objects.filter(pk=partner.pk, given_number__lt=after).update(given_number=after)
