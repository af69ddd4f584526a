"""Try quarantined records again, or let them go."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.models import Quarantined
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation import clock
from rongshu.foundation.audit import record


def try_again(*, actor: Person, quarantined_ids: Sequence[UUID]) -> int:
    """Have records that wait judged again at once; return how many."""
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        rows = list(_settled(quarantined_ids, Quarantined.State.WAITING, Quarantined.State.DROPPED))
        for row in rows:
            row.state, row.next_try_at = Quarantined.State.WAITING, clock.now()
            row.save(update_fields=["state", "next_try_at"])
            record(actor, "federation.quarantine-tried", row, resource=str(row.resource_id))
    return len(rows)


def let_go(*, actor: Person, quarantined_ids: Sequence[UUID], reason: str) -> int:
    """Give records up: they are not tried any more, unless their origin sends a newer state."""
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        rows = list(_settled(quarantined_ids, Quarantined.State.WAITING))
        for row in rows:
            row.state, row.next_try_at = Quarantined.State.DROPPED, None
            row.save(update_fields=["state", "next_try_at"])
            record(actor, "federation.quarantine-dropped", row, reason=reason, resource=str(row.resource_id))
    return len(rows)


def _settled(ids: Sequence[UUID], *states: str) -> QuerySet[Quarantined]:
    return Quarantined.objects.select_for_update().filter(pk__in=ids, state__in=states).order_by("pk")
