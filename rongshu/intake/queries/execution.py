"""How a run was carried out: the paper of the phase 执行 (P1-08)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone

from rongshu.foundation import clock
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.queries.signatures import signatures_under
from rongshu.sites.models import Placement

Outcome = IntakeArticle.Outcome


def execution_of(run: IntakeRun) -> dict[str, Any]:
    """Return when a run began and ended, what became of its articles, where they stand, and who approved."""
    rows = run.articles.values_list("outcome").annotate(count=Count("pk")).order_by("outcome")
    counts = dict(rows)
    resources = run.articles.filter(resource_id__isnull=False).values("resource_id")
    placed = Placement.objects.filter(site=run.site_id, resource_id__in=resources)
    return {
        "run": str(run.pk),
        "source": run.source,
        "site": run.site.slug,
        "started_at": timezone.localtime(run.started_at).isoformat(timespec="seconds"),
        "ended_at": timezone.localtime(clock.now()).isoformat(timespec="seconds"),
        "stored": counts.get(Outcome.STORED, 0),
        "duplicates": counts.get(Outcome.DUPLICATE, 0),
        "refused": counts.get(Outcome.REFUSED, 0) + run.refusals.count(),
        "placements": placed.exclude(state=Placement.State.REMOVED).count(),
        "columns": placed.values("column").distinct().count(),
        "old_hosts": list(run.old_hosts),
        "approval": signatures_under(run),
    }
