"""The pages of resources: articles and what their type makes of them, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from rongshu.library.queries.withdrawal_notices import withdrawal_notices
from rongshu.publishing import addresses
from rongshu.publishing.keys import PageKey, article_page, id_in
from rongshu.publishing.loading import documents, presentations
from rongshu.publishing.loading.bodies import Targets, resolve, targets_of
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown, shown_of
from rongshu.publishing.loading.materials import Material, Surroundings, load_surroundings
from rongshu.publishing.loading.pictures import carry_files, with_sizes
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import Joined, joined_of
from rongshu.publishing.pages.models import FramedPage, GonePage
from rongshu.sites.models import Placement


class Loaded:
    """What is to lie at a page's key: a page, a mark that it is gone (no page, or its notice), or nothing."""

    __slots__ = ("page", "path", "reads")

    def __init__(self, path: str, page: FramedPage | None, reads: Reads) -> None:
        self.path, self.page, self.reads = path, page, reads


def load_articles(context: SiteContext, resource_ids: Sequence[UUID]) -> dict[PageKey, Loaded]:
    """Load the pages of resources on a site."""
    placed: dict[UUID, list[Joined]] = {}
    if context.is_published:
        for row in joined_of(resource_ids, context.site.id, in_full=True):
            placed.setdefault(row.placement.resource_id, []).append(row)
    shown = {one: found for one, rows in placed.items() if (found := _principal(rows)) is not None}
    around = load_surroundings(context, list(shown.values()))
    targets = targets_of(context, [found.version.body for found in shown.values()])
    pages: dict[PageKey, Loaded] = {}
    for one in resource_ids:
        if one in shown:
            pages[article_page(one)] = _page(context, shown[one], around, targets)
        else:
            pages[article_page(one)] = _remains(placed.get(one, []))
    _tell_of_withdrawals(context, pages)
    return pages


def _tell_of_withdrawals(context: SiteContext, pages: dict[PageKey, Loaded]) -> None:
    """Let the marks of withdrawn resources bear what readers are to be told, where there is such a notice."""
    marks = {id_in(key): one for key, one in pages.items() if one.page is None and one.path}
    for resource_id, notice in withdrawal_notices(list(marks)).items():
        marks[resource_id].page = GonePage(context.frame, notice=notice)


def _principal(rows: Sequence[Joined]) -> Shown | None:
    """The placement an article page stands for: the canonical one, else the oldest that shows."""
    ordered = sorted(rows, key=lambda row: not row.placement.is_canonical)
    return next((shown for row in ordered if (shown := shown_of(row)) is not None), None)


def _remains(rows: Sequence[Joined]) -> Loaded:
    """What stays of a page that does not show: of a withdrawn resource a mark that it is gone, else nothing.

    A recall leaves the placements showing; a place that was taken back or whose time is over leaves no mark.
    """
    is_withdrawn = any(row.placement.state == Placement.State.SHOWING for row in rows)
    if not is_withdrawn or not rows[0].resource.address:
        return Loaded("", None, Reads())
    return Loaded(addresses.article_path(rows[0].resource.address) + addresses.GONE_SUFFIX, None, Reads())


def load_shown(context: SiteContext, shown: Shown) -> Loaded:
    """Load the page of a resource as it would be shown, whatever really stands there now."""
    targets = targets_of(context, [shown.version.body])
    return _page(context, shown, load_surroundings(context, [shown]), targets)


_BUILDERS: Final[Mapping[str, Callable[[Material], FramedPage]]] = {
    "policy-document": documents.policy_document,
    "interpretation": documents.article,
    "leader": presentations.leader,
    "institution": presentations.institution,
    "topic": presentations.topic,
}


def _page(
    context: SiteContext,
    shown: Shown,
    around: Surroundings,
    targets: Targets,
) -> Loaded:
    reads = Reads()  # that it reads its own resource is known by its key
    reads.column(shown.placement.column_id)
    files = carry_files(shown.version, reads)
    material = Material(
        context=context,
        shown=shown,
        column=context.column_frame(shown.placement.column_id),
        body_html=with_sizes(resolve(shown.version.body, context, reads, files, targets), shown.version),
        files=files,
        reads=reads,
        around=around,
    )
    build = _BUILDERS.get(shown.resource.presentation, documents.article)
    return Loaded(shown.url, build(material), reads)
