"""What the database itself refuses, whatever the code may do."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from rongshu.foundation import clock
from rongshu.library.models import Approval, ApprovalSignature, Resource
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.machine import MOVES, Act, State
from rongshu.newsroom.models import Flow, Review, ReviewAct, ReviewStep
from rongshu.newsroom.tests.conftest import Newsroom

guards = importlib.import_module("rongshu.newsroom.migrations.0003_guards")


def refused(deed: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        deed()


def act_of(review: Review, newsroom: Newsroom, **fields: Any) -> ReviewAct:
    given: dict[str, Any] = {
        "review": review, "kind": "pass", "person": newsroom.first, "from_state": review.state,
        "to_state": review.state, "from_stage": review.stage, "to_stage": review.stage,
        **fields,
    }  # fmt: skip
    return ReviewAct(**given)


def test_the_trigger_knows_the_moves_of_the_machine() -> None:
    assert set(guards.MOVES) == {f"{move.from_state}|{move.act}|{move.to_state}" for move in MOVES}


@pytest.mark.requirement("P7-01")
def test_no_move_outside_the_table(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    allowed = {(move.act, move.to_state) for move in MOVES if move.from_state == State.REVIEWING}
    for kind in Act:
        for state in State:
            if (kind, state) in allowed:
                continue
            act = act_of(review, newsroom, kind=kind, to_state=state)
            refused(lambda act=act: act.save(force_insert=True))
    refused(
        lambda: act_of(review, newsroom, from_state="passed", kind="publish", to_state="published").save()
    )
    refused(lambda: Review.objects.filter(pk=review.pk).update(state="passed"))
    refused(lambda: Review.objects.filter(pk=review.pk).update(stage=4))
    with transaction.atomic():
        opened = act_of(review, newsroom, kind="open")
        opened.save(force_insert=True)
    refused(lambda: Review.objects.filter(pk=review.pk).update(state="passed", last_act=opened))
    review.refresh_from_db()
    assert (review.state, review.stage) == ("reviewing", 1)


def test_acts_steps_and_cases_stay(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    step = review.steps.get(level=1)
    refused(lambda: ReviewAct.objects.update(comment="改写"))
    refused(lambda: ReviewAct.objects.all()._raw_delete("default"))
    refused(lambda: ReviewStep.objects.filter(pk=step.pk).update(level=3))
    refused(lambda: ReviewStep.objects.filter(pk=step.pk).update(done_act=review.last_act))
    refused(lambda: ReviewStep.objects.filter(pk=step.pk)._raw_delete("default"))
    refused(lambda: Review.objects.filter(pk=review.pk).update(version_digest="sha256:0"))
    refused(lambda: Review.objects.filter(pk=review.pk).update(levels=1))
    refused(lambda: Flow.objects.filter(pk="three-reviews").update(levels=1))


@pytest.mark.requirement("P7-02")
def test_one_level_each_and_never_ones_own(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    first = review.steps.get(level=1)
    refused(lambda: act_of(review, newsroom, step=first, level=1, person=newsroom.writer).save())
    refused(lambda: act_of(review, newsroom, step=first, level=2).save())
    refused(lambda: act_of(review, newsroom, step=review.steps.get(level=2), level=2).save())
    with transaction.atomic():
        act_of(review, newsroom, step=first, level=1).save(force_insert=True)
    returned = act_of(
        review, newsroom, kind="return", to_state="returned", step=review.steps.get(level=3), level=3
    )
    refused(returned.save)


@pytest.mark.requirement("P7-03")
def test_no_effective_version_without_the_signatures_of_its_route(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    version = resource.working_version
    assert version is not None

    def approval(levels: int, route: str, signers: int) -> Approval:
        made = Approval.objects.create(
            route=route,
            levels=levels,
            outcome="approved",
            version_digest=version.digest,
            decided_at=clock.now(),
        )
        persons = [newsroom.first, newsroom.second, newsroom.final]
        for level in range(1, signers + 1):
            ApprovalSignature.objects.create(approval=made, level=level, person=persons[level - 1])
        return made

    def effective(made: Approval) -> None:
        Resource.objects.filter(pk=resource.pk).update(
            status="effective", effective_version=version, effective_approval=made, published_at=clock.now(),
            address="2026/11/abcdefgh",
        )  # fmt: skip

    refused(lambda: approval(1, "three-reviews", 1))
    refused(lambda: approval(1, "no-such-route", 1))
    refused(lambda: effective(approval(1, "single", 0)))
    refused(lambda: effective(approval(3, "three-reviews", 2)))
    # Signed, but not gone through: a route of several levels needs its case.
    refused(lambda: effective(approval(3, "three-reviews", 3)))
    with transaction.atomic():
        signed = approval(1, "single", 1)
    refused(lambda: Approval.objects.filter(pk=signed.pk).update(levels=0))
    refused(lambda: ApprovalSignature.objects.filter(approval=signed).update(level=2))
    refused(lambda: ApprovalSignature.objects.filter(approval=signed)._raw_delete("default"))
    resource.refresh_from_db()
    assert resource.effective_version_id is None


@pytest.mark.requirement("P7-03")
def test_the_approval_of_an_effective_version_is_not_exchanged(newsroom: Newsroom) -> None:
    cases = [
        publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit())) for _ in range(2)
    ]
    for other in (cases[1].approval, None):
        refused(lambda other=other: Resource.objects.filter(pk=cases[0].resource_id).update(
            effective_approval=other
        ))  # fmt: skip
    assert Resource.objects.get(pk=cases[0].resource_id).effective_approval == cases[0].approval
