"""Reports (报送) and offers (下发): handed over, received, accepted into a column, or declined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.federation.actions.queue_messages import queue_message
from rongshu.federation.errors import ErrandDecided, NotShared, OfferMandatory, RequestMalformed
from rongshu.federation.models import Message, Offer, Partner, Report
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.feed import records_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput, NotFound
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Resource
from rongshu.library.queries import get_resource_for
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Column

ErrandT = TypeVar("ErrandT", Report, Offer)


def report_up(
    *, actor: Person, partner: Partner, resources: Sequence[Resource], wish: str = "", note: str = ""
) -> list[Report]:
    """Hand resources up to a partner for its columns; singly or as a batch, with one receipt each.

    Raise `NotShared` for what the partner may not have, `NotAllowed`, `NotFound`.
    """
    return _hand_over(Report, actor, partner, resources, {"wish": wish[:300], "note": note[:500]})


def offer_down(
    *,
    actor: Person,
    partner: Partner,
    resources: Sequence[Resource],
    is_mandatory: bool = False,
    wish: str = "",
    note: str = "",
) -> list[Offer]:
    """Hand resources down to a partner: it has to show the mandatory ones, and may decline the others."""
    said = {"wish": wish[:300], "note": note[:500], "is_mandatory": is_mandatory}
    return _hand_over(Offer, actor, partner, resources, said)


def _hand_over(
    model: type[ErrandT], actor: Person, partner: Partner, resources: Sequence[Resource], said: dict[str, Any]
) -> list[ErrandT]:
    viewer = viewer_for(actor)
    checked = [get_resource_for(viewer, each.pk) for each in resources]
    for resource in checked:
        require(_may_hand_over(viewer, resource))
        if not records_for(partner, [resource.pk]):
            raise NotShared(fields={"resource": str(resource.pk)})
    batch_id = new_id()
    with transaction.atomic():
        errands = [
            model.objects.create(
                batch_id=batch_id, direction=model.Direction.OUT, partner=partner, resource_id=resource.pk,
                title=resource.effective_version.title if resource.effective_version else "",
                state=model.State.SENT, sent_by=actor, **said,
            )
            for resource in checked
        ]  # fmt: skip
        queue_message(partner, _KINDS[model], [_as_item(each) for each in errands])
        for each in errands:
            record(actor, f"federation.{_KINDS[model]}-sent", each, partner=str(partner.pk))
    return errands


def _may_hand_over(viewer: Viewer, resource: Resource) -> bool:
    return may_manage_federation(viewer) or viewer.may("resource.approve", organization_id=resource.owner_id)


def take_errands(partner: Partner, model: type[ErrandT], items: Iterable[Mapping[str, Any]]) -> None:
    """Receive what a partner proposes; the resource itself comes by the feed, or when it is accepted."""
    for item in items:
        values = _read_item(item)
        if model is Offer:
            values["is_mandatory"] = item.get("mandatory") is True
        model.objects.get_or_create(
            pk=values.pop("id"),
            defaults={
                **values, "direction": model.Direction.IN, "partner": partner, "state": model.State.RECEIVED,
            },
        )  # fmt: skip
    now = clock.now()
    Partner.objects.filter(pk=partner.pk, pulls=True).update(hinted_at=now, next_poll_at=now)


def accept_errand(*, actor: Person, errand: ErrandT, column: Column) -> ErrandT:
    """Put what was proposed into a column, where the column's route decides; the sender gets a receipt.

    Raise `ErrandDecided`, `NotAllowed`, `NotFound` while the resource has not arrived.
    """
    with transaction.atomic():
        errand = _open_errand(errand)
        resource = Resource.objects.filter(pk=errand.resource_id).first()
        if resource is None:
            raise NotFound("这条资源还没有到达本节点，请稍后再试，或先从对方节点获取一次。")
        place_resource(actor=actor, resource=resource, column=column)
        errand.column = column
        return _decide(actor, errand, errand.State.ACCEPTED, "")


def decline_errand(*, actor: Person, errand: ErrandT, reason: str) -> ErrandT:
    """Send a proposal back with a reason. Raise `ErrandDecided`, `OfferMandatory`."""
    if not reason.strip():
        raise InvalidInput("请填写退回理由。", fields={"reason": "必须填写"})
    with transaction.atomic():
        errand = _open_errand(errand)
        require(may_manage_federation(viewer_for(actor)))
        if isinstance(errand, Offer) and errand.is_mandatory:
            raise OfferMandatory
        return _decide(actor, errand, errand.State.DECLINED, reason.strip())


def note_decision(partner: Partner, model: type[Report] | type[Offer], item: Mapping[str, Any]) -> None:
    """Take the receipt for what we handed over: what the partner decided, who, and why."""
    sent = model.objects.filter(pk=_uuid(item, "id"), partner=partner, direction=model.Direction.OUT)
    state = item.get("state")
    if state not in (model.State.RECEIVED, model.State.ACCEPTED, model.State.DECLINED):
        raise RequestMalformed(fields={"state": "不认识的状态"})
    sent.update(
        state=state, reason=str(item.get("reason", ""))[:300], decided_at=clock.now(),
        decided_by_name=str(item.get("by", ""))[:100],
    )  # fmt: skip


def _open_errand(errand: ErrandT) -> ErrandT:
    found = type(errand).objects.select_for_update().get(pk=errand.pk)
    if found.direction != found.Direction.IN or found.state != found.State.RECEIVED:
        raise ErrandDecided
    return found


def _decide(actor: Person, errand: ErrandT, state: str, reason: str) -> ErrandT:
    errand.state, errand.reason, errand.decided_by, errand.decided_at = state, reason, actor, clock.now()
    errand.save(update_fields=["state", "reason", "decided_by", "decided_at", "column"])
    kind = _KINDS[type(errand)]
    record(actor, f"federation.{kind}-{state}", errand, reason=reason)
    item = {"kind": str(kind), "id": str(errand.pk), "state": str(state), "reason": reason, "by": actor.name}
    queue_message(errand.partner, Message.Kind.RECEIPT, [item])
    return errand


_KINDS = {Report: Message.Kind.REPORT, Offer: Message.Kind.OFFER}


def _as_item(errand: Report | Offer) -> dict[str, Any]:
    return {
        "id": str(errand.pk),
        "batch": str(errand.batch_id),
        "resource": str(errand.resource_id),
        "title": errand.title,
        "wish": errand.wish,
        "note": errand.note,
        "mandatory": isinstance(errand, Offer) and errand.is_mandatory,
        "at": errand.at.isoformat(),
    }


def _read_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _uuid(item, "id"),
        "batch_id": _uuid(item, "batch"),
        "resource_id": _uuid(item, "resource"),
        "title": str(item.get("title", ""))[:200],
        "wish": str(item.get("wish", ""))[:300],
        "note": str(item.get("note", ""))[:500],
    }


def _uuid(item: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(item[name]))
    except (KeyError, ValueError) as error:
        raise RequestMalformed(fields={name: "应为 UUID"}) from error
