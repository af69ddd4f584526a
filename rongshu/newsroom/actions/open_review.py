"""Opening a case: who read a draft under review is part of its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.newsroom.case import lock_review, write_act
from rongshu.newsroom.machine import Act
from rongshu.newsroom.models import Review, ReviewAct
from rongshu.newsroom.queries.reviews import review_of

ONCE_IN: Final = timedelta(minutes=30)


def open_review(*, actor: Person, review_id: UUID) -> Review:
    """Return a case the actor may see and record that he opened it, once in half an hour."""
    review = review_of(viewer_for(actor), review_id)
    lately = ReviewAct.objects.filter(
        review=review, kind=Act.OPEN, person=actor, at__gt=clock.now() - ONCE_IN
    )
    if not lately.exists():
        with transaction.atomic():
            write_act(lock_review(review), Act.OPEN, actor)
    return review
