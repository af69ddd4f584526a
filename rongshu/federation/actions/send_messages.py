"""Send what is queued for a partner, and the hint that there is something new."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from rongshu.federation.calling import post
from rongshu.federation.models import Message, Partner
from rongshu.federation.queries.entitlement import changes_given
from rongshu.federation.queries.feed import feed_position
from rongshu.federation.queries.partners import is_open_now
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.leases import LeaseHeld, hold

_PATHS: Final = {
    Message.Kind.REPORT: "/reports",
    Message.Kind.OFFER: "/offers",
    Message.Kind.RECEIPT: "/receipts",
}
_LONGEST_BACKOFF: Final = timedelta(minutes=10)
_REFUSED: Final = "partner-refused"
_AT_ONCE: Final = 50
_looked_through: Final[dict[UUID, int]] = {}
"""How far of our feed this process found nothing that is a partner's to have."""


def send_to(partner: Partner) -> int:
    """Send what waits for a partner, oldest first, until one does not arrive; return how many did."""
    try:
        with hold(f"federation-out/{partner.pk}", seconds=120) as lease:
            sent = 0
            for message in _waiting(partner):
                if not _send(partner, message):
                    break
                sent += 1
                lease.renew()
            return sent
    except LeaseHeld:
        return 0


def hint(partner: Partner) -> bool:
    """Tell a partner that our feed went on; return whether it heard. Who does not will poll."""
    last = feed_position().last
    Partner.objects.filter(pk=partner.pk).update(hinted_number=last)
    try:
        post(partner, "/hints", {"last": last})
    except RongshuError:
        return False
    return True


def partners_to_tell(at: datetime) -> list[Partner]:
    """Return the partners that something waits for."""
    waiting = Message.objects.filter(
        direction=Message.Direction.OUT, status__in=[Message.Status.WAITING, Message.Status.FAILED],
        next_try_at__lte=at,
    )  # fmt: skip
    rows = _reachable().filter(pk__in=waiting.values("partner_id"))
    return [partner for partner in rows if is_open_now(partner, at)]


def partners_to_hint() -> list[Partner]:
    """Return the partners that have not been told of changes that are theirs to have.

    A hub takes in the records of one city after the other: the others would be woken for each, for nothing.
    """
    last = feed_position().last
    rows = _reachable().filter(hints=True, gives=True, hinted_number__lt=last)
    return [partner for partner in rows if is_open_now(partner) and _is_news(partner, last)]


def _is_news(partner: Partner, last: int) -> bool:
    """Whether a partner is given anything of what it has not been told of; what is not is looked at once."""
    after = max(partner.hinted_number, _looked_through.get(partner.pk, 0))
    if after < last and changes_given(partner).filter(number__gt=after, number__lte=last).exists():
        return True
    _looked_through[partner.pk] = last
    return False


def _reachable() -> QuerySet[Partner]:
    return Partner.objects.filter(state__in=[Partner.State.ACTIVE, Partner.State.SILENT])


def _waiting(partner: Partner) -> list[Message]:
    rows = Message.objects.filter(
        partner=partner, direction=Message.Direction.OUT, next_try_at__lte=clock.now(),
        status__in=[Message.Status.WAITING, Message.Status.FAILED],
    )  # fmt: skip
    return list(rows.order_by("at", "id")[:_AT_ONCE])


def _send(partner: Partner, message: Message) -> bool:
    content = {"message": str(message.pk), "items": message.body}
    message.attempts += 1
    try:
        answer = post(partner, _PATHS[Message.Kind(message.kind)], content)
    except RongshuError as error:
        _note_failure(message, error)
        # What the partner refuses it will refuse again: the next message may fare better.
        return error.code == _REFUSED
    message.status, message.error_code, message.error = Message.Status.DONE, "", ""
    message.next_try_at, message.ended_at, message.bytes = None, clock.now(), answer.transferred
    message.save()
    return True


def _note_failure(message: Message, error: RongshuError) -> None:
    is_refused = error.code == _REFUSED
    message.status = Message.Status.REFUSED if is_refused else Message.Status.FAILED
    message.error_code = str(error.fields.get("code") or error.code)[:60]
    message.error = error.message[:500]
    pause = min(timedelta(seconds=2 ** min(message.attempts, 12)), _LONGEST_BACKOFF)
    message.next_try_at = None if is_refused else clock.now() + pause
    message.save()
