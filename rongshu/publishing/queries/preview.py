"""A version as one site would show it: rendered by the publisher's own hand, written nowhere.

Its assets and files stand under addresses of the caller's, since no tree has them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rongshu.foundation import clock
from rongshu.foundation.errors import NotFound
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import ResourceVersion
from rongshu.publishing import addresses, media
from rongshu.publishing.loading.articles import load_shown
from rongshu.publishing.loading.context import load_context
from rongshu.publishing.loading.entries import Shown
from rongshu.publishing.loading.rows import PlacementRow, ResourceRow, VersionRow
from rongshu.publishing.loading.site_frame import theme_of
from rongshu.publishing.pages.assets import DIST_FOLDER, STATIC_PREFIX
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.pages.themes import site_stylesheet
from rongshu.sites.models import Column, Site

_OWN: Final = re.compile(r' (href|src|poster)="(/-/static/|/assets/|/f/)')
# Sizes are made of what is published; a preview shows the originals.
_SIZES: Final = re.compile(r'<source type="image/[^>]*>| srcset="[^"]*" sizes="[^"]*"')
_PLACES: Final = {STATIC_PREFIX: "static/", addresses.ASSETS: "assets/", "/f/": "f/"}


class Asset(NamedTuple):
    """A style sheet, script or picture of a previewed page."""

    content: bytes
    media_type: str


def preview_page(version: ResourceVersion, column: Column, *, base: str, display_title: str = "") -> str:
    """Return the page of a version in a column; its own addresses begin with `base`."""
    context = load_context(column.site_id)
    page = load_shown(context, _shown(version, column, display_title)).page
    if page is None:
        raise NotFound
    return _OWN.sub(lambda found: f' {found[1]}="{base}{_PLACES[found[2]]}', _SIZES.sub("", render(page)))


def preview_asset(site: Site, kind: str, name: str) -> Asset:
    """Return what a previewed page asks for: a built asset, or the site's own tokens."""
    if kind == "assets":
        sheet = site_stylesheet(theme_of(site))
        if sheet is None or sheet.name != name:
            raise NotFound
        return Asset(sheet.content.encode(), "text/css; charset=utf-8")
    # Only names that stand in the folder: no path gets in.
    found = next((one for one in DIST_FOLDER.iterdir() if one.name == name), None)
    if found is None:
        raise NotFound
    return Asset(found.read_bytes(), media.media_type(name))


def file_named(version: ResourceVersion, head: str) -> str:
    """Return the digest of the version's file whose published address begins with `head`."""
    for file in version.attachments:
        digest = str(file.get("digest", ""))
        if digest and addresses.file_path(digest, "x").split("/")[2] == head:
            return digest
    raise NotFound


def _shown(version: ResourceVersion, column: Column, display_title: str) -> Shown:
    resource = version.resource
    moment = resource.published_at or version.given_published_at or clock.now()
    placement = PlacementRow(
        new_id(),
        resource.pk,
        column.site_id,
        column.pk,
        "showing",
        moment,
        display_title,
        0,
        None,
        True,
        None,
    )
    row = ResourceRow(
        id=resource.pk,
        address=resource.address or "preview",
        published_at=moment,
        modified_at=resource.modified_at,
        validity=resource.validity or str(version.elements.get("Aging", "")),
        open_type=version.open_type,
        presentation=resource.type.presentation,
        index_number=resource.index_number,
        legacy_index_number=resource.legacy_index_number,
        origin_node=resource.origin_node,
        type_id=resource.type_id,
        effective_on=resource.effective_on,
        expires_on=resource.expires_on,
        abolished_on=resource.abolished_on,
    )
    said = VersionRow(*(getattr(version, name) for name in VersionRow._fields))
    return Shown(placement, row, said, addresses.article_path(row.address or ""))
