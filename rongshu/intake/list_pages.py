"""Which column a list page of the old site lists: the one its links' articles went to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

_MAJORITY: Final = 0.6


def columns_of_lists(links: Mapping[str, Sequence[str]], column_of: Mapping[str, str]) -> dict[str, str]:
    """Return `{list page: column path}` for the pages most of whose articles stand in one column or below it.

    `links` holds for each list page the keys it links to, `column_of` the column path of each article key.
    A link that many list pages carry (a side bar of latest news) tells little about any of them.
    """
    spread = Counter(key for keys in links.values() for key in set(keys))
    found: dict[str, str] = {}
    for page, keys in links.items():
        weights: dict[str, float] = defaultdict(float)
        for key in set(keys):
            if key in column_of:
                weights[column_of[key]] += 1 / spread[key]
        if (path := _common_path(weights)) is not None:
            found[page] = path
    return found


class ColumnsAround:
    """The column most articles below a folder of the old site stand in, for pages that are no articles."""

    def __init__(self, places: Iterable[tuple[str, UUID]]) -> None:
        self._below: dict[str, Counter[UUID]] = defaultdict(Counter)
        for url, column in places:
            for folder in _folders(url):
                self._below[folder][column] += 1

    def column_of(self, url: str) -> UUID | None:
        """Return the column around a page, None where its folders hold several."""
        for folder in _folders(url):
            if found := self._below.get(folder):
                column, count = found.most_common(1)[0]
                return column if count >= _MAJORITY * found.total() else None
        return None


def _folders(url: str) -> list[str]:
    """Return the folders of an address from the innermost, the host's root apart."""
    parts = urlsplit(url)
    names = parts.path.split("/")[1:-1]
    return [f"{parts.netloc}/{'/'.join(names[:depth])}" for depth in range(len(names), 0, -1)]


def _common_path(weights: Mapping[str, float]) -> str | None:
    """Go down the tree as long as most of the weight lies below one step; None at the root."""
    total, path = sum(weights.values()), "/"
    while True:
        below: dict[str, float] = defaultdict(float)
        for column, weight in weights.items():
            if column.startswith(path) and column != path:
                below[f"{path}{column[len(path) :].split('/', 1)[0]}/"] += weight
        best = max(below, key=lambda step: below[step], default=None)
        if best is None or below[best] < _MAJORITY * total:
            return path if path != "/" else None
        path = best
