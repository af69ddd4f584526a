"""Taking a piece back from review, and ending the case of one that is gone."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Clock
from rongshu.foundation.prepared import Prepared
from rongshu.library.actions.locking import lock
from rongshu.library.models import Resource
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.case import lock_review, write_act
from rongshu.newsroom.errors import PieceGone
from rongshu.newsroom.machine import OPEN_STATES, Act, State
from rongshu.newsroom.models import Review
from rongshu.newsroom.permissions import may_submit


def withdraw_from_review(*, actor: Person, review: Review, reason: str) -> Review:
    """Take a piece back to its writer while it is under review or waits to be published."""
    with refusals_logged(actor, "review.withdrawal-refused", review), transaction.atomic():
        lock(Resource(pk=review.resource_id))
        review = lock_review(review, *OPEN_STATES)
        is_own = review.opened_by_id == actor.id
        require(is_own or may_submit(viewer_for(actor), review.resource))
        give_back(review)
        write_act(review, Act.WITHDRAW, actor, to_state=State.WITHDRAWN, comment=reason.strip())
    return review


def give_back(review: Review) -> None:
    """Close the open steps, and make the resource a draft again unless a version of it is effective."""
    review.steps.filter(is_open=True).update(is_open=False)
    if review.column_id is None:
        waiting = Resource.objects.filter(pk=review.resource_id, status=Resource.Status.IN_REVIEW)
        waiting.update(status=Resource.Status.DRAFT)


_GONE: Final = Prepared(
    lambda key: (
        Review.objects.filter(pk=key, state__in=OPEN_STATES)
        .exclude(resource__recycled_at__isnull=True, version__purged_at__isnull=True)
        .values_list("pk")
    )
)


def end_if_gone(review: Review) -> None:
    """End the case and raise `PieceGone` when its resource was recycled or its version erased."""
    if not _GONE.raw(review.pk):
        return
    with transaction.atomic():
        review = lock_review(review)
        if review.state in OPEN_STATES:
            review.steps.filter(is_open=True).update(is_open=False)
            write_act(review, Act.LAPSE, Clock(), to_state=State.LAPSED, comment="稿件已删除")
    raise PieceGone
