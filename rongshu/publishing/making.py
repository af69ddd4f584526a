"""Making pages: from keys to contents. A page is a function of the database (and its tick) alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db import DatabaseError

from rongshu.publishing import addresses, keys
from rongshu.publishing.keys import PageKey
from rongshu.publishing.loading import machine
from rongshu.publishing.loading.articles import Loaded, load_articles
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.disclosure import load_column
from rongshu.publishing.loading.home import load_home
from rongshu.publishing.loading.lists import read_chunks_ahead
from rongshu.publishing.loading.machine import MapReader
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.site_frame import theme_of
from rongshu.publishing.loading.standing import load_closed, load_offline
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages import feeds, themes
from rongshu.publishing.pages.models import FramedPage, GonePage, NotFoundPage, SiteMapPage
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.products import Failed, Product
from rongshu.sites.models import Site, VerificationFile

Made = Product | Failed
_ARTICLES_AT_ONCE: Final = 200


def make(context: SiteContext, manifest: Manifest, wanted: Sequence[PageKey]) -> Iterator[Made]:
    """Make the pages named, in any order; one that fails does not hold up the others."""
    articles = [key for key in wanted if keys.kind_of(key) == "article"]
    for start in range(0, len(articles), _ARTICLES_AT_ONCE):
        yield from _make_articles(context, articles[start : start + _ARTICLES_AT_ONCE])
    others = [key for key in wanted if keys.kind_of(key) != "article"]
    bench = _Bench(context, manifest, MapReader(context, manifest))
    bench.read_ahead(others)
    for key in others:
        yield _guarded(key, lambda key=key: _make_other(bench, key))  # type: ignore[misc]


class _Bench(NamedTuple):
    """What the pages of a batch are made with."""

    context: SiteContext
    manifest: Manifest
    maps: MapReader

    def read_ahead(self, wanted: Sequence[PageKey]) -> None:
        """Read for many list chunks and maps at once; where that fails, each is read by itself."""
        with contextlib.suppress(DatabaseError, ValueError, KeyError):
            self.maps.read_ahead([keys.part_in(key) for key in wanted if keys.is_map_of_month(key)])
            chunks: dict[UUID, set[int]] = {}
            for key in wanted:
                if keys.kind_of(key) == "column":
                    chunks.setdefault(keys.id_in(key), set()).add(keys.number_in(key))
            for column_id, numbers in chunks.items():
                read_chunks_ahead(self.context, self.manifest, column_id, numbers)


def _guarded(key: PageKey, making: Callable[[], Product]) -> Made:
    try:
        return making()
    except Exception as error:  # noqa: BLE001 - one page that fails is kept visible, the others go out
        return Failed(key, 0, f"{type(error).__name__}: {error}")


def _make_articles(context: SiteContext, wanted: Sequence[PageKey]) -> Iterator[Made]:
    try:
        loaded = load_articles(context, [keys.id_in(key) for key in wanted])
    except Exception as error:  # noqa: BLE001 - find the one that fails
        if len(wanted) == 1:
            yield Failed(wanted[0], 0, f"{type(error).__name__}: {error}")
            return
        half = len(wanted) // 2
        yield from _make_articles(context, wanted[:half])
        yield from _make_articles(context, wanted[half:])
        return
    for key, one in loaded.items():
        yield _guarded(key, lambda key=key, one=one: _article(key, one))  # type: ignore[misc]


def _article(key: PageKey, loaded: Loaded) -> Product:
    if loaded.page is None:
        return Product(key, loaded.path, reads=frozenset(loaded.reads.keys))
    return _page(key, loaded.path, loaded.page, loaded.reads)


def _page(key: PageKey, path: str, page: FramedPage, reads: Reads, members: bytes = b"") -> Product:
    return Product(
        key=key,
        path=path,
        content=render(page).encode(),
        framed=True,
        reads=frozenset(reads.keys),
        foreign=frozenset(reads.foreign),
        files=tuple(reads.files.values()),
        outbound=dict(reads.outbound),
        members=members,
    )


def _plain(key: PageKey, path: str, text: str, reads: Iterable[str] = ()) -> Product:
    return Product(key, path, text.encode(), reads=frozenset(reads))


def _make_other(bench: _Bench, key: PageKey) -> Product:
    if key in _FIXED:
        return _FIXED[key](bench.context)
    maker = _KINDS.get(keys.kind_of(key))
    return maker(bench, key) if maker else Product(key)


def _list(bench: _Bench, key: PageKey) -> Product:
    loaded = load_column(bench.context, bench.manifest, keys.id_in(key), keys.number_in(key))
    if loaded is None:
        return Product(key)
    return _page(key, loaded.path, loaded.page, loaded.reads, loaded.members)


def _feed(bench: _Bench, key: PageKey) -> Product:
    context, column_id, form = bench.context, keys.id_in(key), keys.kind_of(key)
    loaded = machine.load_feed(context, column_id)
    if loaded is None:
        return Product(key)
    feed, reads = loaded
    text = feeds.render_atom(feed) if form == "atom" else feeds.render_rss(feed)
    return _plain(key, addresses.feed_path(context.column(column_id).path, form), text, reads.keys)


def _map(bench: _Bench, key: PageKey) -> Product:
    return _map_of_month(bench, key) if keys.is_map_of_month(key) else _map_index(bench)


def _map_of_month(bench: _Bench, key: PageKey) -> Product:
    month, shard = keys.part_in(key)
    part = bench.maps.load(month, shard)
    if part is None:
        return Product(key)
    return _plain(key, addresses.map_path(month, shard), feeds.render_site_map(part), [keys.SITE_FRAME])


def _verification(bench: _Bench, key: PageKey) -> Product:
    name = key.partition(":")[2]
    found = VerificationFile.objects.filter(site=bench.context.site, name=name).first()
    return _plain(key, f"/{name}", found.content, [keys.VERIFICATIONS]) if found else Product(key)


def _home(context: SiteContext) -> Product:
    if not context.is_published:
        return Product(keys.HOME)
    page, reads = load_home(context)
    return _page(keys.HOME, addresses.HOME, page, reads)


def _tree(context: SiteContext) -> Product:
    if not context.is_published:
        return Product(keys.TREE)
    reads = Reads({keys.COLUMN_TREE})
    return _page(keys.TREE, addresses.TREE, SiteMapPage(context.frame, context.shelf.tree()), reads)


def _missing(context: SiteContext) -> Product:
    if not context.is_published:
        return Product(keys.MISSING)
    return _page(keys.MISSING, addresses.MISSING, NotFoundPage(context.frame), Reads())


def _gone(context: SiteContext) -> Product:
    if not context.is_published:
        return Product(keys.GONE)
    return _page(keys.GONE, addresses.GONE, GonePage(context.frame), Reads())


def _robots(context: SiteContext) -> Product:
    if not context.is_published and context.site.status != Site.Status.CLOSED:
        return Product(keys.ROBOTS)
    text = feeds.render_robots(machine.load_robots(context))
    return _plain(keys.ROBOTS, addresses.ROBOTS, text, [keys.SITE_FRAME])


def _notice(context: SiteContext) -> Product:
    """While it lies there, the server answers with it instead of any page (503 offline, 410 closed)."""
    reads = Reads({keys.NOTICES})
    if context.site.status == Site.Status.OFFLINE:
        return _page(keys.NOTICE, addresses.OFFLINE_NOTICE, load_offline(context), reads)
    if context.site.status == Site.Status.CLOSED:
        return _page(keys.NOTICE, addresses.CLOSED_NOTICE, load_closed(context), reads)
    return Product(keys.NOTICE)


def _successor(context: SiteContext) -> Product:
    """Where the readers of a closed site are sent on to."""
    if context.site.status != Site.Status.CLOSED or not context.site.successor_url:
        return Product(keys.SUCCESSOR)
    return _plain(keys.SUCCESSOR, addresses.SUCCESSOR, context.site.successor_url + "\n", [keys.SITE_FRAME])


def _style(context: SiteContext) -> Product:
    sheet = themes.site_stylesheet(theme_of(context.site))
    if sheet is None or context.site.status in {Site.Status.PREPARING, Site.Status.APPROVED}:
        return Product(keys.STYLE)
    return _plain(keys.STYLE, addresses.ASSETS + sheet.name, sheet.content, [keys.SITE_FRAME])


def _map_index(bench: _Bench) -> Product:
    if not bench.context.is_published:
        return Product(keys.MAP_INDEX)
    text = feeds.render_site_map_index(machine.load_map_index(bench.context, bench.manifest))
    return _plain(keys.MAP_INDEX, addresses.MAP_INDEX, text, [keys.SITE_FRAME])


def _map_of_columns(context: SiteContext) -> Product:
    if not context.is_published:
        return Product(keys.MAP_OF_COLUMNS)
    part, reads = machine.load_map_of_columns(context)
    return _plain(keys.MAP_OF_COLUMNS, addresses.MAP_OF_COLUMNS, feeds.render_site_map(part), reads.keys)


_FIXED: Final[Mapping[PageKey, Callable[[SiteContext], Product]]] = {
    keys.HOME: _home,
    keys.TREE: _tree,
    keys.MISSING: _missing,
    keys.GONE: _gone,
    keys.ROBOTS: _robots,
    keys.NOTICE: _notice,
    keys.SUCCESSOR: _successor,
    keys.STYLE: _style,
    keys.MAP_OF_COLUMNS: _map_of_columns,
}


_KINDS: Final[Mapping[str, Callable[[_Bench, PageKey], Product]]] = {
    "column": _list,
    "atom": _feed,
    "rss": _feed,
    "map": _map,
    "verification": _verification,
}


def every_page(context: SiteContext, resource_ids: Iterable[UUID]) -> Iterator[PageKey]:
    """Name every page a site may have but list chunks, copied files and what article pages bring (maps)."""
    yield from keys.FIXED
    for name in VerificationFile.objects.filter(site=context.site).values_list("name", flat=True):
        yield keys.verification_page(name)
    for column in context.shelf.by_id:
        yield keys.column_page(column)
        yield from (keys.feed_page(form, column) for form in keys.FEED_FORMS)
    yield from (keys.article_page(one) for one in resource_ids)
