"""Place what a run brought into the columns its breadcrumbs mean, making columns the site lacks.

What the library had already, from another site or run, is placed in this site, too: one resource, two sites
(P2-11). It needs the approval of the column, which those who sign for the run give.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.intake.columns import ColumnMap, ColumnNeed, standing_columns
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.queries.runs import in_order
from rongshu.library.errors import RouteNeedsReview
from rongshu.library.models import Approval, ResourceVersion
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.models import Column, Placement, Site
from rongshu.sites.queries.columns import column_at

# Types of a column made for a source's own; rules.md §1.4 leaves the list open.
_MADE_TYPE = "工作动态"
Outcome = IntakeArticle.Outcome
Pairs = list[tuple[UUID, Column]]
Progress = Callable[[int], None]


def place_articles(
    *, actor: Person, run: IntakeRun, approval: Approval, progress: Progress | None = None
) -> int:
    """Place every article of the run; return how many placements are new. Safe to repeat."""
    mapping = ColumnMap.of(standing_columns(run.site), before=run.started_at, chosen=run.mapping)
    own_places, other_places = _wanted(run, mapping)
    columns = _columns(actor, run.site, mapping, {path for _, path in (*own_places, *other_places)})
    own = [(resource_id, columns[path]) for resource_id, path in own_places]
    others = [(resource_id, columns[path]) for resource_id, path in other_places]
    placed = place_many(actor=actor, pairs=own, approval=approval, progress=progress)
    return placed + _place_others(actor, run, others, _first_signer(approval), progress)


def _wanted(run: IntakeRun, mapping: ColumnMap) -> tuple[list[tuple[UUID, str]], list[tuple[UUID, str]]]:
    """Return (resource, column path) of what the run stored and of what it found in the library.

    A repetition of an article adds the columns it stood in; the earliest page's comes first. A later look may
    bring what turns out to be as it was: that has no version in the batch, and stands where it stood.
    """
    own = set(ResourceVersion.objects.filter(batch=run.batch_id).values_list("resource_id", flat=True))
    rows = run.articles.filter(outcome__in=[Outcome.STORED, Outcome.DUPLICATE], resource_id__isnull=False)
    places: tuple[dict[tuple[UUID, str], None], dict[tuple[UUID, str], None]] = ({}, {})
    for article in in_order(rows, "resource_id", "column_paths", "outcome"):
        resource_id = article.resource_id
        if resource_id and (resource_id in own or article.outcome == Outcome.DUPLICATE):
            for breadcrumb in article.column_paths or [[]]:
                if path := mapping.path_for(breadcrumb):  # "" where the plan leaves the column out
                    places[resource_id not in own][resource_id, path] = None
    return list(places[0]), list(places[1])


def _place_others(
    actor: Person, run: IntakeRun, pairs: Pairs, signer: Person, progress: Progress | None
) -> int:
    """Place what the library had; where it stands, or was removed from, it is left alone."""
    resource_ids = {resource_id for resource_id, _ in pairs}
    standing = Placement.objects.filter(site=run.site, resource_id__in=resource_ids)
    present = set(standing.values_list("resource_id", "column_id"))
    fresh = [pair for pair in pairs if (pair[0], pair[1].id) not in present]
    placed = place_many(actor=actor, pairs=fresh, progress=progress)
    mine = standing.filter(state=Placement.State.WAITING, approval__isnull=True, placed_by=actor)
    wanted = {(resource_id, column.id) for resource_id, column in pairs}
    comment = f"采集任务 {run.id}：资源库已有同一内容，在本站引用。"
    for placement in list(mine):
        if (placement.resource_id, placement.column_id) in wanted:
            with suppress(RouteNeedsReview):  # the column asks for a review of its own: it waits for that
                approve_placement(actor=signer, placement=placement, comment=comment)
    return placed


def _first_signer(approval: Approval) -> Person:
    return approval.signatures.select_related("person").order_by("level")[0].person


def _columns(actor: Person, site: Site, mapping: ColumnMap, paths: set[str]) -> dict[str, Column]:
    for need in mapping.needs:
        _make(actor, site, need)
    return {path: column_at(site, path) for path in paths}


def _make(actor: Person, site: Site, need: ColumnNeed) -> None:
    parent = None if need.parent_path == "/" else column_at(site, need.parent_path)
    create_column(
        actor=actor,
        site=site,
        slug=need.slug,
        name=need.name,
        type=parent.type if parent else _MADE_TYPE,
        description=f"{site.name}{need.name}",
        keywords=need.name,
        parent=parent,
    )
