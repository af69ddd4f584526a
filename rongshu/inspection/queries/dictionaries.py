"""Dictionaries, exceptions and re-scans that a viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.inspection.models import (
    Dictionary,
    DictionaryVersion,
    Inspection,
    ProposedException,
    Rescan,
    TextException,
)
from rongshu.sites.models import Placement


def dictionaries_for(viewer: Viewer) -> QuerySet[Dictionary]:
    """Return the dictionaries the viewer may manage, with number and size of their newest version."""
    newest = DictionaryVersion.objects.filter(dictionary=OuterRef("pk")).order_by("-number")
    rows = Dictionary.objects.select_related("organization").annotate(
        version_number=Subquery(newest.values("number")[:1]), words=Subquery(newest.values("word_count")[:1])
    )
    return rows.filter(_managed(viewer))


def dictionary_for(viewer: Viewer, dictionary_id: UUID) -> Dictionary:
    """Return a dictionary, or raise `NotFound`."""
    return get_one(dictionaries_for(viewer), pk=dictionary_id)


def exceptions_for(viewer: Viewer) -> QuerySet[TextException]:
    """Return the exceptions in force that the viewer may manage."""
    rows = TextException.objects.filter(revoked_at__isnull=True).select_related("organization", "created_by")
    return rows.filter(_managed(viewer))


def proposals_for(viewer: Viewer) -> QuerySet[ProposedException]:
    """Return what the viewer may accept into lists of exceptions, or decline, and nobody has decided."""
    rows = proposals_ever_for(viewer).filter(decided_at__isnull=True)
    return rows.select_related("organization", "created_by")


def proposals_ever_for(viewer: Viewer) -> QuerySet[ProposedException]:
    """Return the proposals to lists that the viewer keeps, the decided ones included."""
    return ProposedException.objects.filter(_managed(viewer))


def rescans_for(viewer: Viewer) -> QuerySet[Rescan]:
    """Return the re-scans that the viewer may see."""
    return Rescan.objects.select_related("organization", "asked_by").filter(_managed(viewer))


def rescan_for(viewer: Viewer, rescan_id: UUID) -> Rescan:
    """Return a re-scan, or raise `NotFound`."""
    return get_one(rescans_for(viewer), pk=rescan_id)


def worst_of(rescan: Rescan) -> QuerySet[Inspection]:
    """Return the inspections of a re-scan with the most severe findings, a hundred at most."""
    found = Inspection.objects.filter(rescan=rescan, severe_count__gt=0).select_related("version")
    return found.order_by("-severe_count", "pk")[:100]


def _managed(viewer: Viewer) -> Q:
    if viewer.may("dictionary.manage"):
        return Q()
    return Q(organization_id__in=viewer.organizations_with("dictionary.manage"))


@dataclass(frozen=True)
class SiteResult:
    """What a re-scan found on one site."""

    site_id: UUID
    site_name: str
    inspected: int
    severe: int
    general: int
    links: int


def results_by_site(rescan: Rescan) -> list[SiteResult]:
    """Return per site how many of its published resources were inspected and have findings (P7-09)."""
    found = Inspection.objects.filter(rescan=rescan)
    here = Q(resource__versions__inspections__rescan=rescan)
    rows = (
        Placement.objects.filter(resource__versions__inspections__in=found, state=Placement.State.SHOWING)
        .values("site_id", "site__name")
        .annotate(
            inspected=Count("resource_id", distinct=True),
            severe=Count(
                "resource_id", distinct=True,
                filter=here & Q(resource__versions__inspections__severe_count__gt=0),
            ),
            general=Count(
                "resource_id", distinct=True,
                filter=here & Q(resource__versions__inspections__general_count__gt=0),
            ),
        )
        .order_by("-severe", "-general", "site__name")
    )  # fmt: skip
    links = _with_links_amiss(rescan)
    return [
        SiteResult(
            row["site_id"],
            row["site__name"],
            row["inspected"],
            row["severe"],
            row["general"],
            links.get(row["site_id"], 0),
        )
        for row in rows
    ]


def _with_links_amiss(rescan: Rescan) -> dict[UUID, int]:
    """Return by site how many resources have a link that is broken, dead or hijacked."""
    amiss = Inspection.objects.filter(rescan=rescan, findings__error_class="E12")
    rows = Placement.objects.filter(
        resource__versions__inspections__in=amiss, state=Placement.State.SHOWING
    ).values("site_id")
    counted = rows.annotate(links=Count("resource_id", distinct=True)).values_list("site_id", "links")
    return dict(counted.order_by())
