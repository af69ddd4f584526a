"""Try quarantined records again: our standard may know the type by now, or we the key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import structlog

from rongshu.federation.actions.apply_envelopes import Receiver
from rongshu.federation.actions.deliveries import finish_deliveries
from rongshu.federation.actions.pull_partner import lease_of
from rongshu.federation.actions.quarantine import put_off, reason_of
from rongshu.federation.envelope import Envelope, read_envelope
from rongshu.federation.errors import EnvelopeMalformed
from rongshu.federation.models import ForeignResource, Partner, Quarantined
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.leases import LeaseHeld, hold

log = structlog.get_logger("rongshu.federation")
_AT_ONCE: Final = 50


def retry_quarantined() -> int:
    """Try what is due, partner by partner; return how many records were tried."""
    due = Quarantined.objects.filter(state=Quarantined.State.WAITING, next_try_at__lte=clock.now())
    by_partner: dict[UUID, list[Quarantined]] = defaultdict(list)
    for row in due.order_by("next_try_at", "id")[:_AT_ONCE]:
        by_partner[row.partner_id].append(row)
    return sum(_retry(partner_id, rows) for partner_id, rows in by_partner.items())


def _retry(partner_id: UUID, rows: Sequence[Quarantined]) -> int:
    partner = Partner.objects.select_related("organization__region", "steward").get(pk=partner_id)
    try:
        with hold(lease_of(partner), seconds=300):
            envelopes = [envelope for row in rows if (envelope := _read(row)) is not None]
            Receiver(partner).take(envelopes)
            _leave_overtaken(rows)
            finish_deliveries(partner)
    except LeaseHeld:
        return 0
    except RongshuError as error:
        log.warning("federation.retry-failed", partner=str(partner_id), code=error.code, fields=error.fields)
        put_off(rows)
        return 0
    return len(envelopes)


def _read(row: Quarantined) -> Envelope | None:
    """Read what was put aside by an earlier version of ours, perhaps; what can't be read waits on."""
    try:
        return read_envelope(row.envelope)
    except EnvelopeMalformed as error:
        row.reasons = [reason_of(error)]
        row.save(update_fields=["reasons"])
        put_off([row])
        return None


def _leave_overtaken(rows: Iterable[Quarantined]) -> None:
    """A record whose newer state came in meanwhile waits for nothing any more."""
    for row in rows:
        held = ForeignResource.objects.filter(pk=row.resource_id, origin_version__gte=row.origin_version)
        if held.exists():
            Quarantined.objects.filter(pk=row.pk, state=Quarantined.State.WAITING).update(
                state=Quarantined.State.ADMITTED, next_try_at=None
            )
