"""The words and promotions a viewer may change, on whatever site, and how they came to be as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.models import AuditRecord
from rongshu.library.models import Resource
from rongshu.search.models import Promotion, VocabularyEntry
from rongshu.search.queries.reports import managed_sites
from rongshu.sites.models import Site

_MOST_CHANGES: Final = 20
_ADDRESS: Final = re.compile(r"/a/(\d{4}/\d{2}/[0-9a-z]+)\.html")
_DOCUMENT: Final = re.compile(r"[a-z]+:[0-9a-f-]{32,36}(@\d)?")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an entry, as the audit log has it."""

    at: datetime
    who: str
    was: str
    now: str


def managed_entries(viewer: Viewer) -> QuerySet[VocabularyEntry]:
    """Return the vocabulary entries the viewer may change."""
    return VocabularyEntry.objects.filter(_within(viewer)).select_related("site", "person")


def managed_promotions(viewer: Viewer) -> QuerySet[Promotion]:
    """Return the promotions the viewer may change."""
    return Promotion.objects.filter(_within(viewer)).select_related("site", "person")


def manages_all_sites(viewer: Viewer) -> bool:
    """Whether the viewer may change the words of all sites together."""
    return viewer.holds_on_platform("search.manage")


def history_of(row: VocabularyEntry | Promotion) -> list[Change]:
    """Return the changes of an entry the caller may see, the newest first."""
    rows = AuditRecord.objects.filter(object_kind=row._meta.model_name, object_id=str(row.pk))
    return [
        Change(one.at, one.actor_name, str(one.details.get("was", "")), str(one.details.get("now", "")))
        for one in rows.order_by("-at")[:_MOST_CHANGES]
    ]


def document_named(text: str) -> str:
    """Return the document of the index that an editor names by its address or its id, "" for none."""
    named = text.strip()
    if _DOCUMENT.fullmatch(named):
        return named
    address = _ADDRESS.search(named)
    pk = Resource.objects.filter(address=address[1]).values_list("pk", flat=True).first() if address else None
    return f"resource:{pk}" if pk else ""


def _within(viewer: Viewer) -> Q:
    sites: QuerySet[Site] = managed_sites(viewer)
    of_all = Q(site=None) if manages_all_sites(viewer) else Q(pk=None)
    return of_all | Q(site__in=sites)
