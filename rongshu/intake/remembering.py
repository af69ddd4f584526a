"""What the source said of each page when it was last read, and reading only what has changed since."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rongshu.intake.crawling import Fetched, FetchedFile, FetchRefused, Fields, KnownFile, Source
from rongshu.intake.crawling.errors import NotModified
from rongshu.intake.frontier import key_of
from rongshu.intake.known_files import KnownFiles
from rongshu.intake.surveying import encoding_of

_MOST_BESIDE: Final = 60
_LONGEST_ETAG: Final = 200
_LONGEST_DATE: Final = 60


@dataclass
class PageState:
    """One state of a page: its validators, the digest of its bytes, and those of what was read beside it."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    beside: list[list[str]] = field(default_factory=list)

    @classmethod
    def of(cls, answer: Fetched) -> PageState:
        """The state an answer shows."""
        return cls(
            _header(answer.validators, "If-None-Match", _LONGEST_ETAG),
            _header(answer.validators, "If-Modified-Since", _LONGEST_DATE),
            hashlib.sha256(answer.content).hexdigest(),
        )

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request that asks for what changed since."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass
class _Visit:
    """What one task of the crawler reads: a page, and then whatever belongs to it."""

    task: asyncio.Task[Any] | None
    state: PageState | None = None


_VISIT: ContextVar[_Visit | None] = ContextVar("visit", default=None)


class Remembering:
    """A source that notes the state of every page, and raises `NotModified` for those it knows unchanged.

    Each visit of the crawler is a task of its own; the first page it reads is the one it visits, further
    ones (parts, frames, data of lists) belong to it: the page counts as changed when one of them has changed,
    or one of the files its article has.
    """

    def __init__(
        self,
        source: Source,
        known: Mapping[str, PageState] | None = None,
        files: KnownFiles | None = None,
    ) -> None:
        self._source, self._known = source, known or {}
        self.files = files or KnownFiles(source, {})
        self.states: dict[str, PageState] = {}
        self.encodings: Counter[str] = Counter()

    async def start_urls(self) -> Sequence[str]:
        """Those of the source."""
        return await self._source.start_urls()

    def in_scope(self, url: str) -> bool:
        """What the source says."""
        return self._source.in_scope(url)

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """The page; raises NotModified for a visited page that is as it was, and FetchRefused."""
        visit, task = _VISIT.get(), asyncio.current_task()
        if visit is not None and visit.task is task:
            answer = await self._source.fetch(url)
            self._note_beside(visit, url, answer)
            return answer
        visit = _Visit(task)
        _VISIT.set(visit)
        answer = await self._fetch_if_changed(url)
        visit.state = self.states[key_of(url)] = PageState.of(answer)
        if answer.is_page:
            self.encodings[encoding_of(answer.content)] += 1
        return answer

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        """As the source; what a form answers is not remembered."""
        return await self._source.post(url, fields, charset)

    async def fetch_file(self, url: str, folder: Path, *, known: KnownFile | None = None) -> FetchedFile:
        """As the source."""
        return await self._source.fetch_file(url, folder, known=known)

    def taken(self, keys: Sequence[str]) -> dict[str, PageState]:
        """Return the states of these pages, which are not asked for again."""
        return {key: self.states.pop(key) for key in keys if key in self.states}

    async def _fetch_if_changed(self, url: str) -> Fetched:
        key = key_of(url)
        known = self._known.get(key)
        if known is None or not known.digest:
            return await self._source.fetch(url)
        try:
            answer = await self._source.fetch(url, headers=known.headers)
        except NotModified:
            if await self._is_same_around(key, known):
                raise
            return await self._source.fetch(url)
        is_same = hashlib.sha256(answer.content).hexdigest() == known.digest
        if is_same and await self._is_same_around(key, known):
            raise NotModified
        return answer

    async def _is_same_around(self, key: str, known: PageState) -> bool:
        return await self._is_same_beside(known) and not await self.files.have_changed(key)

    async def _is_same_beside(self, known: PageState) -> bool:
        for url, etag, last_modified, digest in known.beside:
            try:
                answer = await self._source.fetch(url, headers=PageState(etag, last_modified).headers)
            except NotModified:
                continue
            except FetchRefused:
                return False
            if hashlib.sha256(answer.content).hexdigest() != digest:
                return False
        return True

    @staticmethod
    def _note_beside(visit: _Visit, url: str, answer: Fetched) -> None:
        if visit.state is not None and len(visit.state.beside) < _MOST_BESIDE:
            state = PageState.of(answer)
            visit.state.beside.append([url, state.etag, state.last_modified, state.digest])


def _header(validators: Mapping[str, str], name: str, longest: int) -> str:
    found = validators.get(name, "")
    return found if len(found) <= longest else ""
