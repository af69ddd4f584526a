"""Fragments that many pages share, rendered once per site and column and kept by object identity."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup

from rongshu.publishing.pages.frames import ColumnFrame, SiteFrame

Fragment = TypeVar("Fragment")

FRAGMENTS_KEPT = 1024
"""Columns (and sites) whose fragments stay in memory: about 30 kB each at the most."""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The ready pieces around a page's own content."""

    tags: Markup
    assets: Markup
    header: Markup
    breadcrumb: Markup
    tree: Markup
    footer: Markup


class IdentityCache(Generic[Fragment]):
    """Keeps what was made of given objects while those very objects live.

    Comparing large frames by value would cost more than rendering saves; an identity alone may be
    reused after its object has gone, so the objects are kept alive beside what was made of them.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[Hashable, tuple[tuple[object, ...], Fragment]] = {}

    def get(self, owners: tuple[object, ...], variant: Hashable, make: Callable[[], Fragment]) -> Fragment:
        """Return what was made of `owners` in this `variant`, making it where it is not kept."""
        key = (tuple(map(id, owners)), variant)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= self._limit:
                self._kept.pop(next(iter(self._kept)), None)
            kept = self._kept[key] = (owners, make())
        return kept[1]


class FrameRenderer:
    """Renders and keeps the frames of pages. `template` renders a named template to text."""

    def __init__(self, template: Callable[..., Markup]) -> None:
        self._template = template
        self._frames: IdentityCache[PageFrame] = IdentityCache(FRAGMENTS_KEPT)
        self._headers: IdentityCache[Markup] = IdentityCache(FRAGMENTS_KEPT)
        self._footers: IdentityCache[Markup] = IdentityCache(FRAGMENTS_KEPT)

    def frame(self, site: SiteFrame, column: ColumnFrame | None, *, path: str, is_detail: bool) -> PageFrame:
        """Return the frame of a page; its path matters only where the frame links to the page itself."""
        own = path if column is None or path in (column.url, column.navigation_url) else ""
        return self._frames.get(
            (site, column), (own, is_detail), lambda: self._made(site, column, own, is_detail=is_detail)
        )

    def _made(self, site: SiteFrame, column: ColumnFrame | None, own: str, *, is_detail: bool) -> PageFrame:
        template = self._template
        tags = template("fragments/site_tags.html", site=site)
        breadcrumb = tree = Markup("")
        if column is not None:
            tags += "\n" + template("fragments/column_tags.html", column=column)
            tree = template("fragments/tree.html", column=column)
            breadcrumb = template(
                "fragments/breadcrumb.html",
                breadcrumb=column.breadcrumb,
                is_own=own == column.url,
                is_detail=is_detail,
            )
        return PageFrame(
            tags=tags,
            assets=template("fragments/assets.html", site=site, column=column),
            header=self._header(site, column, own),
            breadcrumb=breadcrumb,
            tree=tree,
            footer=self._footer(site),
        )

    def _header(self, site: SiteFrame, column: ColumnFrame | None, path: str) -> Markup:
        current = column.navigation_url if column else path
        is_exact = current == path
        return self._headers.get(
            (site,),
            (current, is_exact),
            lambda: self._template("fragments/header.html", site=site, current=current, is_exact=is_exact),
        )

    def _footer(self, site: SiteFrame) -> Markup:
        return self._footers.get(
            (site,), None, lambda: self._template("fragments/footer.html", site=site, marks=site.marks)
        )
