"""Parameters that only say who asks, under whatever name: learned from articles that come again unchanged."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

_ENOUGH: Final = 3
_LIKE_A_TOKEN: Final = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z_\-.!%]{12,}")


class Sessions:
    """The parameters of a site whose values name the visitor.

    A token that changes while the article stays the same names the visitor; one under which another article
    stands names the article, and its parameter is left alone for good (`?id=3f2a…`).
    """

    def __init__(self) -> None:
        self._articles: dict[tuple[str, str], tuple[str, str]] = {}
        self._repeated: Counter[str] = Counter()
        self._telling: set[str] = set()

    def learn(self, url: str, digest: str) -> None:
        """Note which article stood under an address."""
        for key, value, rest in _tokens(url):
            first_value, first_digest = self._articles.setdefault((key, rest), (value, digest))
            if first_digest != digest:
                self._telling.add(key)
            elif first_value != value:
                self._repeated[key] += 1

    def plain(self, url: str) -> str:
        """Return the address without the parameters that name the visitor."""
        if "=" not in url or not self._repeated:
            return url
        for key, _, rest in _tokens(url):
            if self._repeated[key] >= _ENOUGH and key not in self._telling:
                return self.plain(rest)
        return url


def _tokens(url: str) -> Iterator[tuple[str, str, str]]:
    """Yield each parameter whose value looks drawn by lot: its name, its value, the address without it."""
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair]
    for place, pair in enumerate(pairs):
        key, _, value = pair.partition("=")
        if _LIKE_A_TOKEN.fullmatch(value):
            yield f"{parts.netloc} {key}", value, _with(parts, pairs[:place] + pairs[place + 1 :])


def _with(parts: SplitResult, pairs: list[str]) -> str:
    return urlunsplit(parts._replace(query="&".join(pairs)))
