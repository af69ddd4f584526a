"""Cases as a viewer may see them: his inbox over all sites, what he submitted, a case and its history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull

from rongshu.accounts.models import Person
from rongshu.accounts.queries import roles_with, viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.foundation.guards import get_one
from rongshu.foundation.models import AuditRecord
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.visibility import in_scope
from rongshu.newsroom.machine import OPEN_STATES, Act, State
from rongshu.newsroom.models import Review, ReviewAct, ReviewPlace, ReviewStep
from rongshu.newsroom.permissions import holds_at
from rongshu.sites.queries.columns import with_columns_below

STEP_CAPABILITIES: Final = ("review.first", "review.second", "review.final", "proof.read", "resource.approve")


def inbox(viewer: Viewer) -> QuerySet[ReviewStep]:
    """Return the open steps the viewer may act on, over all sites, the most urgent first.

    What he wrote, or decided at another level, is not his to review and not in it.
    """
    if viewer.person_id is None:
        return ReviewStep.objects.none()
    steps = ReviewStep.objects.filter(is_open=True, review__state=State.REVIEWING)
    steps = steps.filter(Q(assignee_id=viewer.person_id) | (Q(assignee__isnull=True) & _may_take(viewer)))
    steps = steps.exclude(Q(excludes_writer=True) & Q(Exists(_written_by(viewer.person_id))))
    steps = steps.exclude(Q(level__isnull=False) & Q(Exists(_decided_by(viewer.person_id))))
    steps = steps.select_related("review__version", "review__owner", "review__column__site")
    return steps.order_by("due_at", "id")


def with_urgings(steps: QuerySet[ReviewStep]) -> QuerySet[ReviewStep]:
    """Return the same steps, each with `is_urged`: whether somebody has urged it since it was opened."""
    urged = ReviewAct.objects.filter(
        review_id=OuterRef("review_id"), kind=Act.URGE, at__gte=OuterRef("opened_at")
    )
    return steps.annotate(is_urged=Exists(urged))


def waiting_to_publish(viewer: Viewer) -> QuerySet[Review]:
    """Return the cases that passed every step and that the viewer may publish, oldest first."""
    passed = Review.objects.filter(state=State.PASSED)
    may = reduce(or_, (_held(viewer, each, "") for each in ("piece.publish", "review.final")))
    return passed.filter(may).select_related("version", "owner", "column__site").order_by("opened_at", "id")


def steps_at_site(steps: QuerySet[ReviewStep], site_id: UUID) -> QuerySet[ReviewStep]:
    """Return those of some steps whose case is for a site."""
    placed = ReviewPlace.objects.filter(review=OuterRef("review_id"), site_id=site_id)
    return steps.filter(Q(Exists(placed)) | Q(review__column__site_id=site_id))


def cases_at_site(cases: QuerySet[Review], site_id: UUID) -> QuerySet[Review]:
    """Return those of some cases that are for a site."""
    placed = ReviewPlace.objects.filter(review=OuterRef("pk"), site_id=site_id)
    return cases.filter(Q(Exists(placed)) | Q(column__site_id=site_id))


def submitted_by(viewer: Viewer) -> QuerySet[Review]:
    """Return the cases the viewer submitted, newest first."""
    own = Review.objects.filter(opened_by_id=viewer.person_id)
    return own.select_related("version", "owner").order_by("-opened_at", "-id")


def returned_to(viewer: Viewer) -> QuerySet[Review]:
    """Return the cases of the viewer that came back and were not submitted again, newest first."""
    again = Review.objects.filter(
        resource_id=OuterRef("resource_id"), column_id__isnull=True, opened_at__gt=OuterRef("opened_at")
    )
    back = submitted_by(viewer).filter(state=State.RETURNED, resource__recycled_at__isnull=True)
    return back.exclude(Exists(again)).order_by("-closed_at", "-id")


def reviews_for(viewer: Viewer) -> QuerySet[Review]:
    """Return every case the viewer may see: in his scopes, submitted by him, or with him to act on."""
    if viewer.person_id is None:
        return Review.objects.none()
    if viewer.reads_everything:
        return Review.objects.all()
    placed = ReviewPlace.objects.filter(review=OuterRef("pk")).filter(
        Q(site_id__among=viewer.reading_site_ids) | Q(column_id__among=viewer.reading_column_ids)
    )
    given = ReviewStep.objects.filter(review=OuterRef("pk"), assignee_id=viewer.person_id)
    return Review.objects.filter(
        Q(owner_id__among=viewer.reading_organization_ids)
        | Q(opened_by_id=viewer.person_id)
        | Exists(placed)
        | Exists(given)
    )


def review_of(viewer: Viewer, review_id: UUID) -> Review:
    """Return a case; an absent one and one that is not the viewer's are the same `NotFound`."""
    rows = reviews_for(viewer).select_related(
        "version", "resource__type", "owner", "flow", "column__site", "opened_by", "approval"
    )
    return get_one(rows, pk=review_id)


def reviews_of(viewer: Viewer, resource: Resource) -> QuerySet[Review]:
    """Return the cases of a resource, newest first; raise `NotFound` when its drafts are not the viewer's."""
    if not in_scope(viewer).filter(pk=resource.pk).exists():
        raise NotFound
    cases = Review.objects.filter(resource=resource)
    return cases.select_related("version", "flow", "column").order_by("-opened_at", "-id")


def open_review_of(resource: Resource) -> Review | None:
    """Return the case under way of a resource's own flow, if there is one."""
    return Review.objects.filter(resource=resource, column=None, state__in=OPEN_STATES).first()


@dataclass(frozen=True)
class HistoryLine:
    """One line of a case's history: an act, or an attempt that was refused."""

    at: Any
    who: str
    what: str
    step: str
    comment: str
    marks: list[dict[str, Any]]
    where: str
    is_refused: bool = False


def history_of(viewer: Viewer, review: Review) -> list[HistoryLine]:
    """Return who saw and did what to a case, refused attempts included, oldest first."""
    review_of(viewer, review.pk)
    acts = ReviewAct.objects.filter(review=review).select_related("person", "step", "to_person")
    lines = [_line(act) for act in acts]
    refused = AuditRecord.objects.filter(
        object_kind="review", object_id=str(review.pk), action__endswith="-refused"
    )
    lines += [
        HistoryLine(row.at, row.actor_name, "被拒绝的操作", "", row.reason, [], row.address, is_refused=True)
        for row in refused
    ]
    return sorted(lines, key=lambda line: line.at)


def return_before(review: Review) -> ReviewAct | None:
    """Return the act by which the piece came back before it was submitted as this case, if it did."""
    returned = ReviewAct.objects.filter(
        review__resource_id=review.resource_id, review__base_number=review.base_number,
        review__column=review.column, at__lt=review.opened_at, to_state=State.RETURNED,
        kind__in=(Act.RETURN, Act.ANSWER),
    )  # fmt: skip
    return returned.select_related("person", "step", "review").order_by("-at", "-id").first()


def remark_of(review: Review) -> str:
    """Return what was said when the case was submitted: the answer to a return, mostly."""
    said = ReviewAct.objects.filter(review=review, kind=Act.SUBMIT).values_list("comment", flat=True)
    return said.first() or ""


def people_to_delegate_to(viewer: Viewer, review: Review, step: ReviewStep) -> list[Person]:
    """Return others of the owner and below it who may take a step, by name; a short list."""
    # Persons without such a role anywhere are left out before each one's scopes are looked at.
    roles = roles_with(step.capability)
    holders = Person.objects.filter(
        is_active=True, grants__revoked_at__isnull=True, grants__role__in=roles
    ).distinct()
    near = holders.filter(organization_id__isnull=False, organization__path__startswith=review.owner.path)
    others = [one for one in near.order_by("name")[:200] if one.pk != viewer.person_id]
    return [one for one in others if holds_at(viewer_for(one), step.capability, review)][:50]


def _line(act: ReviewAct) -> HistoryLine:
    what = Act(act.kind).label
    if act.to_person is not None:
        what = f"{what}给{act.to_person.name}"
    who = act.person.name if act.person else "系统时钟"
    step = act.step.name if act.step else ""
    return HistoryLine(act.at, who, what, step, act.comment, act.marks, act.address or act.via)


def _may_take(viewer: Viewer) -> Q:
    clauses = [
        Q(capability=capability) & _held(viewer, capability, "review__") for capability in STEP_CAPABILITIES
    ]
    return reduce(or_, clauses)


def _held(viewer: Viewer, capability: str, prefix: str) -> Q:
    """Say where a capability reaches cases; `prefix` leads from the row to its case."""
    if capability in viewer.on_platform:
        return Q()
    reached = Q(owner_id__among=viewer.organizations_with(capability))
    places = _places(viewer, capability)
    if places is not None:
        outer = "review_id" if prefix else "pk"
        reached |= Q(Exists(places.filter(review_id=OuterRef(outer), is_own=True)))
    return reached


def _places(viewer: Viewer, capability: str) -> QuerySet[ReviewPlace] | None:
    sites = [one for one, held in viewer.by_site.items() if capability in held]
    columns = [one for one, held in viewer.by_column.items() if capability in held]
    if not sites and not columns:
        return None
    wanted = Q(site_id__among=sites) | Q(column_id__among=with_columns_below(columns))
    return ReviewPlace.objects.filter(wanted)


def _written_by(person_id: UUID) -> QuerySet[ResourceVersion]:
    return ResourceVersion.objects.filter(
        resource_id=OuterRef("review__resource_id"),
        created_by_id=person_id,
        number__gt=OuterRef("review__base_number"),
        number__lte=OuterRef("review__version_number"),
    )


def _decided_by(person_id: UUID) -> QuerySet[ReviewAct]:
    acts = ReviewAct.objects.filter(
        review__resource_id=OuterRef("review__resource_id"),
        review__base_number=OuterRef("review__base_number"),
        person_id=person_id,
        kind__in=(Act.PASS, Act.RETURN),
        level__isnull=False,
    )
    # Of the same way out: the owner's flow, or one column's.
    same = Q(review__column_id=OuterRef("review__column_id"))
    both_owner = Q(review__column_id__isnull=True) & IsNull(OuterRef("review__column_id"), True)
    return acts.filter(same | both_owner).exclude(level=OuterRef("level"))
