"""From start addresses to articles: every address that is read ends as exactly one kind of visit."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from rongshu.intake.extraction import ExtractedPage, PageReading, PageRefused, page_of_record, read_page
from rongshu.intake.extraction.addresses import absolute
from rongshu.intake.extraction.navigation import links_in_data
from rongshu.intake.extraction.routes import route_of

from .addresses import canonical, identity, is_trap, may_be_page, template
from .errors import (
    AddressTrap,
    EndlessPagination,
    FetchRefused,
    HttpFailure,
    OutOfScope,
    RedirectLoop,
    RouteNotRead,
    RunFull,
    ServerFailure,
)
from .fetching import Fetched
from .frontier import Frontier, MemoryFrontier, Queued, Visit, VisitKind
from .joining import joined, part_number, without_sessions
from .saved import SavedPage
from .sessions import Sessions
from .source import Source
from .traps import Traps
from .turning import ask_for_page, links_behind

_PARTS_AT_MOST: Final = 200
_FRAMES_AT_MOST: Final = 3
_DATA_AT_MOST: Final = 3
_SCRIPT_AT_MOST: Final = 300_000
_FRONTS_AT_MOST: Final = 3
_PART_NAME = re.compile(r"[_\-]\d{1,3}(?=\.\w{1,6}$)")
_LEADS_ON = re.compile(r"href|location|open\s{0,3}\(|url\s{0,3}:|\.(?:post|get|getJSON)\(|fetch\(|submit\(")
_HOLDS_FILES = re.compile(r"attach|fujian|(?:^|[/_\-])fj|annex|accessor|appendix|down", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CrawledArticle:
    """An article with its parts joined; `other_urls` are those of its parts and those that lead to it.

    `shape` and `anchors` say of which template its page is and where its fields stand; `saved` is what it was
    read from: the page, its frames, its parts.
    """

    url: str
    article: ExtractedPage
    other_urls: tuple[str, ...] = ()
    shape: str = ""
    anchors: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    saved: tuple[SavedPage, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundAlias:
    """An address that leads to one the run reads anyway; it may come before or after the article."""

    url: str
    of: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An address that was not read, with a stable code and a sentence for the report."""

    url: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as answered and read, with the inline frames that stand in it."""

    answer: Fetched
    reading: PageReading
    frames: Mapping[str, bytes]
    scripts: str = ""


@dataclass(slots=True)
class _Outcome:
    """What one address brought: visits to record, links to follow, what to hand to the caller."""

    visits: list[Visit] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    results: list[CrawledArticle | FoundAlias | Refusal] = field(default_factory=list)
    list_page: bool = False
    url: str = ""
    announced: dict[str, tuple[str, str]] = field(default_factory=dict)


class Crawler:
    """One run over a source; `at_once` addresses are under way together."""

    def __init__(
        self,
        source: Source,
        *,
        frontier: Frontier | None = None,
        at_once: int = 8,
        max_pages: int = 200_000,
        executor: Executor | None = None,
    ) -> None:
        self._source = source
        self.frontier: Frontier = frontier if frontier is not None else MemoryFrontier()
        self._at_once = at_once
        self._left = max_pages
        self._executor = executor
        self._traps = Traps()
        self._sessions = Sessions()
        self._in_hand: set[str] = set()
        self._scripts: dict[str, str] = {}

    async def crawl(self) -> AsyncGenerator[CrawledArticle | FoundAlias | Refusal]:
        """Articles and refusals as they come; ends when nothing is left to read."""
        await self.frontier.enqueue([Queued(canonical(url)) for url in await self._source.start_urls()])
        running: set[asyncio.Task[_Outcome]] = set()
        try:
            while True:
                for item in await self.frontier.pending(self._at_once - len(running)):
                    running.add(asyncio.create_task(self._visit(item)))
                if not running:
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    for result in await self._settle(task.result()):
                        yield result
        finally:
            for task in running:
                task.cancel()

    async def _settle(self, outcome: _Outcome) -> list[CrawledArticle | FoundAlias | Refusal]:
        """Write down what an address brought, links first: a crash in between repeats, it does not lose."""
        kind = template(outcome.url)
        said, nothing = outcome.announced, ("", "")
        plain = self._sessions.plain
        found = [Queued(plain(url), kind, False, *said.get(url, nothing)) for url in outcome.links]
        found += [Queued(plain(url), kind, True, *said.get(url, nothing)) for url in outcome.guesses]
        fresh = [item.url for item in found if not await self.frontier.seen(item.url)]
        await self.frontier.enqueue(found)
        if outcome.list_page:
            self._traps.list_page(outcome.url, fresh)
        for visit in outcome.visits:
            await self.frontier.record(visit)
        return outcome.results

    async def _visit(self, item: Queued) -> _Outcome:
        outcome = _Outcome(url=item.url)
        try:
            if (plain := self._sessions.plain(item.url)) != item.url:
                await self._follow_refresh(item.url, plain, outcome)
                return outcome
            self._admit(item.url)
            await self._read(item, outcome)
        except (FetchRefused, PageRefused) as refused:
            self._refuse(outcome, item.url, refused)
            if item.guessed and isinstance(refused, (HttpFailure, ServerFailure)):
                outcome.results = []
        return outcome

    def _admit(self, url: str) -> None:
        if is_trap(url):
            raise AddressTrap
        if self._traps.is_closed(url):
            raise EndlessPagination
        if self._left <= 0:
            raise RunFull
        self._left -= 1

    @staticmethod
    def _refuse(outcome: _Outcome, url: str, refused: FetchRefused | PageRefused) -> None:
        outcome.visits = [Visit(url, VisitKind.REFUSED, code=refused.code, reason=refused.message)]
        outcome.results = [Refusal(url, refused.code, refused.message)]
        outcome.links = []

    async def _read(self, item: Queued, outcome: _Outcome) -> None:
        url = item.url
        answer = await self._source.fetch(url)
        if not self._source.in_scope(answer.url):
            raise OutOfScope
        if identity(answer.url) != identity(url) and await self._is_taken(answer.url):
            outcome.visits.append(Visit(url, VisitKind.ALIAS, of=answer.url))
            outcome.results.append(FoundAlias(url, answer.url))
            return
        if identity(answer.url) in self._in_hand:
            return  # another address led here first and brings the page
        self._in_hand.add(identity(answer.url))
        if not answer.is_page:
            outcome.visits.append(Visit(url, VisitKind.FILE, of=answer.url if answer.url != url else None))
            return
        page = await self._page(answer, item.label)
        if page.reading.article is None:
            page = await self._drawn(page, item.label) or page
        if page.reading.article is None:
            await self._look_through(item, answer, page.reading, outcome)
        elif not await self._is_later_part(answer.url, page.reading, outcome):
            outcome.links, outcome.guesses = self._links(page.reading, answer)
            await self._keep(item, page, page.reading.article, outcome)

    async def _drawn(self, page: _Page, label: str) -> _Page | None:
        """The article a script draws on an empty page from data asked for by the page's own address."""
        own = [one for one in page.reading.data_lists if one.is_own and not one.has_pages]
        for data in own[:_DATA_AT_MOST]:
            if not self._source.in_scope(data.page(1)[0]):
                continue
            try:
                answer = await ask_for_page(self._source, data, 1)
            except FetchRefused:
                continue
            if (content := page_of_record(answer.content)) is not None:
                shown = await self._page(replace(page.answer, content=content, charset="utf-8"), label)
                if shown.reading.article is not None:
                    return replace(shown, reading=_by_data(shown.reading))
        return None

    async def _look_through(
        self, item: Queued, answer: Fetched, reading: PageReading, outcome: _Outcome
    ) -> None:
        """A page that is no article: what it leads to by links, buttons, scripts and its other names."""
        fronts = await self._other_fronts(answer, reading)
        if reading.refresh_url and not fronts:
            await self._follow_refresh(item.url, canonical(reading.refresh_url), outcome)
            return
        for shown_by, shown in [(answer, reading), *fronts]:
            links, guesses = self._links(shown, shown_by)
            behind = await links_behind(self._source, self._read_alone, shown)
            if route_of(answer.url) and not await self._brings_more(shown, links, behind):
                raise RouteNotRead
            outcome.links += links
            outcome.announced |= {canonical(url): what for url, what in shown.announced.items()}
            outcome.guesses += guesses
            outcome.guesses += self._pages(behind)
        outcome.visits.append(Visit(item.url, VisitKind.PAGE))
        # A kind of page that leads from one to the next; the comment pages of articles are no such chain.
        outcome.list_page = item.found_on == template(item.url)
        if outcome.list_page and not route_of(answer.url):
            self._traps.content(answer.url, hashlib.sha256(answer.content).hexdigest())

    async def _brings_more(self, reading: PageReading, links: Iterable[str], behind: Iterable[str]) -> bool:
        """Whether a page behind a # shows more than the page it is drawn on, which is read by itself."""
        if any(data.is_own for data in reading.data_lists) and any(behind):
            return True
        return not all([await self.frontier.seen(url) for url in links])

    async def _other_fronts(self, answer: Fetched, reading: PageReading) -> list[tuple[Fetched, PageReading]]:
        """What the same address shows under its other names.

        A splash page (/, /index.html) leads to the real front page (/index.asp, /default.htm). Both count as
        one address, so nothing else brings the second one.
        """
        known: set[str] = {answer.url, *answer.aliases}
        found: list[tuple[Fetched, PageReading]] = []
        waiting = self._fronts_named(answer.url, reading)
        while waiting and len(found) < _FRONTS_AT_MOST:
            url = waiting.pop(0)
            if url in known:
                continue
            known.add(url)
            try:
                front = await self._source.fetch(url)
                shown = (await self._page(front)).reading if front.is_page else None
            except (FetchRefused, PageRefused):
                continue
            if shown is not None and front.content != answer.content and front.url not in known - {url}:
                found.append((front, shown))
                waiting += self._fronts_named(answer.url, shown)
        return found

    @staticmethod
    def _fronts_named(url: str, reading: PageReading) -> list[str]:
        written = (reading.refresh_url, *reading.links, *reading.embedded_urls)
        named = dict.fromkeys(canonical(one) for one in written if one)
        return [one for one in named if one != url and identity(one) == identity(url)]

    async def _is_taken(self, url: str) -> bool:
        return identity(url) in self._in_hand or await self.frontier.seen(url)

    async def _page(self, answer: Fetched, label: str = "") -> _Page:
        reading, scripts = await self._read_with_scripts(answer, label)
        frames = [url for url in reading.embedded_urls if self._is_frame(url)]
        if reading.why_no_article in ("frameset", "list", "home"):
            return _Page(answer, reading, {}, scripts)
        if reading.article is not None and len(reading.article.body_text or "") >= 40:
            # The body is there: only a frame that lists its files is still of interest.
            frames = [url for url in frames if _HOLDS_FILES.search(url)]
        contents: dict[str, bytes] = {}
        for frame in frames[:_FRAMES_AT_MOST]:
            try:
                contents[frame] = (await self._source.fetch(frame)).content
            except FetchRefused:
                continue
        if contents:
            reading = await self._extract(answer, contents, scripts, label)
        return _Page(answer, reading, contents, scripts)

    async def _read_alone(self, answer: Fetched) -> PageReading:
        """Without its frames; once more with its script files, where menus, lists or downloads may stand."""
        return (await self._read_with_scripts(answer))[0]

    async def _read_with_scripts(self, answer: Fetched, label: str = "") -> tuple[PageReading, str]:
        reading = await self._extract(answer, None, "", label)
        scripts = await self._scripts_of(reading)
        return (await self._extract(answer, None, scripts, label) if scripts else reading), scripts

    async def _scripts_of(self, reading: PageReading) -> str:
        texts = [await self._script(url) for url in reading.wanted_scripts]
        return "\n".join(text for text in texts if _LEADS_ON.search(text))

    async def _script(self, url: str) -> str:
        if url not in self._scripts:
            try:
                content = (await self._source.fetch(url)).content[:_SCRIPT_AT_MOST]
            except FetchRefused:
                content = b""
            self._scripts[url] = content.decode("utf-8", "replace")
        return self._scripts[url]

    def _is_frame(self, url: str) -> bool:
        data = url.partition("?")[0].endswith((".xml", ".json")) or "dataproxy" in url
        return may_be_page(url) and not data and self._source.in_scope(canonical(url))

    async def _extract(
        self, answer: Fetched, embedded: dict[str, bytes] | None, scripts: str = "", label: str = ""
    ) -> PageReading:
        read = partial(
            read_page,
            answer.content,
            url=answer.url,
            declared_charset=answer.charset,
            embedded=embedded,
            scripts=scripts,
            announced=label,
        )
        if self._executor is None:
            return read()
        return await asyncio.get_running_loop().run_in_executor(self._executor, read)

    async def _follow_refresh(self, url: str, target: str, outcome: _Outcome) -> None:
        """A page that only sends on: its target is read in its own right."""
        if identity(target) == identity(url):
            raise RedirectLoop
        if self._source.in_scope(target):
            outcome.links = [target]
        outcome.visits.append(Visit(url, VisitKind.ALIAS, of=target))
        outcome.results.append(FoundAlias(url, target))

    async def _is_later_part(self, url: str, reading: PageReading, outcome: _Outcome) -> bool:
        """The second part of an article leads to its first, which brings all of them together."""
        head = _PART_NAME.sub("", url)
        if head == url or not any(identity(canonical(part)) == identity(head) for part in reading.next_parts):
            return False
        outcome.links = [head]
        outcome.visits.append(Visit(url, VisitKind.PART, of=head))
        return True

    async def _keep(self, item: Queued, page: _Page, article: ExtractedPage, outcome: _Outcome) -> None:
        url, digest, answer, reading = item.url, _digest(article), page.answer, page.reading
        self._sessions.learn(answer.url, digest)
        if item.found_on == template(url):
            self._traps.content(answer.url, digest)
        parts = await self._parts(answer.url, reading)
        urls = [part.url for part, _ in parts]
        whole = without_sessions(joined(article, [part for _, part in parts]))
        others = dict.fromkeys([*urls, *answer.aliases, *([url] if url != answer.url else [])])
        others.pop(answer.url, None)
        saved = (
            SavedPage(answer.url, answer.charset, answer.content),
            *(SavedPage(frame, None, content, "frame") for frame, content in page.frames.items()),
            *([SavedPage(answer.url, "utf-8", page.scripts.encode(), "script")] if page.scripts else []),
            *(part for part, _ in parts),
        )
        outcome.results.append(
            CrawledArticle(answer.url, whole, tuple(others), reading.shape, reading.anchors, saved)
        )
        outcome.visits.append(Visit(answer.url, VisitKind.ARTICLE, digest=digest))
        outcome.visits += [Visit(part, VisitKind.PART, of=answer.url) for part in urls]
        outcome.visits += [
            Visit(alias, VisitKind.ALIAS, of=answer.url) for alias in others if alias not in urls
        ]

    async def _parts(self, head: str, reading: PageReading) -> list[tuple[SavedPage, ExtractedPage]]:
        """The other parts of a split article in order; a part that can't be read ends the article there."""
        found: list[tuple[SavedPage, ExtractedPage]] = []
        known = {identity(head)}
        waiting = [canonical(url) for url in reading.next_parts]
        while waiting and len(found) < _PARTS_AT_MOST:
            url = waiting.pop(0)
            if identity(url) in known or not self._source.in_scope(url):
                continue
            known.add(identity(url))
            try:
                answer = await self._source.fetch(url)
                part = await self._extract(answer, None)
            except (FetchRefused, PageRefused):
                continue
            if part.article is None:
                continue
            found.append((SavedPage(url, answer.charset, answer.content, "part"), part.article))
            waiting += [canonical(after) for after in part.next_parts]
        return sorted(found, key=lambda item: part_number(item[0].url))

    def _links(self, reading: PageReading, answer: Fetched) -> tuple[list[str], list[str]]:
        """Pages linked here, and those scripts speak of; files wait until an article needs them."""
        guessed: Iterable[str] = reading.list_pages
        if reading.article is None:
            guessed = (*guessed, *reading.embedded_urls, *_script_links(answer))
        return self._pages(reading.links), self._pages(guessed)

    def _pages(self, urls: Iterable[str]) -> list[str]:
        named = dict.fromkeys(canonical(url) for url in urls)
        return [url for url in named if may_be_page(url) and self._source.in_scope(url)]


def _by_data(reading: PageReading) -> PageReading:
    """Say that the fields come from a record of data, whose values stood for the page's own meta."""
    if reading.article is None:
        return reading
    found_by = {name: "data" if by == "meta" else by for name, by in reading.article.found_by.items()}
    return replace(reading, article=replace(reading.article, found_by=found_by))


def _digest(article: ExtractedPage) -> str:
    return hashlib.sha256(f"{article.title}\n{article.body_text}".encode()).hexdigest()


def _script_links(answer: Fetched) -> list[str]:
    """Addresses in the data files lists are filled from (JSON, script arrays)."""
    if not answer.content_type.endswith(("json", "javascript")):
        return []
    text = answer.content.decode("utf-8", "replace")
    found = (absolute(answer.url, match) for match in links_in_data(text))
    return [url for url in found if url]
