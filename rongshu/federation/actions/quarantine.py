"""Keep what may not come in, with its reasons, and try it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F

from rongshu.federation.models import Partner, Quarantined
from rongshu.federation.receiving.judging import Judgement
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError

_FIRST: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(days=1)


def keep_in_quarantine(partner: Partner, refused: Sequence[Judgement]) -> None:
    """Keep refused envelopes, one row per resource: a newer one takes the place of the older."""
    for each in refused:
        envelope = each.envelope
        reasons = [reason_of(error) for error in each.errors]
        row, is_new = Quarantined.objects.update_or_create(
            partner=partner,
            resource_id=envelope.resource_id,
            defaults={
                "origin_node": envelope.origin,
                "origin_version": envelope.version,
                "title": envelope.title,
                "envelope": envelope.as_json(),
                "reasons": reasons,
                "state": Quarantined.State.WAITING,
            },
        )
        _try_later(row, attempts=1 if is_new else row.attempts + 1)


def put_off(rows: Sequence[Quarantined]) -> None:
    """Try records later whose turn came to nothing, each a longer while each time."""
    for row in rows:
        _try_later(row, attempts=row.attempts + 1)


def _try_later(row: Quarantined, *, attempts: int) -> None:
    pause = min(_FIRST * 2 ** min(attempts - 1, 12), _LONGEST)
    Quarantined.objects.filter(pk=row.pk).update(attempts=attempts, next_try_at=clock.now() + pause)


def leave_quarantine(partner: Partner, resource_ids: Sequence[UUID]) -> None:
    """Note that records got in after all, or were withdrawn by their origin."""
    waiting = Quarantined.objects.filter(
        partner=partner, resource_id__in=resource_ids, state=Quarantined.State.WAITING
    )
    waiting.update(state=Quarantined.State.ADMITTED, next_try_at=None, attempts=F("attempts") + 1)


def reason_of(error: RongshuError) -> dict[str, object]:
    """Return a reason as both sides read it."""
    return {
        "code": error.code,
        "message": error.message[:300],
        "fields": dict(list(error.fields.items())[:20]),
    }
