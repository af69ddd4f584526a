"""A piece on its way: three reviews and proofs, returns, delegation, escalation, publication."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.errors import Conflict, InvalidInput, NotAllowed
from rongshu.foundation.models import AuditRecord, CalendarDay
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.recycle_resource import recycle_resource
from rongshu.library.errors import RouteNeedsReview, WroteItOneself
from rongshu.newsroom.actions.add_proof_round import add_proof_round
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.define_flow import StepSetting, define_flow
from rongshu.newsroom.actions.delegate_step import delegate_step
from rongshu.newsroom.actions.escalate_review import escalate_review, record_answer
from rongshu.newsroom.actions.pass_step import pass_step
from rongshu.newsroom.actions.publish_piece import publish_piece, schedule_publication
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.actions.submit_piece import submit_piece, submit_placement
from rongshu.newsroom.actions.urge_review import urge_review
from rongshu.newsroom.actions.withdraw_from_review import withdraw_from_review
from rongshu.newsroom.errors import (
    MarkMalformed,
    NothingToReview,
    PieceChanged,
    PieceGone,
    ReturnUnanswered,
    ReviewClosed,
    SameReviewer,
)
from rongshu.newsroom.models import Review, ReviewAct
from rongshu.newsroom.queries.reviews import (
    inbox,
    remark_of,
    return_before,
    returned_to,
    waiting_to_publish,
)
from rongshu.newsroom.tests.conftest import CLOCK, Newsroom
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Placement


@pytest.mark.requirement("P7-01")
def test_three_reviews_and_three_proofs_make_a_version_effective(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    assert (review.state, review.stage, review.flow_id) == ("reviewing", 1, "three-reviews")
    assert list(review.steps.values_list("name", flat=True)) == [
        "一校",
        "初审",
        "二校",
        "复审",
        "三校",
        "终审",
    ]
    review = newsroom.pass_all(review)
    assert review.state == "passed"
    review.resource.refresh_from_db()
    assert review.resource.status == "in-review"
    review = publish_piece(actor=newsroom.publisher, review=review)
    resource = review.resource
    resource.refresh_from_db()
    assert (review.state, resource.status) == ("published", "effective")
    assert resource.effective_version_id == review.version_id
    approval = resource.effective_approval
    assert approval is not None
    assert (approval.route, approval.levels) == ("three-reviews", 3)
    signed = approval.signatures.order_by("level").values_list("person__handle", flat=True)
    assert list(signed) == ["r1", "r2", "r3"]
    kinds = ReviewAct.objects.filter(review=review).values_list("kind", flat=True)
    assert list(kinds) == ["submit", *["pass"] * 6, "publish"]


@pytest.mark.requirement("P7-02")
def test_nobody_acts_in_two_reviews_and_the_attempt_is_logged(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    pass_step(actor=newsroom.proof, review=review)
    review = pass_step(actor=newsroom.all_roles, review=review)
    review = pass_step(actor=newsroom.proof, review=review)
    with pytest.raises(SameReviewer):
        pass_step(actor=newsroom.all_roles, review=review, kind="review")
    review.refresh_from_db()
    assert (review.stage, ReviewAct.objects.filter(person=newsroom.all_roles).count()) == (2, 1)
    logged = AuditRecord.objects.get(action="review.pass-refused")
    assert (logged.actor_id, logged.details["code"]) == (newsroom.all_roles.id, "same-reviewer")
    assert not inbox(viewer_for(newsroom.all_roles)).filter(level__isnull=False).exists()
    assert inbox(viewer_for(newsroom.second)).exists()


@pytest.mark.requirement("P7-02")
def test_nobody_reviews_what_he_wrote(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    newsroom.revise(resource, actor=newsroom.all_roles, title="示范稿件改")
    newsroom.revise(resource, title="示范稿件再改")
    review = newsroom.submit(resource)
    with pytest.raises(WroteItOneself):
        pass_step(actor=newsroom.all_roles, review=review, kind="review")
    assert not ReviewAct.objects.filter(kind="pass").exists()
    assert AuditRecord.objects.filter(action="review.pass-refused").count() == 1
    # The first proof may be done by who wrote it.
    assert {step.name for step in inbox(viewer_for(newsroom.all_roles))} == {"一校"}
    pass_step(actor=newsroom.all_roles, review=review, kind="proof")


def test_a_return_with_marks_and_a_resubmission(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    review = newsroom.submit(resource)
    with pytest.raises(InvalidInput):
        return_piece(actor=newsroom.first, review=review, reason=" ")
    with pytest.raises(MarkMalformed):
        return_piece(actor=newsroom.first, review=review, reason="有误", marks=[{"start": 3, "end": 1}])
    marks = [{"start": 0, "end": 2, "text": "示范", "reason": "用词不当"}]
    review = return_piece(actor=newsroom.first, review=review, reason="请修改标题", marks=marks)
    assert review.state == "returned"
    resource.refresh_from_db()
    assert resource.status == "draft"
    assert [case.pk for case in returned_to(viewer_for(newsroom.writer))] == [review.pk]
    assert review.last_act is not None
    assert review.last_act.marks == marks
    with pytest.raises(ReviewClosed):
        pass_step(actor=newsroom.first, review=review)
    newsroom.revise(resource, title="修改后的示范标题")
    again = newsroom.submit(resource)
    assert again.pk != review.pk
    assert not returned_to(viewer_for(newsroom.writer)).exists()
    # Who decided at the first level before decides at no other level of this piece.
    pass_step(actor=newsroom.first, review=again)


@pytest.mark.requirement("P7-01")
def test_a_return_is_answered_by_a_change_or_by_a_reason(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    case = newsroom.submit(resource)
    marks = [{"start": 0, "end": 2, "text": "示范", "reason": "是否准确"}]
    returned = return_piece(actor=newsroom.first, review=case, reason="请核实", marks=marks)
    for nothing in ("", "  "):
        with pytest.raises(ReturnUnanswered):
            submit_piece(actor=newsroom.writer, resource=resource, comment=nothing)
    assert Review.objects.count() == 1
    assert AuditRecord.objects.filter(action="review.submission-refused").count() == 2
    again = submit_piece(actor=newsroom.writer, resource=resource, comment="已核实，原文无误")
    assert (again.state, remark_of(again)) == ("reviewing", "已核实，原文无误")
    before = return_before(again)
    assert before is not None
    assert (before.review_id, before.marks) == (returned.pk, marks)
    withdraw_from_review(actor=newsroom.writer, review=again, reason="补充")
    # It was answered; to say it once is enough.
    assert newsroom.submit(resource).state == "reviewing"


@pytest.mark.requirement("P7-01")
def test_a_column_that_returned_a_piece_is_answered_too(newsroom: Newsroom) -> None:
    column = newsroom.important
    assign_flow(actor=CLOCK, flow="two-reviews", scope="column", scope_id=column.pk, reason="重要栏目")
    review = publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit()))
    placement = place_resource(actor=newsroom.publisher, resource=review.resource, column=column)
    case = submit_placement(actor=newsroom.publisher, placement=placement)
    return_piece(actor=newsroom.first, review=case, reason="不宜放在本栏目")
    with pytest.raises(ReturnUnanswered):
        submit_placement(actor=newsroom.publisher, placement=placement)
    again = submit_placement(actor=newsroom.publisher, placement=placement, comment="已与主管处室确认")
    assert again.pk != case.pk


def test_submitted_again_a_case_is_the_same_and_a_new_version_ends_it(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    review = newsroom.submit(resource)
    assert newsroom.submit(resource) == review
    newsroom.revise(resource, title="改动后的标题")
    again = newsroom.submit(resource)
    review.refresh_from_db()
    assert (review.state, again.state) == ("lapsed", "reviewing")
    again = newsroom.pass_all(again)
    newsroom.revise(resource, title="再次改动后的标题")
    with pytest.raises(PieceChanged):
        publish_piece(actor=newsroom.publisher, review=again)
    resource.refresh_from_db()
    assert resource.effective_version_id is None


def test_delegation_urging_and_withdrawal(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    with pytest.raises(InvalidInput):
        delegate_step(actor=newsroom.first, review=review, to=newsroom.second)
    review = delegate_step(actor=newsroom.first, review=review, to=newsroom.all_roles, comment="出差")
    assert not inbox(viewer_for(newsroom.first)).exists()
    with pytest.raises(NothingToReview):
        pass_step(actor=newsroom.first, review=review)
    assert inbox(viewer_for(newsroom.all_roles)).filter(level=1).exists()
    urge_review(actor=newsroom.writer, review=review)
    with pytest.raises(Conflict):
        urge_review(actor=newsroom.writer, review=review)
    with pytest.raises(NotAllowed):
        withdraw_from_review(actor=newsroom.second, review=review, reason="")
    review = withdraw_from_review(actor=newsroom.writer, review=review, reason="补充内容")
    assert review.state == "withdrawn"
    assert not inbox(viewer_for(newsroom.all_roles)).exists()


@pytest.mark.requirement("P7-11")
def test_an_extra_proof_and_a_recorded_escalation(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    review = add_proof_round(actor=newsroom.first, review=review, reason="涉及数据较多")
    extra = review.steps.get(is_extra=True)
    pass_step(actor=newsroom.first, review=review, kind="review")
    pass_step(actor=newsroom.proof, review=review)
    review.refresh_from_db()
    assert review.stage == 1
    review = pass_step(actor=newsroom.proof, review=review, step_id=extra.pk)
    assert review.stage == 2
    review = escalate_review(actor=newsroom.second, review=review, office="secrecy", question="是否涉密")
    with pytest.raises(ReviewClosed):
        pass_step(actor=newsroom.second, review=review)
    with pytest.raises(InvalidInput):
        record_answer(actor=newsroom.second, review=review, agrees=True, answer="")
    review = record_answer(
        actor=newsroom.second,
        review=review,
        agrees=True,
        answer="不涉密，可以公开",
        document_number="示密函〔2026〕1号",
    )
    assert review.state == "reviewing"
    answer = ReviewAct.objects.get(review=review, kind="answer")
    assert answer.details == {"agrees": True, "document_number": "示密函〔2026〕1号"}
    assert ReviewAct.objects.get(review=review, kind="escalate").details["office_name"] == "保密行政管理部门"
    review = escalate_review(actor=newsroom.second, review=review, office="internet", question="是否适宜")
    review = record_answer(actor=newsroom.second, review=review, agrees=False, answer="暂缓发布")
    assert review.state == "returned"


@pytest.mark.requirement("P7-03")
def test_one_approver_cannot_go_round_the_flow(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    assert resource.working_version is not None
    with pytest.raises(RouteNeedsReview):
        approve_version(actor=newsroom.final, version=resource.working_version)
    resource.refresh_from_db()
    assert resource.effective_version_id is None
    assert AuditRecord.objects.filter(action="version.approval-refused").exists()


@pytest.mark.requirement("P7-03")
def test_a_scheduled_publication_is_published_by_the_clock_or_stays(newsroom: Newsroom) -> None:
    later = clock.now() + timedelta(hours=1)
    review = newsroom.pass_all(newsroom.submit(publish_at=later))
    other = newsroom.pass_all(newsroom.submit())
    schedule_publication(actor=newsroom.publisher, review=other, at=later)
    newsroom.revise(other.resource, title="排期之后又改的标题")
    carry_out_due(later + timedelta(seconds=1))
    review.refresh_from_db()
    other.refresh_from_db()
    assert (review.state, other.state) == ("published", "passed")
    other.resource.refresh_from_db()
    assert other.resource.effective_version_id is None


def test_a_schedule_that_passes_during_the_review_publishes_after_the_last_signature(
    newsroom: Newsroom,
) -> None:
    due = clock.now() + timedelta(seconds=1)
    review = newsroom.submit(publish_at=due)
    carry_out_due(due + timedelta(hours=1))
    review.resource.refresh_from_db()
    assert review.resource.effective_version_id is None, "the clock signs for nobody"
    review = newsroom.pass_all(review)
    assert review.state == "passed"
    carry_out_due(due + timedelta(hours=2))
    review.refresh_from_db()
    assert review.state == "published"


@pytest.mark.requirement("P7-01", "P7-02")
def test_two_reviews_side_by_side_are_by_two_persons(newsroom: Newsroom) -> None:
    beside = [
        StepSetting(stage=1, kind="review", name=name, capability="review.first") for name in ("法制", "业务")
    ]
    last = StepSetting(stage=2, kind="review", name="签发", capability="review.final")
    define_flow(actor=CLOCK, code="side-by-side", name="会签", steps=[*beside, last])
    education = newsroom.library.education.pk
    assign_flow(actor=CLOCK, flow="side-by-side", scope="organization", scope_id=education, reason="示范办法")
    review = newsroom.submit()
    legal, business = review.steps.filter(is_open=True).order_by("position")
    # Whichever comes first: the order within a stage is free.
    review = pass_step(actor=newsroom.first, review=review, step_id=business.pk)
    assert review.stage == 1
    with pytest.raises(SameReviewer):
        pass_step(actor=newsroom.first, review=review, step_id=legal.pk)
    review = pass_step(actor=newsroom.all_roles, review=review, step_id=legal.pk)
    assert review.stage == 2
    review = pass_step(actor=newsroom.final, review=review)
    publish_piece(actor=newsroom.publisher, review=review)
    approval = Review.objects.get().approval
    assert approval is not None
    assert [one.person for one in approval.signatures.order_by("level")] == [
        newsroom.all_roles,
        newsroom.first,
        newsroom.final,
    ]


def test_a_review_of_a_deleted_piece_ends(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    recycle_resource(actor=newsroom.writer, resource=review.resource)
    with pytest.raises(PieceGone):
        pass_step(actor=newsroom.first, review=review)
    review.refresh_from_db()
    assert review.state == "lapsed"
    with pytest.raises(PieceGone):
        submit_piece(actor=newsroom.writer, resource=review.resource)


def test_a_deadline_passes(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    due = [step.due_at for step in review.steps.filter(is_open=True)]
    assert len(due) == 2
    assert due[0] is not None
    carry_out_due(due[0] + timedelta(seconds=1))
    assert review.steps.filter(overdue_at__isnull=False).count() == 2
    assert AuditRecord.objects.filter(action="review.overdue").count() == 1


def test_a_piece_shows_where_it_was_placed_once_published(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    publisher = newsroom.publisher
    placement = place_resource(actor=publisher, resource=resource, column=newsroom.news)
    review = newsroom.pass_all(newsroom.submit(resource))
    assert [case.pk for case in waiting_to_publish(viewer_for(publisher))] == [review.pk]
    publish_piece(actor=publisher, review=review)
    placement.refresh_from_db()
    assert placement.state == Placement.State.SHOWING
    assert Review.objects.get().approval_id == placement.approval_id


def test_strangers_see_nothing(newsroom: Newsroom) -> None:
    newsroom.submit()
    stranger = viewer_for(newsroom.library.health_reviewer)
    assert not inbox(stranger).exists()
    with pytest.raises(NothingToReview):
        pass_step(actor=newsroom.library.health_reviewer, review=Review.objects.get())


def test_deadlines_follow_the_calendar_of_the_installation(newsroom: Newsroom) -> None:
    first = newsroom.submit().steps.filter(is_open=True)[0].due_at
    assert first is not None
    CalendarDay.objects.create(day=timezone.localdate(first), is_working=False, name="示范假日")
    second = newsroom.submit().steps.filter(is_open=True)[0].due_at
    assert second is not None
    assert second > first
