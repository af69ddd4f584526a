"""Endless pagination, calendars and mirrors: kinds of addresses that go on without bringing anything new."""

from collections import Counter
from typing import Final

from .addresses import template

_BARREN_AT_MOST: Final = 60
_REPEATED_AT_MOST: Final = 30


class Traps:
    """Counts, per template of address, pages in a row that brought nothing new."""

    def __init__(self) -> None:
        self._barren: Counter[str] = Counter()
        self._repeated: Counter[str] = Counter()
        self._digests: dict[str, str] = {}

    def is_closed(self, url: str) -> bool:
        """Pages of this kind are not read any more."""
        kind = template(url)
        return self._barren[kind] >= _BARREN_AT_MOST or self._repeated[kind] >= _REPEATED_AT_MOST

    def list_page(self, url: str, new_links: list[str]) -> None:
        """A page of links: it is fruitful when it leads to new addresses of another kind than its own."""
        kind = template(url)
        if any(template(link) != kind for link in new_links):
            self._barren[kind] = 0
        else:
            self._barren[kind] += 1

    def content(self, url: str, digest: str) -> str | None:
        """Note what a page says; returns the first address that said the same."""
        first = self._digests.setdefault(digest, url)
        kind = template(url)
        if first == url:
            self._repeated[kind] = 0
            return None
        self._repeated[kind] += 1
        return first
