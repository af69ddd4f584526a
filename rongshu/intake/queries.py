"""Reading runs."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.intake.crawling import VisitKind
from rongshu.intake.errors import RunNotFound
from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeAddress, IntakeRun
from rongshu.sites.queries.sites import sites_for


def runs_for(viewer: Viewer) -> QuerySet[IntakeRun]:
    """Return the runs into sites of the viewer's, newest first."""
    return IntakeRun.objects.filter(site__in=sites_for(viewer)).select_related("site").order_by("-started_at")


def get_run_for(viewer: Viewer, number: str) -> IntakeRun:
    """Return a run by its identifier; what is not the viewer's is not found."""
    try:
        identifier = UUID(number)
    except ValueError as error:
        raise RunNotFound from error
    run = runs_for(viewer).filter(pk=identifier).first()
    if run is None:
        raise RunNotFound
    return run


def detours(run: IntakeRun) -> dict[str, list[str]]:
    """Return the addresses the source itself sent on, or whose page is a part, by the key of their target."""
    kinds = [VisitKind.ALIAS.value, VisitKind.PART.value]
    rows = IntakeAddress.objects.filter(run=run, kind__in=kinds).order_by("id")
    leading: dict[str, list[str]] = defaultdict(list)
    for url, of_url in rows.values_list("url", "of_url"):
        leading[key_of(of_url)].append(url)
    return leading
