"""From work to pages: what a site has to make anew, by what its manifest remembers pages to have read.

`reread:<resource>` (it says something else), `relist:<resource>` (it may stand elsewhere), `frames`
and `full` are steps of planning that stand in the site's own work like
pages do, so that a recall is carried out before anybody counts lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from rongshu.foundation.prepared import Prepared
from rongshu.library.models import Resource
from rongshu.publishing import keys
from rongshu.publishing.chunks import boundary_text, recut
from rongshu.publishing.edition import edition
from rongshu.publishing.keys import PageKey
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.machine import SHARDS, maps_of
from rongshu.publishing.making import every_page
from rongshu.publishing.manifest import Manifest, Todo
from rongshu.publishing.planning import FRAMES, FULL, PLACED, RESOURCE
from rongshu.sites.models import Placement

RELIST: Final = "relist"
REREAD: Final = "reread"
STEPS: Final = frozenset({RELIST, REREAD, FRAMES, FULL})

# How much later than the article a page of each kind goes out.
_OFFSETS: Final = {
    "article": 0, "column": 5, "home": 4, "notice": -10, "successor": -10, RELIST: 2, REREAD: 2,
    "atom": 15, "rss": 15, "map": 40, "tree": 20, "robots": 20, "missing": 30, "gone": 3,
}  # fmt: skip
_EDIT: Final = 20
_FULL_KEY: Final = "full"


def opening(what: str, priority: int) -> list[tuple[PageKey, int]]:
    """Turn work as the planner asks for it into the site's own first steps."""
    kind, _, rest = what.partition(":")
    if kind in {RESOURCE, PLACED}:
        article, lists = keys.article_page(UUID(hex=rest)), f"{RELIST if kind == PLACED else REREAD}:{rest}"
        return [(article, priority), (lists, max(priority, _EDIT) + _OFFSETS[RELIST])]
    return [(kind, priority)]


def at(wanted: Iterable[PageKey], priority: int) -> Iterator[tuple[PageKey, int]]:
    """Give pages their priorities by kind; `priority` is that of the article or site behind them."""
    base = max(priority, _EDIT)
    return ((key, base + _OFFSETS.get(keys.kind_of(key), 10)) for key in wanted)


def expand(context: SiteContext, manifest: Manifest, steps: Sequence[Todo]) -> None:
    """Carry out steps of planning; runs inside a change of the manifest."""
    for kind in (RELIST, REREAD):
        some = [step for step in steps if keys.kind_of(step.key) == kind]
        if some:
            priority = min(step.priority for step in some) - _OFFSETS[kind]
            ids = [keys.id_in(step.key) for step in some]
            manifest.ask_for(at(_relist(context, manifest, ids, may_move=kind == RELIST), priority))
            if manifest.fact("filled") != context.shelf.filling:
                # A column with its first entry, or without its last, changes trees and navigation.
                _compare_frames(context, manifest, priority)
    for step in steps:
        if step.key == FRAMES:
            _compare_frames(context, manifest, step.priority)
        elif step.key == FULL:
            manifest.ask_for(at(_everything(context, manifest), step.priority))
            _keep_frames(context, manifest, _with_status(context))
    manifest.done(steps)


def recut_again(context: SiteContext, manifest: Manifest, pages: Iterable[PageKey], priority: int) -> None:
    """Cut anew the lists of chunk pages that turned out not to be what their boundaries say."""
    starts: dict[UUID, set[int]] = {}
    for key in pages:
        starts.setdefault(keys.id_in(key), set()).add(keys.number_in(key))
    manifest.ask_for(at(_recut(context, manifest, starts), priority))


def maps_beside(moves: Iterable[tuple[PageKey, str, str]]) -> set[PageKey]:
    """The parts of the site map that have to follow when pages come, go or move: (page, before, now)."""
    found: set[PageKey] = set()
    for key, *paths in moves:
        if keys.kind_of(key) == "article":
            found.update(keys.map_page(*part) for path in paths if path for part in maps_of(path))
        elif keys.is_map_of_month(key):
            month, shard = keys.part_in(key)
            found.add(keys.MAP_INDEX)
            found.update(() if shard else (keys.map_page(month, one) for one in SHARDS))
    return found


def _relist(
    context: SiteContext, manifest: Manifest, resource_ids: Sequence[UUID], *, may_move: bool
) -> set[PageKey]:
    """Everything that shows these resources or shows them no more, their own pages left out.

    Unless they `may_move`, the newest of a column are looked at only when its chunks changed.
    """
    readers = set(manifest.readers_of([keys.reads_resource(one) for one in resource_ids]))
    readers -= {keys.article_page(one) for one in resource_ids}
    starts: dict[UUID, set[int]] = {}
    for key in readers:
        if keys.kind_of(key) == "column":
            starts.setdefault(keys.id_in(key), set()).add(max(1, keys.number_in(key)))
    for column_id, published_at, placement_id in _places(context, resource_ids):
        number = manifest.chunk_holding(column_id.hex, boundary_text(published_at), placement_id.hex)
        starts.setdefault(column_id, set()).add(number)
    recut_pages = _recut(context, manifest, starts)
    readers |= recut_pages
    moved = starts if may_move else {keys.id_in(key) for key in recut_pages}
    for column_id in moved:
        readers.add(keys.column_page(column_id))
        readers.update(keys.feed_page(form, column_id) for form in keys.FEED_FORMS)
    readers.update(manifest.readers_of([keys.reads_list(column_id) for column_id in moved]))
    return readers | set(_map_pages(resource_ids))


def _places(context: SiteContext, resource_ids: Sequence[UUID]) -> Iterator[tuple[UUID, datetime, UUID]]:
    for start in range(0, len(resource_ids), 500):
        some = resource_ids[start : start + 500]
        yield from ((column, at, id_) for column, at, id_ in _PLACES.rows(context.site.id, some))


_PLACES: Final = Prepared(
    lambda site_id, resource_ids: Placement.objects.filter(
        site_id=site_id, resource_id__in=resource_ids
    ).values_list("column_id", "published_at", "id")
)
_ADDRESSES: Final = Prepared(
    lambda resource_ids: Resource.objects.filter(pk__in=resource_ids, address__isnull=False).values_list(
        "address"
    )
)


def _recut(context: SiteContext, manifest: Manifest, starts: dict[UUID, set[int]]) -> set[PageKey]:
    changed: set[PageKey] = set()
    for column_id, numbers in starts.items():
        column = context.shelf.by_id.get(column_id)
        if column is not None:
            changed.update(recut(manifest, column_id, column.page_size, numbers))
    return changed


def _map_pages(resource_ids: Sequence[UUID]) -> Iterator[PageKey]:
    for start in range(0, len(resource_ids), 500):
        some = resource_ids[start : start + 500]
        for (address,) in _ADDRESSES.rows(some):
            month, digit = str(address)[:7], str(address)[8:9]
            yield keys.map_page(month)
            yield keys.map_page(month, digit)


def _compare_frames(context: SiteContext, manifest: Manifest, priority: int) -> None:
    """Find what changed about the site and its columns since pages last read it."""
    before, now = manifest.frames(), _with_status(context)
    changed = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
    _keep_frames(context, manifest, now if changed else {})
    if not changed:
        return
    if not before or changed & {"status", "edition"}:
        manifest.ask_for(at(_everything(context, manifest), max(priority, _EDIT)))
        return
    wanted: set[PageKey] = {keys.NOTICE, keys.SUCCESSOR, keys.ROBOTS, keys.STYLE}
    if keys.SITE_FRAME in changed:
        wanted.update(manifest.framed_pages())
    if keys.VERIFICATIONS in changed:
        wanted.update(key for key in every_page(context, ()) if keys.kind_of(key) == "verification")
    wanted.update(manifest.readers_of(sorted(changed)))
    wanted.update(_pages_of_columns(context, manifest, changed))
    manifest.ask_for(at(wanted, priority))


def _keep_frames(context: SiteContext, manifest: Manifest, frames: dict[str, bytes]) -> None:
    manifest.set_fact("filled", context.shelf.filling)
    if frames:
        manifest.set_frames(frames)


def _pages_of_columns(context: SiteContext, manifest: Manifest, changed: set[str]) -> Iterator[PageKey]:
    for column_id in context.shelf.by_id:
        if keys.reads_column(column_id) in changed:
            yield keys.column_page(column_id)
            yield from (keys.feed_page(form, column_id) for form in keys.FEED_FORMS)
            yield from _recut_all(context, manifest, column_id)


def _recut_all(context: SiteContext, manifest: Manifest, column_id: UUID) -> Iterable[PageKey]:
    """Cut a whole list anew and name all of its pages."""
    last = manifest.last_chunk(column_id.hex)
    recut(manifest, column_id, context.column(column_id).page_size, {1, last})
    last = max(last, manifest.last_chunk(column_id.hex))
    return [keys.column_page(column_id, number) for number in range(1, last + 1)]


def _everything(context: SiteContext, manifest: Manifest) -> Iterator[PageKey]:
    for column_id in context.shelf.by_id:
        yield from _recut_all(context, manifest, column_id)
    placed = Placement.objects.filter(site=context.site).values_list("resource_id", flat=True)
    yield from every_page(context, placed.distinct().iterator(2000))
    yield from list(manifest.all_pages())


def _with_status(context: SiteContext) -> dict[str, bytes]:
    return {**context.digests(), "status": context.site.status.encode(), "edition": edition().encode()}
