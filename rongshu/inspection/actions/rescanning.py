"""Inspecting the published history anew, in the background; it goes on where it stopped (P7-09)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.models import Rescan
from rongshu.inspection.permissions import may_manage_dictionary
from rongshu.library.models import Resource
from rongshu.organizations.queries import subtree_ids_of

KIND: Final = "inspection.rescan"
_PORTION: Final = 50


def start_rescan(
    *, actor: Person, reason: str, organization_id: UUID | None = None
) -> tuple[Rescan, LongWork]:
    """Ask for everything that an organisation and those below it (or everybody) have published."""
    require(may_manage_dictionary(viewer_for(actor), organization_id))
    with transaction.atomic():
        rescan = Rescan.objects.create(
            organization_id=organization_id, reason=reason[:300] or "词库变更", asked_by=actor
        )
        record(actor, "rescan.started", rescan, reason=rescan.reason)
        work = begin_work(
            actor=actor, kind=KIND, title=f"历史内容复查：{rescan.reason}"[:200],
            payload={"rescan": str(rescan.pk)}, unit="条",
        )  # fmt: skip
    return rescan, work


def run_rescan(hand: WorkInHand) -> str:
    """Do the work; after each portion the re-scan remembers how far it is."""
    rescan = Rescan.objects.get(pk=hand.payload["rescan"])
    carry_on(rescan, hand)
    return reverse("inspection-rescan", args=[rescan.pk])


def carry_on(rescan: Rescan, hand: WorkInHand | None = None) -> Rescan:
    """Inspect what is left, in the order of ids; safe to be killed and called again."""
    rescan.total = _published(rescan).count()
    while rescan.finished_at is None:
        portion = _next_portion(rescan)
        for resource_id, version_id in portion:
            inspect_version(version_id=version_id, rescan=rescan)
            rescan.last_resource_id = resource_id
            rescan.done += 1
        if not portion:
            rescan.finished_at = clock.now()
        rescan.save(update_fields=["total", "done", "last_resource_id", "finished_at"])
        if hand is not None:
            hand.advance(rescan.done, rescan.total)
    return rescan


def _next_portion(rescan: Rescan) -> list[tuple[UUID, UUID]]:
    rows = _published(rescan)
    if rescan.last_resource_id is not None:
        rows = rows.filter(pk__gt=rescan.last_resource_id)
    pairs = rows.order_by("pk").values_list("pk", "effective_version_id")[:_PORTION]
    return [(resource_id, version_id) for resource_id, version_id in pairs if version_id is not None]


def _published(rescan: Rescan) -> QuerySet[Resource]:
    rows = Resource.objects.filter(
        status=Resource.Status.EFFECTIVE,
        effective_version__isnull=False,
        effective_version__purged_at__isnull=True,
    )
    if rescan.organization_id is None:
        return rows
    return rows.filter(owner_id__in=subtree_ids_of([rescan.organization_id])[rescan.organization_id])
