"""一键撤稿: one act takes a resource off every site; restoring it, and erasing it with a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation import clock
from rongshu.foundation.errors import InvalidInput, RongshuError
from rongshu.foundation.events import announce
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.errors import SecondPersonNeeded
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.permissions import may_purge
from rongshu.library.queries import get_resource_for
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.errors import RecallFinished
from rongshu.newsroom.events import PieceRecalled, PieceRestored
from rongshu.newsroom.models import BulkRecall, PurgeRequest, Recall
from rongshu.sites.models import Placement

BULK_KIND = "newsroom.recall-many"


def recall_piece(
    *, actor: Person, resource: Resource, reason: str, notice: str = "", bulk: BulkRecall | None = None
) -> Recall:
    """Take a resource off every site, list, feed and rendition at once, and write down where it was.

    Raise `NotAllowed`, `ResourceNotEffective`, `InvalidInput` without a reason. A refusal is logged.
    """
    with refusals_logged(actor, "resource.recall-refused", resource), transaction.atomic():
        resource.refresh_from_db()
        digest = resource.effective_version.digest if resource.effective_version else ""
        places = places_of(resource)
        # One that came back as a new version is no longer the recalled one.
        Recall.objects.filter(resource=resource, restored_at__isnull=True).update(
            restored_at=clock.now(), restore_reason="以新版本重新发布"
        )
        resource = withdraw_resource(actor=actor, resource=resource, reason=reason)
        recall = Recall.objects.create(
            resource=resource, owner_id=resource.owner_id, version_digest=digest, reason=reason.strip()[:300],
            notice=notice.strip()[:300], places=places, bulk=bulk, recalled_by=actor,
        )  # fmt: skip
        announce(PieceRecalled(resource_id=resource.pk, recall_id=recall.pk), actor_id=actor.id)
    return recall


def restore_piece(*, actor: Person, recall: Recall, reason: str) -> Recall:
    """Put what was recalled back to its old addresses, as the version it was."""
    if not reason.strip():
        raise InvalidInput("请填写恢复原因。", fields={"reason": "必须填写"})
    with refusals_logged(actor, "resource.restore-refused", recall), transaction.atomic():
        recall = Recall.objects.select_for_update().get(pk=recall.pk)
        if recall.restored_at is not None:
            raise RecallFinished
        reinstate_resource(actor=actor, resource=recall.resource, reason=reason)
        recall.restored_by, recall.restored_at = actor, clock.now()
        recall.restore_reason = reason.strip()[:300]
        recall.save(update_fields=["restored_by", "restored_at", "restore_reason"])
        announce(PieceRestored(resource_id=recall.resource_id, recall_id=recall.pk), actor_id=actor.id)
    return recall


def recall_many(
    *, actor: Person, resource_ids: Sequence[UUID], reason: str, notice: str = ""
) -> tuple[BulkRecall, LongWork]:
    """Begin the recall of many resources; the worker does it, one by one, and it can be stopped."""
    if not reason.strip() or not resource_ids:
        raise InvalidInput("请选择要撤下的内容并填写原因。", fields={"reason": "必须填写"})
    ids = [str(one) for one in dict.fromkeys(resource_ids)]
    with transaction.atomic():
        bulk = BulkRecall.objects.create(
            reason=reason.strip()[:300], notice=notice.strip()[:300], resource_ids=ids, total=len(ids),
            started_by=actor,
        )  # fmt: skip
        work = begin_work(
            actor=actor, kind=BULK_KIND, title=f"批量撤稿 {len(ids)} 条", payload={"bulk": str(bulk.pk)},
            total=len(ids), unit="条",
        )  # fmt: skip
    return bulk, work


def carry_out_bulk_recall(hand: WorkInHand) -> str:
    """Recall what is left of a bulk recall; what can't be is written down with the reason. Safe to repeat."""
    bulk = BulkRecall.objects.get(pk=hand.payload["bulk"])
    done = set(bulk.recalls.values_list("resource_id", flat=True))
    failures: list[dict[str, str]] = []
    for count, resource_id in enumerate(bulk.resource_ids, start=1):
        if UUID(resource_id) not in done:
            failures += _recall_one(hand.actor, bulk, resource_id)
        hand.advance(count, bulk.total)
    bulk.done, bulk.failures, bulk.finished_at = bulk.recalls.count(), failures, clock.now()
    bulk.save(update_fields=["done", "failures", "finished_at"])
    return "/newsroom/recalls"


def _recall_one(actor: Person, bulk: BulkRecall, resource_id: str) -> list[dict[str, str]]:
    try:
        # What is not his is as what is nowhere: the log of a bulk recall must not tell them apart.
        resource = get_resource_for(viewer_for(actor), UUID(resource_id))
        recall_piece(actor=actor, resource=resource, reason=bulk.reason, notice=bulk.notice, bulk=bulk)
    except RongshuError as refusal:
        return [{"resource": resource_id, "reason": refusal.message}]
    return []


def request_purge(*, actor: Person, version: ResourceVersion, reason: str) -> PurgeRequest:
    """Ask that a version be erased for good; another person decides."""
    if not reason.strip():
        raise InvalidInput("请填写清除原因。", fields={"reason": "必须填写"})
    with refusals_logged(actor, "version.purge-refused", version.resource), transaction.atomic():
        require(may_purge(viewer_for(actor), version.resource))
        present = PurgeRequest.objects.filter(version=version, decided_at__isnull=True).first()
        return present or PurgeRequest.objects.create(
            version=version, owner_id=version.resource.owner_id, reason=reason.strip()[:300],
            requested_by=actor,
        )  # fmt: skip


def decide_purge(*, actor: Person, request: PurgeRequest, agrees: bool) -> PurgeRequest:
    """Confirm the erasure as the second person, and carry it out; or refuse it.

    Raise `SecondPersonNeeded` when the same person decides, or one who may not confirm.
    """
    with refusals_logged(actor, "version.purge-refused", request), transaction.atomic():
        locked = PurgeRequest.objects.select_for_update(of=("self",)).select_related("version__resource")
        request = locked.get(pk=request.pk)
        if request.decided_at is not None:
            raise RecallFinished
        if request.requested_by_id == actor.id:
            raise SecondPersonNeeded
        viewer = viewer_for(actor)
        require(viewer.may("resource.purge-confirm", organization_id=request.owner_id))
        if agrees:
            purge_version(
                actor=request.requested_by, confirmed_by=actor, version=request.version, reason=request.reason
            )
        request.decided_by, request.decided_at, request.is_carried_out = actor, clock.now(), agrees
        request.save(update_fields=["decided_by", "decided_at", "is_carried_out"])
    return request


def places_of(resource: Resource) -> list[dict[str, Any]]:
    """Return where a resource shows now: site, column and address, as their names are at this moment."""
    showing = Placement.objects.filter(resource=resource, state=Placement.State.SHOWING)
    return [
        {
            "site": placement.site.name,
            "column": placement.column.name,
            "address": f"{placement.site.domain}/a/{resource.address}.html",
        }
        for placement in showing.select_related("site", "column").order_by("site__name")
    ]
