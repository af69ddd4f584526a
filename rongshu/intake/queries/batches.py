"""Batches: how far each site is, and the report of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.guards import get_one
from rongshu.intake.models import BatchSite, IntakeArticle, IntakeBatch, IntakePaper, IntakeRefusal, IntakeRun
from rongshu.intake.queries.papers import newest_paper
from rongshu.intake.queries.signatures import signatures_under

Outcome = IntakeArticle.Outcome
_COUNTS: Final = ("source_count", "stored", "duplicates", "refused")


@dataclass(frozen=True, slots=True)
class SiteProgress:
    """One site of a batch: its state, the phase of its run, and articles by what became of them so far."""

    position: int
    source: str
    site: str
    site_name: str
    owner: str
    due_on: date | None
    state: str
    state_label: str
    run_id: UUID | None
    phase: str
    met: int
    stored: int
    duplicates: int
    refused: int
    reason: str


def batches_for(viewer: Viewer) -> QuerySet[IntakeBatch]:
    """Return the batches the viewer began, all for who runs intake on the whole platform; newest first."""
    rows = IntakeBatch.objects.select_related("started_by").order_by("-started_at", "-pk")
    return rows if viewer.holds_on_platform("intake.run") else rows.filter(started_by_id=viewer.person_id)


def get_batch_for(viewer: Viewer, batch_id: UUID) -> IntakeBatch:
    """Return a batch of the viewer's, or raise `NotFound`."""
    return get_one(batches_for(viewer), pk=batch_id)


def batch_progress(batch: IntakeBatch) -> list[SiteProgress]:
    """Return how far every site is, in the order of the table; a few statements for the whole batch."""
    sites = list(batch.sites.select_related("site", "owner", "run").order_by("position"))
    runs = [site.run_id for site in sites if site.run_id]
    counts: Counter[tuple[UUID, str]] = Counter()
    rows = IntakeArticle.objects.filter(run__in=runs).values_list("run_id", "outcome").annotate(Count("pk"))
    for run_id, outcome, count in rows.order_by():
        counts[run_id, outcome] = count
    refusals = dict(
        IntakeRefusal.objects.filter(run__in=runs).values_list("run_id").annotate(Count("pk")).order_by()
    )
    return [_progress(site, counts, refusals) for site in sites]


def _progress(site: BatchSite, counts: Counter[tuple[UUID, str]], refusals: dict[UUID, int]) -> SiteProgress:
    by = {one: counts[site.run_id, one] if site.run_id else 0 for one in Outcome.values}
    refused = refusals.get(site.run_id, 0) if site.run_id else 0
    is_later = site.due_on is not None and site.due_on > clock.today()
    is_planned = site.state == BatchSite.State.PLANNED
    return SiteProgress(
        position=site.position,
        source=site.source,
        site=site.site.slug,
        site_name=site.site.name,
        owner=site.owner.name,
        due_on=site.due_on,
        state=site.state,
        state_label="未到日期" if is_planned and is_later else site.get_state_display(),
        run_id=site.run_id,
        phase=IntakeRun.Phase(site.run.phase).label if site.run else "",
        met=sum(by.values()) + refused,
        stored=by[Outcome.STORED],
        duplicates=by[Outcome.DUPLICATE],
        refused=by[Outcome.REFUSED] + refused,
        reason=site.reason,
    )


def sign_off_of(run: IntakeRun, test: IntakePaper | None) -> dict[str, Any] | None:
    """Return what the reviewers of a run stand for; None where its report is not clean or nobody signed."""
    approval = signatures_under(run)
    if test is None or not test.content["is_clean"] or not approval["signatures"]:
        return None
    return {
        "report": test.digest,
        "manifest_digest": approval["manifest_digest"],
        "mandate": approval["mandate"],
        "signed_by": approval["signatures"],
    }


def batch_report(batch: IntakeBatch) -> dict[str, Any]:
    """Return the report of a batch: every site with its own report, and the sums over all of them."""
    sites = [
        _site_report(site) for site in batch.sites.select_related("site", "owner", "run").order_by("position")
    ]
    return {
        "batch": str(batch.pk),
        "name": batch.name,
        "table_digest": f"sha256:{batch.table_digest}",
        "is_finished": all(one["state"] == BatchSite.State.FINISHED for one in sites),
        "is_clean": all(one["is_clean"] for one in sites),
        "is_signed": all(one["signed_by"] for one in sites),
        "totals": {name: sum(one["counts"].get(name, 0) for one in sites) for name in _COUNTS},
        "sites": sites,
    }


def printed_batch(batch: IntakeBatch) -> dict[str, Any]:
    """Return what the printable report of a batch shows, as things are now."""
    report = batch_report(batch)
    return {"batch": batch, "report": report, "digest": digest(report)}


def _site_report(site: BatchSite) -> dict[str, Any]:
    test = newest_paper(site.run, IntakePaper.Kind.TEST) if site.run else None
    signed = newest_paper(site.run, IntakePaper.Kind.SIGNED) if site.run else None
    stands = signed is not None and test is not None and signed.content["report"] == test.digest
    return {
        "position": site.position,
        "source": site.source,
        "site": site.site.slug,
        "site_name": site.site.name,
        "owner": site.owner.handle,
        "date": str(site.due_on or ""),
        "state": site.state,
        "run": str(site.run_id or ""),
        "code": site.code,
        "reason": site.reason,
        "counts": test.content["counts"] if test else {},
        "is_clean": bool(test and test.content["is_clean"]),
        "report": test.digest if test else "",
        "signed_by": signed.content["signed_by"] if signed is not None and stands else [],
    }
