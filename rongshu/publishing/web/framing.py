"""What an app above needs to answer in a site's own frame: the site of a request, the layout, feeds."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from rongshu.publishing import media
from rongshu.publishing.pages.assets import STATIC_PREFIX, asset_manifest
from rongshu.publishing.pages.feed_models import Feed, FeedEntry
from rongshu.publishing.pages.feeds import render_atom, render_rss
from rongshu.publishing.pages.frames import SiteFrame
from rongshu.publishing.pages.languages import add_english, label, language_of_labels
from rongshu.publishing.pages.rendering import Framed, render_in_frame
from rongshu.publishing.web.sites import CONTEXTS, site_of
from rongshu.sites.models import Site

__all__ = [
    "Feed",
    "FeedEntry",
    "Framed",
    "FramedSite",
    "SiteFrame",
    "add_english",
    "answer_in_frame",
    "answer_with",
    "built_asset",
    "framed_site",
    "label_on",
    "render_atom",
    "render_rss",
]

# Reading whether a site's frame changed takes longer than the rest of a page made for one request.
_FRESH_FOR: Final = 1.0


@dataclass(frozen=True, slots=True)
class FramedSite:
    """The site a request is for. `bare` is its frame without the search box, for pages with their own."""

    site: Site
    frame: SiteFrame
    bare: SiteFrame


def framed_site(request: HttpRequest) -> FramedSite:
    """Return the site of a request, its frame at most a second old; raise `NoSite`."""
    found = site_of(request)
    now = time.monotonic()
    if now - _READ_AT.get(found.id, float("-inf")) > _FRESH_FOR:
        CONTEXTS.expire(found.id)
        _READ_AT[found.id] = now
    context = CONTEXTS.current(found.id)
    return FramedSite(context.site, context.frame, _without_search(_ById(context.frame)))


def answer_in_frame(
    page: Framed, folder: Path, template: str, *, kind: str, status: int = 200
) -> HttpResponse:
    """Answer with a page made for this request alone, its template out of an app's own folder."""
    content = render_in_frame(page, folder, template, kind=kind)
    return answer_with(content, media.HTML, status)


def answer_with(content: str, kind: str, status: int = 200) -> HttpResponse:
    """Answer with a text made for this request, under the headers of a page."""
    response = HttpResponse(content, status=status, content_type=kind)
    for name, value in media.PAGE_HEADERS:
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def label_on(framed: FramedSite, text: str) -> str:
    """Return a label in the language of a site, for what has no template."""
    return label(text, language_of_labels(framed.site.language))


def built_asset(name: str) -> str:
    """Return the address of a style sheet or script by its logical name ("search.css")."""
    return STATIC_PREFIX + asset_manifest()[name]


class _ById:
    """A frame as the key of a cache: rendering keeps its fragments by the frame's identity, not its value."""

    __slots__ = ("frame",)

    def __init__(self, frame: SiteFrame) -> None:
        self.frame = frame

    def __hash__(self) -> int:
        return id(self.frame)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.frame is self.frame


@lru_cache(maxsize=256)
def _without_search(key: _ById) -> SiteFrame:
    return replace(key.frame, search_url="")


_READ_AT: Final[dict[UUID, float]] = {}
