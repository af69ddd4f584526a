"""Publishing what has passed every step, at once or at a moment set beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, Clock
from rongshu.foundation.change_marks import one_look
from rongshu.foundation.due import cancel, schedule
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.prepared import Prepared
from rongshu.inspection.errors import PicturesUnread
from rongshu.library.actions.approve_version import check_approvable, make_approved_effective
from rongshu.library.actions.locking import lock, read_again, version_now
from rongshu.library.actions.signing import SignedLevel, approve_signed_digest
from rongshu.library.models import Approval, Resource
from rongshu.library.queries.schemas import kept_type
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.actions.withdraw_from_review import end_if_gone
from rongshu.newsroom.case import lock_review, write_act
from rongshu.newsroom.checking import check_before_publication
from rongshu.newsroom.errors import FlowRaised, PieceChanged, TimePast
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review, ReviewPlace, ReviewStep
from rongshu.newsroom.permissions import may_publish
from rongshu.newsroom.queries.flows import raised_flow
from rongshu.newsroom.scheduling import PUBLISH
from rongshu.organizations.queries import kept_organization
from rongshu.sites.actions.approve_placement import approve_placement_by_review
from rongshu.sites.approving import route_of
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_in_column
from rongshu.sites.placing import takes

__all__ = ["PUBLISH", "publish_piece", "publish_when_due", "schedule_publication"]

_SIGNED: Final = Prepared(
    lambda key: ReviewStep.objects.filter(
        review_id=key, level__isnull=False, done_act__person__isnull=False
    ).order_by("level").values_list("level", "done_act__person_id", "done_act__at", "done_act__comment")
)  # fmt: skip
_PLACES: Final = Prepared(lambda key: ReviewPlace.objects.filter(review_id=key).values_list("column_id"))
_WAITING: Final = (Placement.State.WAITING, Placement.State.SCHEDULED)
_PICTURES_TAKE: Final = timedelta(minutes=1)


def publish_piece(*, actor: Person, review: Review, comment: str = "") -> Review:
    """Make the version of a passed case effective, under the approval that its reviewers' acts amount to.

    Its placements in columns whose reviewers have signed show at once. Raise `ReviewClosed`, `PieceChanged`,
    `PieceGone`, `FlowRaised`, `FindingsBlock`, `PicturesUnread`, `NotAllowed`.
    """
    end_if_gone(review)
    version = version_now(review.version_id)
    check_before_publication(version)
    with refusals_logged(actor, "review.publication-refused", review), transaction.atomic(), one_look():
        resource = lock(Resource(pk=review.resource_id))
        review = lock_review(review, State.PASSED)
        require(may_publish(viewer_for(actor), review))
        review.version = read_again(version)
        return _publish(actor, review, resource, comment)


def schedule_publication(*, actor: Person, review: Review, at: datetime) -> Review:
    """Have the clock publish a passed case at a moment; it checks then what is checked now."""
    if at <= clock.now():
        raise TimePast(fields={"at": "须晚于现在"})
    with refusals_logged(actor, "review.publication-refused", review), transaction.atomic(), one_look():
        review = lock_review(review, State.PASSED)
        require(may_publish(viewer_for(actor), review))
        cancel(PUBLISH, review.pk)
        schedule(PUBLISH, review.pk, at)
        write_act(
            review, Act.SCHEDULE, actor, details={"publish_at": at.isoformat()}, also={"publish_at": at}
        )
    return review


def publish_when_due(review_id: UUID, due_at: datetime) -> None:
    """Publish a scheduled case; what stands against it by now leaves it waiting, for a person to see.

    Pictures that are still being read are only waited for.
    """
    review = Review.objects.filter(pk=review_id, state=State.PASSED).select_related("version").first()
    if review is None or review.publish_at is None or review.publish_at > due_at:
        return
    try:
        with refusals_logged(Clock(), "review.publication-refused", review), transaction.atomic(), one_look():
            check_before_publication(review.version)
            resource = lock(Resource(pk=review.resource_id))
            locked = lock_review(review, State.PASSED)
            locked.version = read_again(review.version)
            _publish(Clock(), locked, resource, "定时发布")
    except PicturesUnread:
        schedule(PUBLISH, review.pk, clock.now() + _PICTURES_TAKE)
    except RongshuError:
        return


def _publish(actor: Actor, review: Review, resource: Resource, comment: str) -> Review:
    _check_still_fit(review, resource)
    approval = _approval(review)
    write_act(
        review, Act.PUBLISH, actor, to_state=State.PUBLISHED, comment=comment, also={"approval": approval}
    )
    if review.column_id is None:
        # Out of memory: the lock took the resource alone.
        resource.owner = kept_organization(resource.owner_id)
        resource.type = kept_type(resource.type_id)
        make_approved_effective(
            actor=actor, resource=resource, version=review.version, approval=approval, comment=comment
        )
        _approve_places(actor, review, approval)
    else:
        placement = Placement.objects.get(resource=resource, column_id=review.column_id)
        approve_placement_by_review(actor=actor, placement=placement, approval=approval)
    return review


def _check_still_fit(review: Review, resource: Resource) -> None:
    present = resource.working_version_id
    if review.column_id is not None:
        present = resource.effective_version_id or resource.working_version_id
    else:
        check_approvable(resource, review.version)
    if present != review.version_id:
        raise PieceChanged
    raised = raised_flow(kept_organization(review.owner_id))
    if raised is not None and raised.flow.levels > review.levels:
        raise FlowRaised


def _approval(review: Review) -> Approval:
    signed = [SignedLevel(*row) for row in _SIGNED.rows(review.pk)]
    return approve_signed_digest(
        digest=review.version_digest, route=review.flow_id, signed=signed, column_id=review.column_id
    )


def _approve_places(actor: Actor, review: Review, approval: Approval) -> None:
    """Let the piece show where it was placed, as far as its reviewers are the columns' reviewers, too."""
    columns = [row[0] for row in _PLACES.rows(review.pk)]
    if not columns:
        return
    waiting = Placement.objects.filter(
        resource_id=review.resource_id, column_id__in=columns, state__in=_WAITING, approval__isnull=True
    ).select_related("column__site")
    placements = list(waiting)
    if not placements:
        return
    viewers = _signers(approval)
    for placement in placements:
        if takes(placement.column) and _covers(placement.column, approval, viewers):
            approve_placement_by_review(actor=actor, placement=placement, approval=approval)


def _signers(approval: Approval) -> list[Viewer]:
    signatures = approval.signatures.select_related("person").order_by("level")
    return [viewer_for(signature.person) for signature in signatures]


def _covers(column: Column, approval: Approval, viewers: list[Viewer]) -> bool:
    route = route_of(column)
    if route.levels == 1:
        wanted = ("placement.approve", "review.final", *route.capabilities)
        return any(may_in_column(viewer, each, column) for viewer in viewers for each in wanted)
    signed = zip(viewers, route.capabilities, strict=False)
    return approval.levels >= route.levels and all(
        may_in_column(viewer, capability, column) for viewer, capability in signed
    )
