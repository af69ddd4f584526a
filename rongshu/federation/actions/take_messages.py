"""Take what a partner sends of its own accord: hints, reports, offers, receipts. Each message counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from rongshu.federation.actions.queue_messages import queue_message
from rongshu.federation.actions.settle_errands import note_decision, take_errands
from rongshu.federation.errors import RequestMalformed
from rongshu.federation.models import ForeignResource, Message, Offer, Partner, Receipt, Report
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.installation import node_id


def take_hint(*, partner: Partner, last: int) -> None:
    """Pull from the partner at once, unless it says nothing new."""
    if last > partner.cursor and partner.pulls:
        now = clock.now()
        Partner.objects.filter(pk=partner.pk).update(hinted_at=now, next_poll_at=now)


def take_message(*, partner: Partner, message_id: UUID, kind: str, items: Sequence[Any]) -> bool:
    """Take the items of a message, all or none; return False when it was taken before.

    Raise `RequestMalformed` where an item can't be read.
    """
    if not all(isinstance(item, Mapping) for item in items):
        raise RequestMalformed(fields={"items": "每项应为 JSON 对象"})
    with transaction.atomic():
        _, is_new = Message.objects.get_or_create(
            pk=message_id,
            defaults={
                "partner": partner,
                "direction": Message.Direction.IN,
                "kind": kind,
                "status": Message.Status.DONE,
                "count": len(items),
                "body": list(items),
                "digest": digest(list(items)),
                "ended_at": clock.now(),
            },
        )
        if is_new:
            _TAKERS[kind](partner, items)
    return is_new


def _take_receipts(partner: Partner, items: Iterable[Mapping[str, Any]]) -> None:
    passed_on: dict[UUID, list[Mapping[str, Any]]] = {}
    for item in items:
        if item.get("kind") in _ERRANDS:
            note_decision(partner, _ERRANDS[str(item["kind"])], item)
            continue
        receipt = _receipt(partner, item)
        Receipt.objects.get_or_create(
            node=receipt.node,
            resource_id=receipt.resource_id,
            origin_version=receipt.origin_version,
            kind=receipt.kind,
            defaults={"partner": partner, "details": receipt.details},
        )
        came_from = ForeignResource.objects.filter(pk=receipt.resource_id).values_list(
            "partner_id", flat=True
        )
        for source in came_from.exclude(partner=partner):
            passed_on.setdefault(source, []).append(item)
    for source, its in passed_on.items():
        queue_message(Partner.objects.get(pk=source), Message.Kind.RECEIPT, its)


def _receipt(partner: Partner, item: Mapping[str, Any]) -> Receipt:
    details = item.get("details")
    try:
        receipt = Receipt(
            partner=partner,
            node=UUID(str(item["node"])),
            resource_id=UUID(str(item["resource"])),
            origin_version=int(item["version"]),
            kind=Receipt.Kind(str(item["kind"])),
            details=details if isinstance(details, dict) else {},
        )
    except (KeyError, ValueError) as error:
        raise RequestMalformed(fields={"items": "回执缺少内容或写法不对"}) from error
    if receipt.node == node_id():
        raise RequestMalformed(fields={"items": "回执不能由收件人自己确认"})
    return receipt


_ERRANDS: Final[dict[str, type[Report] | type[Offer]]] = {"report": Report, "offer": Offer}
_TAKERS: Final[dict[str, Callable[[Partner, Sequence[Mapping[str, Any]]], None]]] = {
    Message.Kind.REPORT: lambda partner, items: take_errands(partner, Report, items),
    Message.Kind.OFFER: lambda partner, items: take_errands(partner, Offer, items),
    Message.Kind.RECEIPT: _take_receipts,
}
