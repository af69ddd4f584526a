"""Counters that are kept as things happen: calls, and what is deleted again (P2-15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import add_counts
from rongshu.library.models import CallsOnDay, Resource, ResourceCalls, StoredOnDay


def count_calls(resource_ids: Iterable[UUID]) -> None:
    """Note that resources were called: placed on a site, exported, fetched by an application.

    A portion at a time for many; a resource that is gone is not counted.
    """
    calls = Counter(resource_ids)
    if not calls:
        return
    owners = dict(Resource.objects.filter(pk__in=calls).values_list("pk", "owner_id"))
    by_owner: Counter[UUID] = Counter()
    for resource_id, owner_id in owners.items():
        by_owner[owner_id] += calls[resource_id]
    with transaction.atomic():
        # In a fixed order, so that two portions can't wait for each other.
        rows = sorted((pk, calls[pk], owner) for pk, owner in owners.items())
        add_counts(ResourceCalls, ("resource_id", "count"), rows, given=("owner_id",))
        days = sorted((clock.today(), owner, count) for owner, count in by_owner.items())
        add_counts(CallsOnDay, ("day", "owner_id", "count"), days)


def uncount(resource: Resource) -> None:
    """Take a resource that is deleted for good out of the count of the day it came."""
    day = timezone.localtime(resource.created_at).date()
    StoredOnDay.objects.filter(day=day, owner_id=resource.owner_id, type_id=resource.type_id).update(
        count=F("count") - 1
    )
