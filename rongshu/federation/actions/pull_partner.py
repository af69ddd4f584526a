"""Pull what a partner has new, batch by batch, until there is nothing more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Case, F, Q, Value, When

from rongshu.federation.actions.apply_envelopes import PORTION, Passing, Receiver, Step
from rongshu.federation.actions.deliveries import finish_deliveries, is_large
from rongshu.federation.actions.fetch_files import fetch_files_of
from rongshu.federation.actions.reconcile_partner import Reconciled, reconcile_partner
from rongshu.federation.calling import Answer, get
from rongshu.federation.envelope import EVERYTHING, Envelope
from rongshu.federation.errors import CursorMoved, PartnerRefused, PullBroken
from rongshu.federation.models import Delivery, Message, Partner
from rongshu.federation.queries.entitlement import categories_wanted
from rongshu.federation.receiving.reading import ReceivedBatch, read_batch
from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import update_values
from rongshu.foundation.canonical_json import digest_of_bytes
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.leases import Lease, LeaseHeld, hold
from rongshu.foundation.prepared import Prepared

_LEASE_SECONDS: Final = 300
_LONGEST_BACKOFF: Final = timedelta(minutes=10)
_SILENT_AFTER: Final = 5
CURSOR_FOREIGN: Final = "cursor-foreign"
_LARGE: Final = 3 * PORTION
_NOT_MODIFIED: Final = 304
_NOT_DONE: Final = (Delivery.State.OPEN, Delivery.State.WAITING)
_UNFINISHED: Final = Prepared(
    lambda key: Delivery.objects.filter(partner=key, state__in=_NOT_DONE).values_list("pk")[:1]
)


@dataclass(slots=True)
class Pulled:
    """What a pull brought: outcomes counted, bytes over the wire, versions that became effective."""

    counts: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    bytes: int = 0
    effective: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing new."""
        return not self.batches


def pull_partner(partner: Partner, *, most_batches: int | None = None) -> Pulled:
    """Pull from one partner under its lease; its failures and its back-off are its own.

    After `most_batches` it is the next one's turn; what is left is asked for at once when nobody else waits.
    Raise `LeaseHeld` when another process does, and what went wrong, which is noted at the partner before.
    """
    pulled, began_at = Pulled(), clock.now()
    try:
        look = _look(partner)
        if look is None or look.status != _NOT_MODIFIED:
            with hold(lease_of(partner), seconds=_LEASE_SECONDS) as lease:
                before, partner = partner, _fresh(partner)
                is_unchanged = (before.epoch, before.cursor) == (partner.epoch, partner.cursor)
                _pull(partner, pulled, lease, most_batches, look if is_unchanged else None)
                pulled.effective += finish_deliveries(partner)
    except RongshuError as error:
        if not isinstance(error, LeaseHeld):
            _note_failure(partner, error, pulled)
        raise
    except Exception:
        # A fault of ours. Unnoted, it would be met again twice a second, and nobody would see why.
        _note_failure(partner, PullBroken(), pulled)
        raise
    _note_success(partner, began_at, has_more=pulled.batches == most_batches)
    return pulled


def _look(partner: Partner) -> Answer | None:
    """Ask whether there is anything new before anything is locked: idle, it costs one 304 and one write."""
    if not partner.etag or partner.needs_reconciling or partner.epoch is None:
        return None
    if _UNFINISHED.rows(partner.pk):
        return None
    try:
        return _changes_of(partner)
    except PartnerRefused:
        return None  # asked again under the lease, where something can be done about it


def _fresh(partner: Partner) -> Partner:
    return Partner.objects.select_related("organization__region", "steward").get(pk=partner.pk)


def compare_now(partner: Partner) -> Reconciled:
    """Compare with one partner's manifest; raise `LeaseHeld` while something is being taken from it."""
    with hold(lease_of(partner), seconds=_LEASE_SECONDS) as lease:
        return reconcile_partner(_fresh(partner), lease)


def lease_of(partner: Partner) -> str:
    """Return the lease under which a partner's records are taken in."""
    return f"federation/{partner.pk}"


def _pull(partner: Partner, pulled: Pulled, lease: Lease, most: int | None, first: Answer | None) -> None:
    if partner.needs_reconciling:
        reconcile_partner(partner, lease)
        partner.refresh_from_db()
    receiver = Receiver(partner)
    try:
        answer = first or _ask(partner, lease)
        while answer is not None and answer.status != _NOT_MODIFIED:
            is_last = _take_answer(receiver, partner, answer, pulled, lease)
            lease.renew()
            if is_large(partner):
                pulled.effective += finish_deliveries(partner)
            answer = None if is_last or pulled.batches == most else _ask(partner, lease)
    finally:
        receiver.close()


def _take_answer(receiver: Receiver, partner: Partner, answer: Answer, pulled: Pulled, lease: Lease) -> bool:
    """Let a batch take effect; return whether it was the last."""
    batch = read_batch(answer.body, after=partner.cursor, limit=partner.batch_size)
    _check_epoch(partner, batch, lease)
    _take(receiver, partner, batch, pulled)
    _remember(partner, batch, answer)
    if batch.envelopes or batch.unreadable:
        pulled.batches += 1
        pulled.bytes += answer.transferred
        _log(partner, batch, answer)
    return batch.next >= batch.last


def _changes_of(partner: Partner) -> Answer | None:
    wanted = categories_wanted(partner.pk)
    if not wanted:
        return None
    parameters = {"after": str(partner.cursor), "limit": str(partner.batch_size)}
    if partner.epoch is not None:
        parameters["epoch"] = str(partner.epoch)
    if EVERYTHING not in wanted:
        parameters["categories"] = ",".join(sorted(wanted))
    return get(partner, "/changes", parameters, etag=partner.etag)


def _ask(partner: Partner, lease: Lease) -> Answer | None:
    try:
        return _changes_of(partner)
    except PartnerRefused as refusal:
        if refusal.fields.get("code") != CURSOR_FOREIGN:
            raise
        # Noted first: it is told only once, and we may be killed before the comparison is at its end.
        Partner.objects.filter(pk=partner.pk).update(needs_reconciling=True)
        reconcile_partner(partner, lease)
        partner.refresh_from_db()
        return None


def _check_epoch(partner: Partner, batch: ReceivedBatch, lease: Lease) -> None:
    """A partner restored from a backup numbers anew: what we hold of it is compared before we read on."""
    if partner.epoch is not None and batch.epoch != partner.epoch:
        reconcile_partner(partner, lease)
        raise CursorMoved("对方节点开始了新的纪元，已按清单核对，将从新的位置继续。")


def _take(receiver: Receiver, partner: Partner, batch: ReceivedBatch, pulled: Pulled) -> None:
    """Let a batch take effect; a large one passes the gate aside, one portion ahead of what is written."""
    portions = [batch.envelopes[at : at + PORTION] for at in range(0, len(batch.envelopes), PORTION)] or [[]]
    aside = len(batch.envelopes) >= _LARGE
    ahead = _begin(receiver, partner, portions[0], aside=aside)
    for place, portion in enumerate(portions):
        passing, is_last = ahead, place == len(portions) - 1
        if not is_last:
            ahead = _begin(receiver, partner, portions[place + 1], aside=aside)
        after = batch.next if is_last else portion[-1].number
        if portion or after != partner.cursor:
            pulled.counts += receiver.finish(passing, Step(batch.epoch, partner.cursor, after)).counts
        partner.cursor = after
    pulled.counts["unreadable"] += len(batch.unreadable)


def _begin(receiver: Receiver, partner: Partner, portion: Sequence[Envelope], *, aside: bool) -> Passing:
    if partner.attachments == Partner.Attachments.EAGER:
        fetch_files_of(partner, portion)
    return receiver.begin(portion, aside=aside)


def _remember(partner: Partner, batch: ReceivedBatch, answer: Answer) -> None:
    partner.epoch, partner.last_number, partner.etag = batch.epoch, batch.last, answer.headers.get("etag", "")
    if not partner.etag.startswith('"idle-'):
        partner.etag = ""
    partner.save(update_fields=["epoch", "last_number", "etag"])


def _log(partner: Partner, batch: ReceivedBatch, answer: Answer) -> None:
    refused = [each.error for each in batch.unreadable]
    Message.objects.create(
        partner=partner,
        direction=Message.Direction.IN,
        kind=Message.Kind.PULL,
        status=Message.Status.REFUSED if refused else Message.Status.DONE,
        count=len(batch.envelopes),
        bytes=answer.transferred,
        details={
            "next": batch.next,
            "last": batch.last,
            "unreadable": [each.number for each in batch.unreadable],
        },
        digest=digest_of_bytes(answer.body),
        error_code=refused[0].code if refused else "",
        error=refused[0].message[:500] if refused else "",
        ended_at=clock.now(),
    )


def _note_success(partner: Partner, began_at: datetime, *, has_more: bool) -> None:
    """One write: when to ask next (at once where a hint came meanwhile), and that all is well."""
    now = clock.now()
    next_poll_at = now if has_more else now + timedelta(seconds=partner.poll_seconds)
    if partner.hinted_at is None and not partner.failures and partner.state == Partner.State.ACTIVE:
        # All was well before. A hint that came meanwhile stands in its own column, and counts by itself.
        times = ("next_poll_at", "last_contact_at")
        update_values(Partner, times, [(next_poll_at, now, partner.pk)])
        return
    is_overtaken = Q(hinted_at__gt=began_at)
    Partner.objects.filter(pk=partner.pk).update(
        next_poll_at=Case(When(is_overtaken, then=Value(now)), default=Value(next_poll_at)),
        hinted_at=Case(When(is_overtaken, then=F("hinted_at")), default=None),
        state=Case(
            When(state=Partner.State.SILENT, then=Value(Partner.State.ACTIVE.value)), default=F("state")
        ),
        failures=0,
        error_code="",
        error="",
        last_contact_at=now,
    )


def _note_failure(partner: Partner, error: RongshuError, pulled: Pulled) -> None:
    if isinstance(error, CursorMoved):
        return
    failures = partner.failures + 1
    pause = min(timedelta(seconds=2 ** min(failures, 12)), _LONGEST_BACKOFF)
    code = error.fields.get("code") or error.code
    Partner.objects.filter(pk=partner.pk).update(
        failures=failures, error_code=code[:60], error=error.message[:500], next_poll_at=clock.now() + pause
    )
    if failures >= _SILENT_AFTER:
        Partner.objects.filter(pk=partner.pk, state=Partner.State.ACTIVE).update(
            state=Partner.State.SILENT, state_reason=error.message[:300]
        )
    Message.objects.create(
        partner=partner, direction=Message.Direction.IN, kind=Message.Kind.PULL,
        status=Message.Status.FAILED, count=pulled.batches, bytes=pulled.bytes, error_code=code[:60],
        error=error.message[:500], attempts=failures, ended_at=clock.now(),
    )  # fmt: skip
