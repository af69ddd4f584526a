"""Inspecting the published history anew, in the background; it goes on where it stopped (P7-09).

Every change of a dictionary begins one by itself, on the day from which the change holds.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.console.progress import StopAsked, WorkInHand, begin_work
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.due import schedule
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.models import Dictionary, DictionaryVersion, Rescan
from rongshu.inspection.permissions import may_manage_dictionary
from rongshu.library.models import Resource
from rongshu.organizations.queries import subtree_ids_of

KIND: Final = "inspection.rescan"
IN_FORCE: Final = "inspection.in-force"
_PORTION: Final = 50


def start_rescan(
    *, actor: Person, reason: str, organization_id: UUID | None = None
) -> tuple[Rescan, LongWork]:
    """Ask for everything that an organisation and those below it (or everybody) have published."""
    require(may_manage_dictionary(viewer_for(actor), organization_id))
    return _begin(actor, reason, organization_id)


def rescan_after(*, actor: Person, dictionary: Dictionary, reason: str, since: date | None = None) -> None:
    """Begin a re-scan of all to whom a changed dictionary applies, once the change holds (P7-09).

    In the caller's transaction, which asked for the permission. One that has not begun yet will see it.
    """
    if since is not None and since > clock.today():
        schedule(IN_FORCE, dictionary.pk, timezone.make_aware(datetime.combine(since, time.min)))
    elif not _waits(dictionary.organization_id):
        _begin(actor, reason, dictionary.organization_id)


def rescan_when_in_force(dictionary_id: UUID, due_at: datetime) -> None:
    """Begin the re-scan for a version whose day has come, in the name of its importer; the clock's deed."""
    day = timezone.localdate(due_at)
    versions = DictionaryVersion.objects.filter(dictionary_id=dictionary_id, effective_from=day)
    version = versions.select_related("dictionary", "created_by").defer("content").order_by("number").last()
    if version is not None and version.dictionary.is_active:
        reason = f"词库“{version.dictionary.name}”第 {version.number} 版启用"
        rescan_after(actor=version.created_by, dictionary=version.dictionary, reason=reason)


def _waits(organization_id: UUID | None) -> bool:
    """Whether a re-scan of the same scope waits for its turn; one that runs may be past what changed."""
    works = LongWork.objects.select_for_update().filter(kind=KIND, status=LongWork.Status.WAITING)
    ids = [UUID(str(work.payload["rescan"])) for work in works]
    return organization_id in set(Rescan.objects.filter(pk__in=ids).values_list("organization_id", flat=True))


def _begin(actor: Person, reason: str, organization_id: UUID | None) -> tuple[Rescan, LongWork]:
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
    try:
        carry_on(rescan, hand)
    except StopAsked:
        Rescan.objects.filter(pk=rescan.pk).update(stopped_at=clock.now())
        raise
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
            if hand is not None:
                hand.advance(rescan.done, rescan.total)
        if not portion:
            rescan.finished_at = clock.now()
        rescan.save(update_fields=["total", "done", "last_resource_id", "finished_at"])
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
