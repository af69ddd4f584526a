"""Urging whoever the piece is with."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.errors import Conflict
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.case import lock_review, write_act
from rongshu.newsroom.machine import OPEN_STATES, Act
from rongshu.newsroom.models import Review, ReviewAct
from rongshu.newsroom.permissions import may_submit

PAUSE: Final = timedelta(minutes=10)


def urge_review(*, actor: Person, review: Review, comment: str = "") -> Review:
    """Urge the open steps; by the submitter or who writes for the owner, at most once in ten minutes."""
    with refusals_logged(actor, "review.urging-refused", review), transaction.atomic():
        review = lock_review(review, *OPEN_STATES)
        is_own = review.opened_by_id == actor.id
        require(is_own or may_submit(viewer_for(actor), review.resource))
        lately = ReviewAct.objects.filter(review=review, kind=Act.URGE, at__gt=clock.now() - PAUSE)
        if lately.exists():
            raise Conflict("十分钟内已催办过，请稍后再试。")
        write_act(review, Act.URGE, actor, comment=comment.strip())
    return review
