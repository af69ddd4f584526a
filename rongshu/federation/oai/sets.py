"""Sets: by theme (`theme:11`), by site (`site.portal`) and by column (`site.portal:news:local`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from rongshu.federation.oai.errors import BadArgument, NoRecordsMatch
from rongshu.federation.oai.repositories import Repository
from rongshu.library.models import Category
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.columns import with_columns_below

THEME: Final = "theme"
_SITE: Final = "site."
_PART: Final = r"[A-Za-z0-9\-_.!~*'()]+"
_SPEC: Final = re.compile(f"{_PART}(?::{_PART})*", re.ASCII)
_SAFE: Final = re.compile(_PART, re.ASCII)


class Set(NamedTuple):
    """A set and what people call it."""

    spec: str
    name: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What a set selects: everything of a place, what stands in columns, what bears themes."""

    place: UUID
    column_ids: frozenset[UUID] | None = None
    theme_codes: frozenset[str] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every row of the place belongs to it."""
        return self.column_ids is None and self.theme_codes is None


def selection(repository: Repository, spec: str) -> Selection:
    """Return what a set selects; raise `BadArgument` or, where there is no such set, `NoRecordsMatch`."""
    if not spec:
        return Selection(repository.place)
    if not _SPEC.fullmatch(spec):
        raise BadArgument("set 的写法不对，请从 ListSets 的 setSpec 中选取。")
    root, *path = spec.split(":")
    if root == THEME:
        return _of_theme(repository, path)
    if root.startswith(_SITE):
        return _of_site(repository, root.removeprefix(_SITE), path)
    raise _no_set()


def sets_after(repository: Repository, after: str, limit: int) -> list[Set]:
    """Return the sets of a repository that follow one, in a fixed order: themes, then sites with columns."""
    theme_sets = [] if after.startswith(_SITE) else list(_theme_sets())
    specs = [one.spec for one in theme_sets]
    themes = theme_sets[specs.index(after) + 1 :] if after in specs else theme_sets
    return list(islice((one for some in (themes, _site_sets(repository, after)) for one in some), limit))


def column_spec(slug: str, path: str) -> str:
    """Return the set of a column; the path is that for readers (`/news/local/`)."""
    return ":".join([_SITE + slug, *path.strip("/").split("/")])


def theme_paths() -> dict[str, str]:
    """Return the set of each theme by its code."""
    rows = list(Category.objects.filter(scheme_id=THEME).values_list("pk", "parent_id", "code"))
    codes = {pk: code for pk, _, code in rows}
    parents = {pk: parent for pk, parent, _ in rows}

    def path(pk: UUID | None) -> list[str]:
        return [*path(parents[pk]), codes[pk]] if pk else []

    return {code: ":".join([THEME, *path(pk)]) for pk, _, code in rows if _SAFE.fullmatch(code)}


def _theme_sets() -> Iterator[Set]:
    yield Set(THEME, "主题分类")
    names = dict(Category.objects.filter(scheme_id=THEME, is_active=True).values_list("code", "name"))
    specs = {spec: code for code, spec in theme_paths().items() if code in names}
    for spec in sorted(specs):
        yield Set(spec, names[specs[spec]])


def _site_sets(repository: Repository, after: str) -> Iterator[Set]:
    slug, _, path = after.removeprefix(_SITE).partition(":") if after.startswith(_SITE) else ("", "", "")
    sites = Site.objects.filter(status=Site.Status.ONLINE, slug__gte=slug).order_by("slug")
    if not repository.is_library:
        sites = sites.filter(pk=repository.place)
    for site in sites.only("slug", "name").iterator(chunk_size=100):
        if site.slug != slug:
            yield Set(_SITE + site.slug, site.name)
        yield from _column_sets(site, f"/{path.replace(':', '/')}/" if site.slug == slug and path else "")


def _column_sets(site: Site, after: str) -> Iterator[Set]:
    columns = Column.objects.filter(site=site, status=Column.Status.ACTIVE, path__gt=after).order_by("path")
    for path, name in columns.values_list("path", "name").iterator(chunk_size=500):
        yield Set(column_spec(site.slug, path), f"{site.name} · {name}")


def _of_theme(repository: Repository, path: list[str]) -> Selection:
    if not path:
        return Selection(repository.place)
    wanted = ":".join([THEME, *path])
    codes = {code for code, spec in theme_paths().items() if spec == wanted or spec.startswith(f"{wanted}:")}
    if not codes:
        raise _no_set()
    return Selection(repository.place, theme_codes=frozenset(codes))


def _of_site(repository: Repository, slug: str, path: list[str]) -> Selection:
    site = Site.objects.filter(slug=slug, status=Site.Status.ONLINE).first()
    if site is None or not (repository.is_library or site.pk == repository.place):
        raise _no_set()
    if not path:
        return Selection(site.pk)
    column = Column.objects.filter(site=site, path=f"/{'/'.join(path)}/").first()
    if column is None:
        raise _no_set()
    return Selection(site.pk, column_ids=with_columns_below([column.pk]))


def _no_set() -> NoRecordsMatch:
    return NoRecordsMatch("没有这个集合，请从 ListSets 的 setSpec 中选取。")
