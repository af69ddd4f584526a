"""Counting everything anew, from the facts: after a restore, or when a rule of counting has changed."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.installation import this_installation
from rongshu.foundation.models import Work
from rongshu.newsroom.keeping_statistics import QUEUE, count_anew, keep_statistics


def rebuild_statistics(*, actor: Person) -> tuple[int, int]:
    """Return how many days of organisations are counted anew, and how many of them a worker still counts.

    Safe to be killed and called again: what waits stays asked for.
    """
    require(viewer_for(actor).may("platform.operate"))
    asked = count_anew()
    with transaction.atomic():
        record(actor, "statistics.rebuilt", this_installation(), days=asked)
    while keep_statistics():
        pass
    return asked, Work.objects.filter(queue=QUEUE).count()
