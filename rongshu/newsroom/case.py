"""The case as actions handle it: locking, opening stages, and writing an act together with its move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, circumstances, record
from rongshu.foundation.bulk_rows import insert_row, update_rows
from rongshu.foundation.due import schedule
from rongshu.foundation.errors import NotFound
from rongshu.foundation.events import announce
from rongshu.foundation.kept_calendar import kept_calendar
from rongshu.foundation.prepared import Prepared, PreparedModels
from rongshu.library.errors import WroteItOneself
from rongshu.library.models import ResourceVersion
from rongshu.newsroom.errors import MarkMalformed, NothingToReview, ReviewClosed, SameReviewer
from rongshu.newsroom.events import ReviewMoved
from rongshu.newsroom.machine import Act, State
from rongshu.newsroom.models import Review, ReviewAct, ReviewStep, StepKind
from rongshu.newsroom.permissions import may_take_step
from rongshu.newsroom.scheduling import OVERDUE

_MOST_MARKS: Final = 200
_DAYS_END: Final = time(23, 59, 59)
_CLOSING: Final = frozenset({State.PUBLISHED, State.RETURNED, State.WITHDRAWN, State.LAPSED})


_LOCKED: Final = PreparedModels(lambda key: Review.objects.select_for_update().filter(pk=key))
_STEPS: Final = PreparedModels(
    lambda key: ReviewStep.objects.filter(review_id=key).order_by("stage", "position", "id")
)


def _part_taken(review_id: UUID, person_id: UUID, level: int, in_column: bool) -> QuerySet[Any, Any]:
    """By one look: whether a person wrote the version of a case, or one since the last that was effective;
    and whether he passed or returned the piece at another level, in this case or an earlier one."""
    written = ResourceVersion.objects.filter(
        resource_id=OuterRef("resource_id"), created_by_id=person_id,
        number__gt=OuterRef("base_number"), number__lte=OuterRef("version_number"),
    )  # fmt: skip
    place = Q(review__column_id=OuterRef("column_id")) if in_column else Q(review__column_id__isnull=True)
    decided = ReviewAct.objects.filter(
        place, ~Q(level=level), level__isnull=False, person_id=person_id, kind__in=(Act.PASS, Act.RETURN),
        review__resource_id=OuterRef("resource_id"), review__base_number=OuterRef("base_number"),
    )  # fmt: skip
    return Review.objects.filter(pk=review_id).values_list(Exists(written), Exists(decided))


_PART_TAKEN: Final = Prepared(_part_taken)


def lock_review(review: Review, *states: State) -> Review:
    """Return the case locked, as it is now; raise unless it is in one of the states."""
    locked = _LOCKED.one(review.pk)
    if locked is None:
        raise NotFound
    if states and locked.state not in states:
        raise ReviewClosed
    return locked


def write_act(
    review: Review,
    kind: Act,
    actor: Actor,
    *,
    to_state: State | str | None = None,
    to_stage: int | None = None,
    step: ReviewStep | None = None,
    comment: str = "",
    marks: Sequence[Mapping[str, Any]] = (),
    details: Mapping[str, Any] | None = None,
    to_person: Person | None = None,
    also: Mapping[str, Any] | None = None,
    before_move: Callable[[ReviewAct], None] = lambda act: None,
) -> ReviewAct:
    """Write one act on a locked case and move it; `also` are other fields of the case that change with it.

    `before_move` runs between the act and the move: a step is done before its stage is left.
    """
    now, where = clock.now(), circumstances()
    act = ReviewAct(
        review=review, step=step, level=step.level if step else None, kind=kind, person_id=actor.id,
        from_state=review.state, to_state=to_state or review.state, from_stage=review.stage,
        to_stage=review.stage if to_stage is None else to_stage, at=now, via=where.via, address=where.address,
        comment=comment[:2000], marks=list(marks), details=dict(details or {}), to_person=to_person,
    )  # fmt: skip
    insert_row(act)
    before_move(act)
    moved = act.from_state != act.to_state
    review.state, review.stage, review.last_act = act.to_state, act.to_stage, act
    changed = {"state", "stage", "last_act", *_set(review, also or {})}
    if moved and review.state in _CLOSING:
        review.closed_at = now
        changed.add("closed_at")
    update_rows([review], tuple(sorted(changed)))
    record(
        actor, f"review.{kind}", review, after=review.version_digest, reason=comment[:300],
        step=step.name if step else "", level=act.level, state=review.state,
    )  # fmt: skip
    announce(
        ReviewMoved(review_id=review.pk, resource_id=review.resource_id, act=kind, to_state=review.state),
        actor_id=actor.id,
    )
    return act


def _set(review: Review, fields: Mapping[str, Any]) -> list[str]:
    for name, value in fields.items():
        setattr(review, name, value)
    return list(fields)


def open_steps(review: Review, steps: Sequence[ReviewStep]) -> None:
    """Open the steps of a stage: deadlines run from now, and the clock will look when the first is over."""
    now = clock.now()
    due = _deadlines({step.days for step in steps}, now)
    for step in steps:
        step.is_open, step.opened_at, step.due_at = True, now, due[step.days]
    for due_at in sorted(set(due.values())):
        schedule(OVERDUE, review.pk, due_at)


def _deadlines(counts: set[int], start: datetime) -> dict[int, datetime]:
    """Return the end of the last of so many working days after a moment, by the installation's calendar."""
    day = timezone.localdate(start)
    calendar = kept_calendar(since=day)
    ends = {count: calendar.add_working_days(day, count) for count in counts}
    return {count: timezone.make_aware(datetime.combine(end, _DAYS_END)) for count, end in ends.items()}


def steps_of(review: Review) -> list[ReviewStep]:
    """Return the steps of a case in their order."""
    return _STEPS.all(review.pk)


def step_to_take(
    viewer: Viewer,
    review: Review,
    step_id: UUID | None = None,
    kind: str | None = None,
    *,
    steps: Sequence[ReviewStep] | None = None,
) -> ReviewStep:
    """Return the open step the viewer may act on, reviews before proofs; raise `NothingToReview`.

    `steps`: those of the case, where they have been read already.
    """
    known = steps_of(review) if steps is None else steps
    ready = [step for step in known if step.is_open and step.stage == review.stage]
    if step_id is not None:
        ready = [step for step in ready if step.pk == step_id]
    ready = [step for step in ready if kind is None or step.kind == kind]
    for step in sorted(ready, key=lambda each: (each.kind != StepKind.REVIEW, each.position)):
        if may_take_step(viewer, step, review):
            return step
    raise NothingToReview


def check_reviewer(person_id: UUID | None, review: Review, step: ReviewStep) -> None:
    """Raise `WroteItOneself` or `SameReviewer`; triggers hold the same two rules."""
    if person_id is None:
        return
    # No step has the level 0: a proof asks whether its person wrote the piece, not what he reviewed.
    wrote, decided_elsewhere = _PART_TAKEN.raw(
        review.pk, person_id, step.level or 0, review.column_id is not None
    )[0]
    if step.excludes_writer and wrote:
        raise WroteItOneself
    if step.level is not None and decided_elsewhere:
        raise SameReviewer


def checked_marks(marks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return marked passages as they are kept: `start`, `end`, `text`, `reason`; raise `MarkMalformed`."""
    if len(marks) > _MOST_MARKS:
        raise MarkMalformed(f"标注不能超过 {_MOST_MARKS} 处。")
    checked = []
    for mark in marks:
        start, end = mark.get("start"), mark.get("end")
        reason = str(mark.get("reason", "")).strip()
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end or not reason:
            raise MarkMalformed
        checked.append(
            {"start": start, "end": end, "text": str(mark.get("text", ""))[:500], "reason": reason[:500]}
        )
    return checked
