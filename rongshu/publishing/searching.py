"""The plain title search: what a site shows, by words in its titles, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import shown_by
from rongshu.publishing.loading.rows import VISIBLE, joined
from rongshu.publishing.pages.models import Entry
from rongshu.sites.models import Placement

TOO_LONG: Final = 50
_WORDS: Final = 5
_PER_PAGE: Final = 20
_COUNTED: Final = 1000


class Found(NamedTuple):
    """A page of results. `next_key` asks for the next one, "" when this is the last."""

    entries: tuple[Entry, ...]
    total: int
    is_capped: bool
    next_key: str


def titles_matching(context: SiteContext, query: str, before: str = "") -> Found:
    """Search the titles a site shows; every word must be there."""
    rows = Placement.objects.filter(VISIBLE, site=context.site)
    for word in query.split()[:_WORDS]:
        rows = rows.filter(
            Q(display_title__icontains=word)
            | Q(display_title="", held_version=None, resource__effective_version__title__icontains=word)
            | Q(display_title="", held_version__title__icontains=word)
        )
    total = len(rows.values_list("id")[: _COUNTED + 1])
    page = joined(_older_than(rows, before).order_by("-published_at", "-id")[: _PER_PAGE + 1])
    seen: dict[UUID, Entry] = {}
    for shown in shown_by(page[:_PER_PAGE]):
        seen.setdefault(shown.resource.id, shown.entry())
    last = page[_PER_PAGE - 1].placement if len(page) > _PER_PAGE else None
    next_key = f"{last.published_at.isoformat()}_{last.id.hex}" if last else ""
    return Found(tuple(seen.values()), min(total, _COUNTED), total > _COUNTED, next_key)


def _older_than(rows: QuerySet[Placement], key: str) -> QuerySet[Placement]:
    moment, _, identifier = key.partition("_")
    try:
        at, one = datetime.fromisoformat(moment), UUID(hex=identifier)
    except ValueError:
        return rows
    return rows.filter(Q(published_at__lt=at) | Q(published_at=at, id__lt=one)) if at.tzinfo else rows
