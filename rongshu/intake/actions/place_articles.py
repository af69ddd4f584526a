"""Place what was stored into the columns that its breadcrumbs mean, making columns the site lacks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.intake.columns import ColumnMap, ColumnNeed
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.library.models import Approval
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.columns import column_at

# Types of a column made for a source's own; rules.md §1.4 leaves the list open.
_MADE_TYPE = "工作动态"


def place_articles(*, actor: Person, run: IntakeRun, approval: Approval) -> int:
    """Place every stored article of the run; return how many placements are new. Safe to repeat."""
    mapping = ColumnMap.of(Column.objects.filter(site=run.site).exclude(status=Column.Status.CLOSED))
    wanted = list(_wanted(run, mapping))
    columns = _columns(actor, run.site, mapping, {path for _, path in wanted})
    pairs = [(resource_id, columns[path]) for resource_id, path in wanted]
    return place_many(actor=actor, pairs=pairs, approval=approval)


def _wanted(run: IntakeRun, mapping: ColumnMap) -> Iterator[tuple[UUID, str]]:
    """Yield (resource, column path); a repetition of an article adds the columns it stood in."""
    rows = run.articles.filter(
        outcome__in=[IntakeArticle.Outcome.STORED, IntakeArticle.Outcome.DUPLICATE],
        resource_id__isnull=False,
    )
    own = set(run.articles.filter(outcome=IntakeArticle.Outcome.STORED).values_list("resource_id", flat=True))
    for resource_id, column_paths in rows.order_by("position").values_list("resource_id", "column_paths"):
        if resource_id is None or resource_id not in own:
            continue
        for breadcrumb in column_paths or [[]]:
            yield resource_id, mapping.path_for(breadcrumb)


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
