"""Note that a partner was heard of, and what it was given: an idle poll has to cost next to nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from rongshu.federation.models import Message, Partner
from rongshu.federation.queries.feed import Batch
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


def note_compared(partner: Partner) -> None:
    """Note that a partner has the manifest of all it may have now."""
    if partner.granted_more_at is not None:
        Partner.objects.filter(pk=partner.pk, granted_more_at=partner.granted_more_at).update(
            granted_more_at=None
        )


def note_given(partner: Partner, batch: Batch, *, size: int) -> None:
    """Log a batch that has records in it; `size` is what goes over the line, in bytes."""
    Message.objects.create(
        partner=partner, direction=Message.Direction.OUT, kind=Message.Kind.SERVE,
        status=Message.Status.DONE, count=len(batch.lines), bytes=size,
        details={"next": batch.next, "last": batch.position.last}, ended_at=clock.now(),
    )  # fmt: skip
