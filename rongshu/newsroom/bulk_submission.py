"""Submitting many pieces to review as long work: each by itself, what is refused is counted and told."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.urls import reverse

from rongshu.accounts.queries import viewer_for
from rongshu.console.progress import WorkInHand, register_work
from rongshu.foundation.errors import RongshuError
from rongshu.library.models import Resource
from rongshu.newsroom.actions.submit_piece import submit_piece
from rongshu.newsroom.queries.drafting import pieces_of

SUBMIT_MANY: Final = "newsroom.submit-many"


def register_bulk_submission() -> None:
    """Say how this kind of work is done."""
    register_work(SUBMIT_MANY, _submit_all)


def _submit_all(hand: WorkInHand) -> str:
    ids = [UUID(one) for one in hand.payload["ids"]]
    refused = 0
    for count, resource_id in enumerate(ids, start=1):
        resource = pieces_of(viewer_for(hand.actor)).filter(pk=resource_id).first()
        try:
            # Work that was stopped and goes on finds what it submitted before.
            if resource is not None and resource.status != Resource.Status.IN_REVIEW:
                submit_piece(actor=hand.actor, resource=resource)
        except RongshuError:
            refused += 1
        hand.advance(count, len(ids), f"{refused} 篇未能提交，请逐篇打开查看原因" if refused else "")
    return reverse("newsroom-pieces")
