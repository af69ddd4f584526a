"""Keep what was looked for, and forget it in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import add_counts
from rongshu.search.counting import COUNTS
from rongshu.search.models import QueryCount
from rongshu.sites.models import Site

_PORTION: Final = 500
# Long enough to compare a month with the same month a year ago.
KEPT_FOR: Final = timedelta(days=400)


def keep_due_counts() -> None:
    """Write what this process has counted, when it is due."""
    if counts := COUNTS.take_when_due():
        keep_counts(counts)


def keep_counts(counts: Mapping[tuple[UUID, str, str, str], int]) -> None:
    """Add counts by (site, kind, text, document) to today's; of a site that is gone nothing is kept."""
    known = set(Site.objects.filter(pk__in={key[0] for key in counts}).values_list("pk", flat=True))
    # In a fixed order, so that two processes can't wait for each other.
    keys = sorted(key for key in counts if key[0] in known)
    today = clock.today()
    for start in range(0, len(keys), _PORTION):
        rows = [(today, *key, counts[key]) for key in keys[start : start + _PORTION]]
        with transaction.atomic():
            add_counts(QueryCount, ("day", "site_id", "kind", "text", "document", "count"), rows)


def forget_counts() -> bool:
    """Delete one portion of what is older than it is kept; return whether there may be more."""
    old = QueryCount.objects.filter(day__lt=clock.today() - KEPT_FOR).order_by("id")
    chosen = list(old.values_list("pk", flat=True)[:_PORTION])
    QueryCount.objects.filter(pk__in=chosen).delete()
    return len(chosen) == _PORTION
