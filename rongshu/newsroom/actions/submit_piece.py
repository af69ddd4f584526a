"""Submitting a version to review: by its owner's flow, or by the flow of a column it was placed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.bulk_rows import insert_row, insert_rows, update_rows
from rongshu.foundation.change_marks import one_look
from rongshu.foundation.prepared import Prepared, PreparedModels
from rongshu.library.actions.locking import lock, read_again, version_now
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.approvals import last_effective_number
from rongshu.library.refusals import refusals_logged
from rongshu.newsroom.case import lock_review, open_steps, write_act
from rongshu.newsroom.checking import check_before_submission
from rongshu.newsroom.errors import NotReviewable, PieceGone, ReturnUnanswered, TimePast
from rongshu.newsroom.machine import OPEN_STATES, Act, State
from rongshu.newsroom.models import Review, ReviewPlace, ReviewStep
from rongshu.newsroom.permissions import may_submit
from rongshu.newsroom.queries.flows import ChosenFlow, flow_of_column, flow_of_piece, steps_of_flow
from rongshu.organizations.queries import kept_organization
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_place_in

_STANDING: Final = (Placement.State.WAITING, Placement.State.SCHEDULED, Placement.State.SHOWING)
_PRESENT: Final = PreparedModels(
    lambda key: Review.objects.filter(resource_id=key, column=None, state__in=OPEN_STATES)
)
_CASES: Final = Review.objects.order_by("-opened_at", "-id").values_list("state", "version_digest")
_LAST_OF_OWNER: Final = Prepared(lambda key: _CASES.filter(resource_id=key, column=None)[:1])
_LAST_IN_COLUMN: Final = Prepared(lambda key, column: _CASES.filter(resource_id=key, column_id=column)[:1])
_PLACED: Final = Prepared(
    lambda key: Placement.objects.filter(resource_id=key, state__in=_STANDING).values_list("column_id")
)


def submit_piece(
    *, actor: Person, resource: Resource, comment: str = "", publish_at: datetime | None = None
) -> Review:
    """Submit a resource's working version to review by the stricter of its owner's and its columns' flows.

    Submitted again unchanged, the case that is open is returned; an open case of an earlier version lapses.
    What came back unchanged needs a `comment`: the answer to the reasons it was returned for.
    `publish_at`: to be published then, once it has passed. Raise `NotReviewable`, `PieceGone`,
    `ReturnUnanswered`, `FindingsBlock`, `NotAllowed`.
    """
    if publish_at is not None and publish_at <= clock.now():
        raise TimePast(fields={"publish_at": "须晚于现在"})
    read = None if resource.working_version_id is None else version_now(resource.working_version_id)
    check_before_submission(read)
    with refusals_logged(actor, "review.submission-refused", resource), transaction.atomic(), one_look():
        resource = lock(resource)
        require(may_submit(viewer_for(actor), resource))
        version = _version_to_review(resource, read)
        present = _PRESENT.one(resource.pk)
        if present is not None and present.version_id == version.pk:
            return present
        if present is not None:
            lapse(present, "稿件已有新版本")
        _check_answered(resource, version, comment)
        columns = _columns_of(resource)
        chosen = flow_of_piece(version, kept_organization(resource.owner_id), columns)
        review = _begin(actor, resource, version, chosen, publish_at=publish_at)
        _note_places(review, columns)
        submit_case(actor, review, comment)
        if resource.status == Resource.Status.DRAFT:
            resource.status = Resource.Status.IN_REVIEW
            update_rows([resource], ("status",))
    return review


def submit_placement(*, actor: Person, placement: Placement, comment: str = "") -> Review:
    """Submit what waits in a column to the column's own flow of several levels.

    The version reviewed is the effective one, or the working one of what is not effective yet.
    """
    with refusals_logged(actor, "review.submission-refused", placement), transaction.atomic(), one_look():
        resource = lock(placement.resource)
        column = Column.objects.select_related("site").get(pk=placement.column_id)
        require(may_place_in(viewer_for(actor), column))
        version = resource.effective_version or resource.working_version
        chosen = flow_of_column(column)
        if chosen is None or version is None or placement.state == Placement.State.REMOVED:
            raise NotReviewable("该栏目没有单独的审核流程，由栏目审核人直接审核。")
        present = Review.objects.filter(resource=resource, column=column, state__in=OPEN_STATES).first()
        if present is not None and present.version_id == version.pk:
            return present
        if present is not None:
            lapse(present, "稿件已有新版本")
        _check_answered(resource, version, comment, column)
        review = _begin(actor, resource, version, chosen, column=column)
        _note_places(review, [column])
        submit_case(actor, review, comment)
    return review


def submit_case(actor: Person, review: Review, comment: str) -> None:
    """Copy the flow's steps into a new case, open the first stage and write the act."""
    steps = [
        ReviewStep(
            review=review, owner_id=review.owner_id, stage=step.stage, position=step.position, kind=step.kind,
            level=step.level, name=step.name, capability=step.capability,
            excludes_writer=step.excludes_writer, is_extra=step.is_extra, days=step.days,
        )
        for step in steps_of_flow(review.flow_id)
    ]  # fmt: skip
    first = min(step.stage for step in steps)
    open_steps(review, [step for step in steps if step.stage == first])
    insert_rows(steps)
    write_act(review, Act.SUBMIT, actor, to_state=State.REVIEWING, to_stage=first, comment=comment)


def lapse(review: Review, reason: str) -> None:
    """End an open case whose subject has changed or gone, in the caller's transaction."""
    review = lock_review(review)
    if review.state in OPEN_STATES:
        review.steps.filter(is_open=True).update(is_open=False)
        write_act(review, Act.LAPSE, Clock(), to_state=State.LAPSED, comment=reason)


def _version_to_review(resource: Resource, read: ResourceVersion | None) -> ResourceVersion:
    working_id = resource.working_version_id
    if read is not None and read.pk == working_id:
        version: ResourceVersion | None = read_again(read)
    else:
        version = None if working_id is None else version_now(working_id)
    if resource.recycled_at is not None or (version is not None and version.purged_at is not None):
        raise PieceGone
    if version is None or version.pk == resource.effective_version_id:
        raise NotReviewable
    return version


def _check_answered(
    resource: Resource, version: ResourceVersion, comment: str, column: Column | None = None
) -> None:
    """A return is for reasons: the piece is changed, or somebody says why it is not."""
    if comment.strip():
        return
    if column is None:
        last = _LAST_OF_OWNER.rows(resource.pk)
    else:
        last = _LAST_IN_COLUMN.rows(resource.pk, column.pk)
    if (State.RETURNED, version.digest) in [tuple(row) for row in last]:
        raise ReturnUnanswered(fields={"comment": "请写明理由"})


def _begin(
    actor: Person,
    resource: Resource,
    version: ResourceVersion,
    chosen: ChosenFlow,
    *,
    column: Column | None = None,
    publish_at: datetime | None = None,
) -> Review:
    review = Review(
        resource=resource, version=version, version_digest=version.digest, version_number=version.number,
        base_number=last_effective_number(resource, before=version.number),
        # What a column reviews is the matter of the site's unit, not of the resource's owner.
        owner_id=column.site.sponsor_id if column else resource.owner_id,
        column=column, flow=chosen.flow, flow_reason=chosen.reason[:300], levels=chosen.flow.levels,
        needs_escalation=chosen.flow.needs_escalation, opened_by=actor, publish_at=publish_at,
    )  # fmt: skip
    return insert_row(review)


def _columns_of(resource: Resource) -> list[Column]:
    placed = [row[0] for row in _PLACED.rows(resource.pk)]
    if not placed:
        return []
    return list(Column.objects.filter(pk__in=placed).select_related("site"))


def _note_places(review: Review, columns: Sequence[Column]) -> None:
    insert_rows(
        [
            ReviewPlace(
                review=review,
                column=column,
                site_id=column.site_id,
                is_own=column.site.sponsor_id == review.owner_id,
            )
            for column in columns
        ]
    )
