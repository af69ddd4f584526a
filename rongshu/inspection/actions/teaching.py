"""Teaching a unit's list of exceptions: at once by who keeps it, by a proposal of who writes or reviews."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import NotFound
from rongshu.inspection.actions.changing import changed
from rongshu.inspection.errors import ProposalDecided
from rongshu.inspection.models import ProposedException, TaughtText, TextException
from rongshu.inspection.queries.dictionaries import proposals_ever_for


class Lesson(NamedTuple):
    """What a unit is to learn: a text is right under a rule where these words stand around it."""

    organization_id: UUID
    rule_code: str
    text: str
    before: str
    after: str


def teach(actor: Person, lesson: Lesson, reason: str) -> TextException:
    """Put a text into the unit's list, in the caller's transaction; a proposal of the same is thereby met."""
    row, is_new = TextException.objects.get_or_create(
        **lesson._asdict(), revoked_at=None, defaults={"reason": reason, "created_by": actor}
    )
    if is_new:
        changed()
        record(actor, "exception.added", row, rule=row.rule_code, phrase=row.phrase)
    waiting = ProposedException.objects.filter(**lesson._asdict(), decided_at__isnull=True)
    waiting.update(decided_at=clock.now(), decided_by=actor, is_accepted=True)
    return row


def propose(actor: Person, lesson: Lesson, reason: str) -> None:
    """Ask the keepers of the unit's list to take a text up, in the caller's transaction; once is enough."""
    if TextException.objects.filter(**lesson._asdict(), revoked_at__isnull=True).exists():
        return
    row, is_new = ProposedException.objects.get_or_create(
        **lesson._asdict(), decided_at=None, defaults={"reason": reason, "created_by": actor}
    )
    if is_new:
        record(actor, "exception.proposed", row, rule=row.rule_code, phrase=row.phrase)


def accept_proposals(*, actor: Person, ids: Collection[UUID]) -> int:
    """Take proposals into their units' lists, all or none; return how many. Raise `ProposalDecided`."""
    with transaction.atomic():
        rows = _waiting(actor, ids)
        for row in rows:
            teach(actor, lesson_of(row), row.reason)
    return len(rows)


def decline_proposals(*, actor: Person, ids: Collection[UUID]) -> int:
    """Leave the lists as they are, all or none; return how many. Raise `ProposalDecided`."""
    with transaction.atomic():
        rows = _waiting(actor, ids)
        for row in rows:
            row.decided_at, row.decided_by, row.is_accepted = clock.now(), actor, False
            row.save(update_fields=["decided_at", "decided_by", "is_accepted"])
            record(actor, "exception.declined", row, rule=row.rule_code, phrase=row.phrase)
    return len(rows)


def lesson_of(row: TaughtText) -> Lesson:
    """Return what a row teaches."""
    return Lesson(row.organization_id, row.rule_code, row.text, row.before, row.after)


def _waiting(actor: Person, ids: Collection[UUID]) -> list[ProposedException]:
    """Lock the proposals; what is not the actor's to decide is `NotFound`, what is decided a conflict."""
    theirs = proposals_ever_for(viewer_for(actor)).filter(pk__in=ids)
    rows = list(theirs.select_for_update(of=("self",)).order_by("pk"))
    if len(rows) != len(set(ids)):
        raise NotFound
    if any(row.decided_at for row in rows):
        raise ProposalDecided
    return rows
