"""Where a piece stands on its way, and what the viewer may do about it: for pages that show the piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource
from rongshu.library.permissions import may_purge
from rongshu.library.queries.visibility import in_scope
from rongshu.newsroom.machine import State
from rongshu.newsroom.models import Recall, Review
from rongshu.newsroom.permissions import may_submit
from rongshu.newsroom.queries.recalls import live_for, recalls_for
from rongshu.newsroom.queries.reviews import open_review_of, reviews_for

_MOST_CASES = 20


@dataclass(frozen=True)
class Standing:
    """The cases of a piece, newest first, the one under way, and the viewer's deeds.

    `unanswered`: the last case, where it came back and the piece has not been changed since.
    """

    cases: list[Review]
    under_way: Review | None
    unanswered: Review | None
    recall: Recall | None
    may_submit: bool
    may_take_back: bool
    may_recall: bool
    may_purge: bool


def standing_of(viewer: Viewer, resource: Resource) -> Standing:
    """Return the standing of a piece; of what is not the viewer's it tells nothing."""
    cases = (
        reviews_for(viewer)
        .filter(resource=resource)
        .select_related("version", "flow", "column__site", "last_act")
    )
    writes = may_submit(viewer, resource)
    is_own = in_scope(viewer).filter(pk=resource.pk).exists()
    under_way = open_review_of(resource) if is_own else None
    is_new = resource.working_version_id not in {None, resource.effective_version_id}
    known = list(cases.order_by("-opened_at", "-id")[:_MOST_CASES])
    recalls = recalls_for(viewer).filter(resource=resource, restored_at__isnull=True)
    return Standing(
        cases=known,
        under_way=under_way,
        unanswered=_unanswered(known, resource),
        recall=recalls.order_by("-recalled_at").first(),
        may_submit=writes and is_new and under_way is None and resource.recycled_at is None,
        may_take_back=writes and under_way is not None,
        may_recall=live_for(viewer).filter(pk=resource.pk).exists(),
        may_purge=may_purge(viewer, resource),
    )


def _unanswered(cases: Sequence[Review], resource: Resource) -> Review | None:
    last = next((case for case in cases if case.column_id is None), None)
    version = resource.working_version
    if last is None or version is None or last.state != State.RETURNED:
        return None
    return last if last.version_digest == version.digest else None
