"""Opening a case: who read a draft under review is part of its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.library.models import Resource
from rongshu.newsroom.case import lock_review, write_act
from rongshu.newsroom.machine import OPEN_STATES, Act
from rongshu.newsroom.models import Review, ReviewAct
from rongshu.newsroom.queries.reviews import review_of

ONCE_IN: Final = timedelta(minutes=30)


def open_review(*, actor: Person, review_id: UUID) -> Review:
    """Return a case the actor may see and record that he opened it, once in half an hour."""
    review = review_of(viewer_for(actor), review_id)
    _note(review, actor)
    return review


def note_reading(*, actor: Person, resource: Resource) -> None:
    """Record in the cases under way of a resource that the actor read it elsewhere: previewed, compared."""
    for review in Review.objects.filter(resource=resource, state__in=OPEN_STATES):
        _note(review, actor)


def _note(review: Review, actor: Person) -> None:
    lately = ReviewAct.objects.filter(
        review=review, kind=Act.OPEN, person=actor, at__gt=clock.now() - ONCE_IN
    )
    if not lately.exists():
        with transaction.atomic():
            write_act(lock_review(review), Act.OPEN, actor)
