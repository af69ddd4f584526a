"""The path readers are sent to from an old address, as the site is now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from rongshu.publishing import addresses
from rongshu.publishing.loading.rows import VISIBLE
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.writing import manifest_file
from rongshu.sites.models import LegacyAddress, Placement


def new_path(found: LegacyAddress) -> str | None:
    """Return where one old address leads, None where there is nothing any more (410)."""
    return new_paths([found])[found.pk]


def new_paths(found: Sequence[LegacyAddress]) -> dict[UUID, str | None]:
    """Return for each row, by its id, the path on its site, None where there is nothing any more (410)."""
    shown, files = _shown(found), _files(found)
    return {row.pk: _path(row, shown, files) for row in found}


def _path(
    row: LegacyAddress, shown: set[tuple[UUID, UUID]], files: dict[tuple[UUID, str], str]
) -> str | None:
    if row.resource is not None:
        is_shown = (row.site_id, row.resource.pk) in shown
        return addresses.article_path(str(row.resource.address)) if is_shown else None
    if row.leads_home:
        return "/"
    if row.column is not None:
        return row.column.path if row.column.status != "closed" else None
    return files.get((row.site_id, row.file_digest))


def _shown(found: Sequence[LegacyAddress]) -> set[tuple[UUID, UUID]]:
    wanted = {row.resource_id for row in found if row.resource_id}
    if not wanted:
        return set()
    sites = {row.site_id for row in found}
    rows = Placement.objects.filter(VISIBLE, resource_id__in=wanted, site_id__in=sites)
    return set(rows.values_list("site_id", "resource_id"))


def _files(found: Sequence[LegacyAddress]) -> dict[tuple[UUID, str], str]:
    """Return the published address of each file that a page of its site shows, by site and digest."""
    wanted: dict[UUID, set[str]] = defaultdict(set)
    for row in found:
        if row.file_digest:
            wanted[row.site_id].add(row.file_digest)
    present: dict[tuple[UUID, str], str] = {}
    for site_id, digests in wanted.items():
        file = manifest_file(site_id)
        if not file.exists():
            continue
        manifest = Manifest(file, is_writer=False)
        try:
            for digest in digests:
                if path := _published(manifest, digest):
                    present[site_id, digest] = addresses.file_url(path)
        finally:
            manifest.close()
    return present


def _published(manifest: Manifest, digest: str) -> str:
    folder = addresses.file_path(digest, "x").rpartition("/")[0] + "/"
    pages = manifest.pages_after(folder, 1)
    return pages[0][0] if pages and pages[0][0].startswith(folder) else ""
