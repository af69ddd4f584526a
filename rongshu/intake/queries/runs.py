"""Reading runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from rongshu.accounts.viewers import Viewer
from rongshu.intake.crawling import VisitKind
from rongshu.intake.errors import RunNotFound
from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeAddress, IntakeArticle, IntakeRun
from rongshu.intake.old_addresses import order_of
from rongshu.intake.permissions import CAPABILITIES
from rongshu.sites.queries.sites import sites_for

_AT_ONCE: Final = 100


def runs_for(viewer: Viewer) -> QuerySet[IntakeRun]:
    """Return the runs into sites of the viewer's, newest first."""
    return IntakeRun.objects.filter(site__in=sites_for(viewer)).select_related("site").order_by("-started_at")


def runs_concerning(viewer: Viewer) -> QuerySet[IntakeRun]:
    """Return the runs the viewer may run or sign: he holds a capability of intake for site or sponsor."""
    runs = IntakeRun.objects.select_related("site")
    if viewer.holds_on_platform(*CAPABILITIES):
        return runs
    units = {pk for one in CAPABILITIES for pk in viewer.organizations_with(one)}
    sites = {pk for pk, held in viewer.by_site.items() if held & set(CAPABILITIES)}
    return runs.filter(Q(site__sponsor_id__in=units) | Q(site_id__in=sites))


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


def in_order(articles: QuerySet[IntakeArticle], *fields: str) -> Iterator[IntakeArticle]:
    """Yield the articles in an order that is the same in every run (`order_of`), with these fields loaded."""
    published_at = KeyTextTransform("published_at", "extracted")
    rows = articles.annotate(day=published_at).values_list("pk", "url", "day")
    ordered = [pk for pk, _, _ in sorted(rows.iterator(), key=lambda row: order_of(row[1], row[2]))]
    loaded = articles.only(*fields) if fields else articles
    for start in range(0, len(ordered), _AT_ONCE):
        some = loaded.in_bulk(ordered[start : start + _AT_ONCE])
        yield from (some[pk] for pk in ordered[start : start + _AT_ONCE] if pk in some)


def detours(run: IntakeRun) -> dict[str, list[str]]:
    """Return the addresses the source itself sent on, or whose page is a part, by the key of their target."""
    kinds = [VisitKind.ALIAS.value, VisitKind.PART.value]
    rows = IntakeAddress.objects.filter(run=run, kind__in=kinds).order_by("id")
    leading: dict[str, list[str]] = defaultdict(list)
    for url, of_url in rows.values_list("url", "of_url"):
        leading[key_of(of_url)].append(url)
    return leading
