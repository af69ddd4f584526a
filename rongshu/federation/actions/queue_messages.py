"""Queue what is to be told to partners, in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rongshu.federation.actions.quarantine import reason_of
from rongshu.federation.envelope import PURGED, UPSERT
from rongshu.federation.models import Message, Partner, Receipt
from rongshu.federation.receiving.judging import Judgement
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.installation import node_id

MOST_ITEMS = 200


def queue_message(partner: Partner, kind: str, items: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Queue items for a partner, in messages of at most `MOST_ITEMS`; each is taken once, however often
    sent."""
    parts = [items[start : start + MOST_ITEMS] for start in range(0, len(items), MOST_ITEMS)]
    return [
        Message.objects.create(
            partner=partner,
            direction=Message.Direction.OUT,
            kind=kind,
            status=Message.Status.WAITING,
            count=len(part),
            body=list(part),
            digest=digest(list(part)),
            next_try_at=clock.now(),
        )
        for part in parts
    ]


def queue_receipts(partner: Partner, *, taken: Iterable[Judgement], refused: Iterable[Judgement]) -> None:
    """Confirm to the partner what left the library here, and say why something may not come in."""
    items = [_departed(each) for each in taken if each.envelope.kind != UPSERT]
    items += [_refused(each) for each in refused]
    if items:
        queue_message(partner, Message.Kind.RECEIPT, items)


def _departed(judgement: Judgement) -> dict[str, Any]:
    kind = Receipt.Kind.PURGED if judgement.envelope.kind == PURGED else Receipt.Kind.WITHDRAWN
    return _receipt(judgement, kind, {})


def _refused(judgement: Judgement) -> dict[str, Any]:
    reasons = [reason_of(error) for error in judgement.errors]
    return _receipt(judgement, Receipt.Kind.QUARANTINED, {"reasons": reasons})


def _receipt(judgement: Judgement, kind: str, details: dict[str, Any]) -> dict[str, Any]:
    envelope = judgement.envelope
    return {
        "kind": str(kind),
        "node": str(node_id()),
        "resource": str(envelope.resource_id),
        "version": envelope.version,
        "at": clock.now().isoformat(),
        "details": details,
    }
