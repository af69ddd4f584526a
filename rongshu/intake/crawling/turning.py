"""Turning the pages of a list that has no addresses for them: by posting its form, by asking for its data.

All of it happens within the visit of the page it begins on: a run that is killed reads that page again and
turns its pages anew, so that nothing of a form's state need be kept.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from rongshu.intake.extraction import DataList, PageReading, PageRefused, Posting, links_of_rows
from rongshu.intake.extraction.addresses import absolute
from rongshu.intake.extraction.navigation import links_in_data

from .errors import FetchRefused
from .fetching import Fetched, Fields

_PAGES_AT_MOST: Final = 2000
_BARREN_AT_MOST: Final = 3
_UNANSWERED_AT_MOST: Final = 3

Read = Callable[[Fetched], Awaitable[PageReading]]


class Answering(Protocol):
    """The part of a source that is asked here."""

    async def fetch(self, url: str) -> Fetched:
        """The page at an address; raises FetchRefused."""

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        """The page a form is answered with; raises FetchRefused."""

    def in_scope(self, url: str) -> bool:
        """The address belongs to what is being imported."""


async def links_behind(source: Answering, read: Read, reading: PageReading) -> list[str]:
    """Return the addresses that stand on the pages behind the buttons of a page."""
    known = dict.fromkeys((*reading.links, *reading.list_pages))
    found = dict(known)
    if reading.postings:
        await _open_rows(source, reading.postings, found)
        await _press(source, read, reading.postings, found)
    for data_list in reading.data_lists:
        if source.in_scope(data_list.page(1)[0]):
            await _ask(source, data_list, found)
    return [url for url in found if url not in known]


async def _press(source: Answering, read: Read, first: tuple[Posting, ...], found: dict[str, None]) -> None:
    """Numbered pages first; "the next one" only from the last page there is a number for."""
    numbered = deque(step for step in first if not (step.is_next or step.opens))
    onward = [step for step in first if step.is_next][-1:]
    known: set[object] = set()
    barren = 0
    while (numbered or onward) and barren < _BARREN_AT_MOST and len(known) < _PAGES_AT_MOST:
        step = numbered.popleft() if numbered else onward.pop()
        if not step.is_next and step.key in known:
            continue
        known.add(len(known) if step.is_next else step.key)
        page = await _turned(source, read, step)
        before = len(found)
        if page:
            found.update(dict.fromkeys((*page.links, *page.list_pages)))
            await _open_rows(source, page.postings, found)
            numbered.extend(
                one for one in page.postings if not (one.is_next or one.opens) and one.key not in known
            )
            onward = [one for one in page.postings if one.is_next][-1:]
        barren = 0 if len(found) > before else barren + 1


async def _open_rows(source: Answering, steps: tuple[Posting, ...], found: dict[str, None]) -> None:
    """Where the rows of a page lead whose links are buttons: to the address the server sends on to."""
    for step in [one for one in steps if one.opens]:
        try:
            answer = await source.post(step.url, step.fields, step.charset)
        except FetchRefused:
            continue
        if answer.url != step.url:
            found[answer.url] = None


async def _turned(source: Answering, read: Read, step: Posting) -> PageReading | None:
    try:
        return await read(await source.post(step.url, step.fields, step.charset))
    except (FetchRefused, PageRefused):
        return None


async def ask_for_page(source: Answering, data_list: DataList, number: int) -> Fetched:
    """Return the answer to one page of a list of data; raise FetchRefused."""
    url, fields = data_list.page(number)
    return await (source.post(url, fields) if data_list.is_posted else source.fetch(url))


async def _ask(source: Answering, data_list: DataList, found: dict[str, None]) -> None:
    """Page after page, until one brings nothing new."""
    barren = unanswered = 0
    for number in range(0 if data_list.has_pages else 1, _PAGES_AT_MOST if data_list.has_pages else 2):
        try:
            answer = await ask_for_page(source, data_list, number)
        except FetchRefused:
            unanswered += 1
            if unanswered >= _UNANSWERED_AT_MOST:
                return
            continue
        fresh = [link for link in _links(answer, data_list) if link not in found]
        found.update(dict.fromkeys(fresh))
        barren = 0 if fresh else barren + 1
        if barren >= 2:  # page 0 and page 1 are often the same
            return


def _links(answer: Fetched, data_list: DataList) -> list[str]:
    written = links_in_data(answer.content.decode("utf-8", "replace"))
    named = [url for url in (absolute(answer.url, one) for one in written) if url]
    return [*named, *links_of_rows(answer.content, data_list.rows, data_list.shown_on or answer.url)]
