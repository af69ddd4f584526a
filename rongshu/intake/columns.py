"""Where an article of a legacy site belongs: its breadcrumb, matched to the target site's columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from rongshu.sites.models import Column, Site

UNSORTED = "其他信息"
SEPARATOR = " > "
# The code of an article whose columns the plan does not take over.
LEFT_OUT = "column-left-out"
# A longer crumb is a piece of the article's title, not a column.
_LONGEST_NAME = 20
_NOT_IN_NAMES = re.compile(r"[\s·•>》»/|]+")


@dataclass(frozen=True, slots=True)
class ColumnNeed:
    """A column that the source has and the target site lacks: made below `parent_path` ("/" for the root)."""

    parent_path: str
    slug: str
    name: str

    @property
    def path(self) -> str:
        """The path the column will have."""
        return f"{self.parent_path}{self.slug}/"


@dataclass
class ColumnMap:
    """The site's columns by name and parent, and those still to be made."""

    by_place: dict[tuple[str, str], str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    needs: list[ColumnNeed] = field(default_factory=list)
    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, columns: Iterable[Column], *, before: datetime, chosen: Mapping[str, str] | None = None
    ) -> ColumnMap:
        """Read the columns of a site; `chosen` gives the path for breadcrumbs somebody has decided on.

        Names are looked up anywhere only among columns made `before`: a run that is taken up again must
        decide as it did when it had made only some of its columns.
        """
        mapping = cls(chosen=chosen or {})
        for column in sorted(columns, key=lambda each: (each.path.count("/"), each.path)):
            mapping._know(parent_of(column.path), column.name, column.path)
            if column.created_at < before:
                mapping.by_name.setdefault(clean_name(column.name), []).append(column.path)
        return mapping

    def path_for(self, breadcrumb: Sequence[str]) -> str:
        """Return the path of the column a breadcrumb means, noting the columns it needs."""
        names = list(clean_crumbs(breadcrumb))
        if (chosen := self.chosen.get(SEPARATOR.join(names))) is not None:
            return chosen
        depth, path = self._known_part(names)
        for name in names[depth:]:
            path = self._need(path, name)
        return path

    def _known_part(self, names: list[str]) -> tuple[int, str]:
        """Return how many crumbs the site has a column for already, and that column's path.

        What the new site keeps elsewhere under a name of its own goes there: 政务公开 > 政策文件 of the old
        site is 政策 > 政策文件 of the new one. A name that stands twice says too little, but at the top.
        """
        depth, path, below = 0, "/", "/"
        for place, name in enumerate(names):
            found = self.by_place.get((below, name)) or self._elsewhere(name, is_top=place == 0)
            if found is not None:
                depth, path = place + 1, found
            below = found or f"{below}{name}?/"
        return depth, path

    def _elsewhere(self, name: str, *, is_top: bool) -> str | None:
        found = self.by_name.get(name, [])
        return found[0] if len(found) == 1 or (found and is_top) else None

    def _need(self, parent_path: str, name: str) -> str:
        need = ColumnNeed(parent_path, self._free_slug(parent_path, name), name)
        self.needs.append(need)
        self._know(parent_path, name, need.path)
        return need.path

    def _know(self, parent_path: str, name: str, path: str) -> None:
        self.by_place.setdefault((parent_path, clean_name(name)), path)
        self.taken.add(path)

    def _free_slug(self, parent_path: str, name: str) -> str:
        slug, number = initials(name), 1
        while f"{parent_path}{slug if number == 1 else f'{slug}{number}'}/" in self.taken:
            number += 1
        return slug if number == 1 else f"{slug}{number}"


def standing_columns(site: Site) -> QuerySet[Column]:
    """Return the columns of a site that take something."""
    return Column.objects.filter(site=site).exclude(status=Column.Status.CLOSED)


def parent_of(path: str) -> str:
    """Return the path of the column above: "/a/b/" → "/a/"."""
    return path.rstrip("/").rpartition("/")[0] + "/"


def clean_crumbs(breadcrumb: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a breadcrumb that can be columns; one that has none belongs to "其他信息"."""
    names = [clean_name(part) for part in breadcrumb]
    return tuple(name for name in names if 0 < len(name) <= _LONGEST_NAME) or (UNSORTED,)


def clean_name(name: str) -> str:
    """Return a column name fit for comparing and for a column: half-width, without separators, ≤ 60."""
    return _NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", name))[:60]


def initials(name: str) -> str:
    """Return the pinyin initials of a name, as government sites name their folders: 通知公告 → tzgg."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 57 MB of phrases, only when needed

    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: rest.lower()))
    return re.sub(r"[^a-z0-9]+", "", letters)[:30] or "lm"
