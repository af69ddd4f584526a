"""What all pages of a site share: the site, its columns and their frames, loaded once per batch.

Frames are kept by their content: as long as nothing changed, the same objects are passed on, and
rendering finds its cached fragments by their identity.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Count

from rongshu.publishing.keys import (
    BLOCKS,
    COLUMN_TREE,
    NOTICES,
    OLD_ADDRESSES,
    SITE_FRAME,
    VERIFICATIONS,
    reads_column,
    reads_site,
)
from rongshu.publishing.loading.columns import ColumnShelf, ShelvedColumn, load_columns
from rongshu.publishing.loading.directory import Directory, load_directory
from rongshu.publishing.loading.rows import Joined
from rongshu.publishing.loading.site_frame import PlacedLinks, emblem_file, placed_links, site_frame
from rongshu.publishing.loading.stamps import Stamp, stamp_of
from rongshu.publishing.pages.models import ColumnFrame, Link, SiteFrame
from rongshu.sites.models import Block, LegacyAddress, Site, SiteStatusChange, VerificationFile
from rongshu.sites.queries.sites import announced_closing

_MOST_KEPT: Final = 64


class SiteContext:
    """One site as it is now."""

    def __init__(self, site: Site, shelf: ColumnShelf, directory: Directory) -> None:
        self.site, self.shelf, self.directory = site, shelf, directory
        self.base_url = site.base_url.rstrip("/")
        self.allowed_hosts = frozenset(str(host).lower() for host in site.allowed_outbound_hosts)
        self._column_frames: dict[UUID, ColumnFrame] = {}
        # What pages of one batch share: the first entries of columns, emptied when a batch begins.
        self.of_batch: dict[UUID, tuple[int, list[Any]]] = {}
        # List chunks read ahead, by column and number.
        self.chunks_of_batch: dict[tuple[UUID, int], list[Joined]] = {}

    def begin_batch(self) -> None:
        """Forget what was read for the pages of the batch before."""
        self.of_batch.clear()
        self.chunks_of_batch.clear()

    @cached_property
    def source(self) -> tuple[object, ...]:
        """Everything the frames are made from; equal sources give equal frames."""
        site, announced = self.site, self.announced
        fields = [getattr(site, field.attname) for field in site._meta.concrete_fields]
        sponsor = (site.sponsor.name, self.emblem)
        told = (announced.until, announced.notice) if announced else None
        return fields, sponsor, list(self.shelf.by_id.values()), self.directory, told, self.header_links

    @cached_property
    def announced(self) -> SiteStatusChange | None:
        """The announcement that the site closes, as long as it stands."""
        return announced_closing(self.site)

    @cached_property
    def emblem(self) -> tuple[str, str] | None:
        """The emblem's file in the store (digest, name)."""
        return emblem_file(self.site)

    @cached_property
    def header_links(self) -> PlacedLinks:
        """The links that blocks put into the header; none that leads off government websites."""
        placed = placed_links(self.site)
        return {
            place: tuple(one for one in links if not self.is_leaving(one.url))
            for place, links in placed.items()
        }

    @property
    def is_published(self) -> bool:
        """Whether the site has pages of its own now (a closed one has its notice only)."""
        return self.site.status in {Site.Status.ONLINE, Site.Status.OFFLINE}

    @cached_property
    def frame(self) -> SiteFrame:
        """The frame of every page of the site."""
        return site_frame(self.site, self.shelf, self.directory, self.announced, self.header_links)

    @cached_property
    def latest_notice(self) -> SiteStatusChange | None:
        """The latest step of the site's life that readers were told of."""
        told = SiteStatusChange.objects.filter(site=self.site).exclude(notice="")
        return told.order_by("-at", "-id").first()

    def column(self, column_id: UUID) -> ShelvedColumn:
        """A column of this site."""
        return self.shelf.by_id[column_id]

    def column_frame(self, column_id: UUID) -> ColumnFrame:
        """The frame of every page of a column."""
        found = self._column_frames.get(column_id)
        if found is None:
            found = self._column_frames[column_id] = self.shelf.frame(column_id)
        return found

    def link(self, url: str, text: str, *, note: str = "") -> Link:
        """A link out of settings; whoever shows it calls `Reads.leaving` when it `is_leaving`."""
        return Link(text, url, is_leaving=self.is_leaving(url), note=note)

    def is_leaving(self, url: str) -> bool:
        """Whether a link leads off government websites."""
        if not url.startswith(("http://", "https://", "//")):
            return False
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return True
        return not self.directory.is_direct(host, self.allowed_hosts)

    def digests(self) -> dict[str, bytes]:
        """Return a digest of everything about the site and its columns that pages may read."""
        return {key: hashlib.sha256(repr(value).encode()).digest() for key, value in self._facts()}

    def _facts(self) -> Iterator[tuple[str, object]]:
        change = self.latest_notice
        yield SITE_FRAME, (self.frame, self.site.status, sorted(self.allowed_hosts))
        yield NOTICES, change and (change.to_status, change.reason, change.notice, change.at, change.until)
        yield COLUMN_TREE, self.shelf.tree()
        yield BLOCKS, list(_blocks_of(self.site))
        files = VerificationFile.objects.filter(site=self.site).order_by("name")
        yield VERIFICATIONS, list(files.values_list("name", "content"))
        yield OLD_ADDRESSES, _kept_addresses(self.site)
        for column in self.shelf.by_id.values():
            yield reads_column(column.id), (column, self.column_frame(column.id))
        for other in self.directory.sites.values():
            yield reads_site(other.id), other


def load_context(site_id: UUID, directory: Directory | None = None) -> SiteContext:
    """Read a site with its columns."""
    site = Site.objects.select_related("sponsor", "parent", "region").get(pk=site_id)
    return SiteContext(site, load_columns(site), directory or load_directory())


@dataclasses.dataclass
class ContextKeeper:
    """Keeps the context of a site from batch to batch as long as what it was loaded from is the same."""

    kept: dict[UUID, SiteContext] = dataclasses.field(default_factory=dict)
    _expired: set[UUID] = dataclasses.field(default_factory=set)
    _directory: Directory | None = None
    _stamps: dict[UUID, Stamp | None] = dataclasses.field(default_factory=dict)

    def expire(self, site_id: UUID) -> None:
        """Have the site read again when it is next wanted.

        Whoever takes up requests calls this. What changes after that brings a request of its own, and with
        it the pages that were made meanwhile are made again.
        """
        self._expired.add(site_id)

    def current(self, site_id: UUID) -> SiteContext:
        """Return the context as it was when it expired, or later; the earlier object when nothing changed."""
        before = self.kept.get(site_id)
        if before is None or site_id in self._expired:
            self._expired.discard(site_id)
            return self._refreshed(site_id, before)
        before.begin_batch()
        return before

    def _refreshed(self, site_id: UUID, before: SiteContext | None) -> SiteContext:
        self._directory = load_directory(self._directory)
        stamp = stamp_of(site_id)
        is_as_before = stamp is not None and stamp == self._stamps.get(site_id)
        if before is not None and is_as_before and before.directory is self._directory:
            before.begin_batch()
            return before
        self._stamps[site_id] = stamp
        fresh = load_context(site_id, self._directory)
        if before is not None and before.source == fresh.source:
            before.begin_batch()
            return before
        self.kept.pop(site_id, None)
        self.kept[site_id] = fresh
        if len(self.kept) > _MOST_KEPT:
            oldest = next(iter(self.kept))
            del self.kept[oldest], self._stamps[oldest]
        return fresh


def _blocks_of(site: Site) -> Iterator[tuple[object, ...]]:
    blocks = Block.objects.filter(site=site, is_active=True).order_by("position", "key")
    for block in blocks.prefetch_related("columns"):
        columns = sorted(str(column.id) for column in block.columns.all())
        yield block.key, block.kind, block.title, columns, block.count, block.options, block.position


def _kept_addresses(site: Site) -> tuple[int, int, int]:
    """Return what tells whether a link that led nowhere may lead somewhere now."""
    kept = LegacyAddress.objects.filter(site=site)
    found = kept.aggregate(all=Count("id"), resources=Count("resource_id"), columns=Count("column_id"))
    return found["all"], found["resources"], found["columns"]
