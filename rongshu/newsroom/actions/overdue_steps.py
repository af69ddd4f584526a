"""What the clock does when a deadline of a step is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rongshu.foundation.audit import Clock, record
from rongshu.foundation.events import announce
from rongshu.newsroom.events import ReviewOverdue
from rongshu.newsroom.models import Review, ReviewStep
from rongshu.newsroom.scheduling import OVERDUE

__all__ = ["OVERDUE", "mark_overdue_when_due"]


def mark_overdue_when_due(review_id: UUID, due_at: datetime) -> None:
    """Mark the open steps of a case that are due by a moment, once, and tell of it."""
    late = ReviewStep.objects.filter(
        review_id=review_id, is_open=True, due_at__lte=due_at, overdue_at__isnull=True
    )
    names = list(late.values_list("name", flat=True))
    if not names:
        return
    review = Review.objects.get(pk=review_id)
    late.update(overdue_at=due_at)
    record(Clock(), "review.overdue", review, steps=names)
    announce(ReviewOverdue(review_id=review.pk, resource_id=review.resource_id))
