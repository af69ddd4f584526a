"""What a list says of the pages it leads to: their titles, and the day beside each.

Pages saved from Word carry no date of their own; the list row is where a reader of the old site saw it.
"""

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from .addresses import absolute
from .dates import find_dates
from .lines import squeeze

Announced = dict[str, tuple[str, str]]
"""Address → title as the list gives it, and day (YYYY-MM-DD) or ""."""

_LEAST: int = 6  # characters of a title
_CLIMB: int = 4
_ROW_AT_MOST: int = 400  # characters
_ABOUT_CUT = "….．. "


def announcements(tree: HtmlElement, base: str | None) -> Announced:
    """Read the rows of a page: one link with a title each, and the day that stands in the same row."""
    links = [(link, squeeze(link.get("title") or link.text_content())[:300]) for link in tree.iter("a")]
    titled = [(link, label) for link, label in links if len(label) >= _LEAST and link.get("href")]
    inside = Counter(row for link, _ in titled for row in _rows(link))
    found: Announced = {}
    for link, label in titled:
        if url := absolute(base, link.get("href")):
            day = next(_days(link, inside), "")
            if day or url not in found:
                found[url] = (label, day)
    return found


def _rows(link: HtmlElement) -> list[HtmlElement]:
    return list(link.iterancestors())[:_CLIMB]


def _days(link: HtmlElement, inside: Counter[HtmlElement]) -> Iterator[str]:
    own = link.text_content()
    for row in _rows(link):
        if inside[row] > 1:
            return
        text = row.text_content()
        if len(text) > _ROW_AT_MOST:
            return
        dates = find_dates(squeeze(text.replace(own, " ", 1)))
        if dates:
            yield dates[-1].moment.strftime("%Y-%m-%d")


def is_announced(title: str, announced: str) -> bool:
    """The page's title is the list's, which may be cut short."""
    ours, theirs = squeeze(title).replace(" ", ""), squeeze(announced).replace(" ", "").rstrip(_ABOUT_CUT)
    shortest = min(len(ours), len(theirs))
    return shortest >= _LEAST and (ours.startswith(theirs) or theirs.startswith(ours))
