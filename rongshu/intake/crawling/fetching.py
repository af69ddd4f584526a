"""Polite HTTP: rate and concurrency per host, retries, redirects by hand, bounded and hashed bodies."""

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, unquote_to_bytes, urlencode, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

import aiohttp

from rongshu.intake.extraction.addresses import absolute, file_name

from .addresses import canonical
from .errors import (
    AddressNotAllowed,
    FetchRefused,
    FileTooLarge,
    HttpFailure,
    NotModified,
    PageTooLarge,
    RedirectLoop,
    RobotsDisallowed,
    ServerFailure,
    TimedOut,
)
from .guarding import Guard, GuardedResolver
from .pacing import Pace, Politeness, patience_asked
from .unpacking import bounded

ROBOT: Final = "RongshuIntake"
# Who asks is said; "Mozilla" and the rest, because old servers turn away what does not look like a browser.
USER_AGENT: Final = f"Mozilla/5.0 (compatible; {ROBOT}/1.0; site migration)"
_LIKE_A_BROWSER: Final = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "zh-CN,zh;q=0.9",
}
PAGE_LIMIT: Final = 20_000_000
FILE_LIMIT: Final = 200_000_000
_REDIRECTS: Final = 10
_FORBIDDEN: Final = 403
_TOO_MANY_REQUESTS: Final = 429
_NOT_MODIFIED: Final = 304
_NOT_FOUND: Final = 404
_AT_ONCE: Final = 10  # seconds
_OVERLOADED: Final = 503
# Served as a body of that kind the bytes are a page, whatever the address looks like.
_PAGE_TYPES: Final = (
    "text/html",
    "application/xhtml",
    "text/xml",
    "application/xml",
    "text/plain",
    "application/json",
    "text/javascript",
    "application/javascript",
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: `url` is where it came from at last, `aliases` the addresses that led there.

    `validators` are its ETag and Last-Modified as headers of a request that asks for what changed since.
    """

    url: str
    aliases: tuple[str, ...]
    content: bytes
    content_type: str
    charset: str | None
    validators: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_page(self) -> bool:
        """Text a reader of pages can take; an undeclared type counts when it looks like mark-up."""
        if self.content_type:
            return self.content_type.startswith(_PAGE_TYPES)
        return b"<" in self.content[:512]


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file on disk: SHA-256 in hex, size in bytes, the name its server or address gives it."""

    url: str
    path: Path
    sha256: str
    size: int
    content_type: str
    name: str
    validators: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it was when it was fetched; an empty `sha256` is one that could not be had."""

    url: str
    sha256: str = ""
    size: int = 0
    validators: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked beside the address: headers, and what is posted."""

    headers: Mapping[str, str] = field(default_factory=dict)
    is_post: bool = False
    body: bytes | None = None
    # Of a file that is known, in bytes: an answer as long as that is taken for the same and not read.
    known_size: int | None = None


@dataclass(frozen=True, slots=True)
class _Body:
    """What an answer says about the body that was written."""

    kind: str
    charset: str | None
    name: str | None
    validators: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sink:
    """Where a body goes: written piece by piece, started over after a fault, within a limit."""

    write: Callable[[bytes], object]
    restart: Callable[[], object]
    limit: int
    too_large: type[FetchRefused]


_PLAINLY: Final = _Asked()

Fields = tuple[tuple[str, str], ...]
"""What a form sends: names and values."""


class Fetcher:
    """An async context manager over one HTTP session."""

    def __init__(self, *, politeness: Politeness | None = None, allow_hosts: Collection[str] = ()) -> None:
        self.politeness = politeness or Politeness()
        self._guard = Guard(allow_hosts)
        self._session: aiohttp.ClientSession | None = None
        self._pace = Pace(self.politeness)
        self._robots: dict[str, asyncio.Task[RobotFileParser | None]] = {}

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._guard), limit=100, use_dns_cache=False
        )
        timeout = aiohttp.ClientTimeout(total=None, connect=15, sock_read=self.politeness.timeout_seconds)
        # Decompression is ours, so that a bomb stops at the limit and not in memory.
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            auto_decompress=False,
            headers=_LIKE_A_BROWSER,
            # Old firewalls and web forms send who has no cookie in a circle; hosts without a name count too.
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """The page at an address; raises FetchRefused with the reason.

        With the validators of an earlier answer as headers: raises NotModified when nothing changed since.
        """
        chunks: list[bytes] = []
        sink = _Sink(chunks.append, chunks.clear, PAGE_LIMIT, PageTooLarge)
        final, aliases, body = await self._deliver(url, sink, _Asked(headers=headers or {}))
        return Fetched(final, aliases, b"".join(chunks), body.kind, body.charset, body.validators)

    async def post(
        self,
        url: str,
        fields: Iterable[tuple[str, str]],
        *,
        charset: str = "utf-8",
        body: bytes | None = None,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """The page a form is answered with; sent once, not again after a fault. Raises FetchRefused.

        The fields are sent in `charset`, the page's; or `body` of a content type `kind` instead of them.
        """
        chunks: list[bytes] = []
        self._guard.check_url(url)
        await self._check_robots(url)
        if body is None:
            body = urlencode(tuple(fields), encoding=charset, errors="replace").encode()
            kind = "application/x-www-form-urlencoded"
        asked = _Asked({**(headers or {}), "Content-Type": kind}, is_post=True, body=body)
        try:
            answer = await self._hop(url, _Sink(chunks.append, chunks.clear, PAGE_LIMIT, PageTooLarge), asked)
        except _Passing as passing:
            raise passing.failure from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise self._lost(error) from None
        if isinstance(answer, str):  # a form that sends on to its result
            return await self.fetch(answer)
        return Fetched(canonical(url), (), b"".join(chunks), answer.kind, answer.charset, answer.validators)

    async def fetch_file(
        self,
        url: str,
        folder: Path,
        *,
        headers: Mapping[str, str] | None = None,
        known: KnownFile | None = None,
    ) -> FetchedFile:
        """The file at an address as a new file of `folder`; raises FetchRefused and leaves nothing.

        Raises NotModified where it is, by what its server says, the file that is `known`: by its validators,
        or, from servers that give none, by its length.
        """
        handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=folder, prefix="fetched-")
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                hashing = _Hashing(stream.write, lambda: (stream.seek(0), stream.truncate()))
                sink = _Sink(hashing.write, hashing.restart, FILE_LIMIT, FileTooLarge)
                final, _, body = await self._deliver(url, sink, _asked_for_file(headers or {}, known))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        digest, name = hashing.digest.hexdigest(), body.name or file_name(final)
        return FetchedFile(final, path, digest, hashing.size, body.kind, name, body.validators)

    async def _deliver(self, url: str, sink: _Sink, asked: _Asked) -> tuple[str, tuple[str, ...], _Body]:
        """Follow redirects by hand, judging every hop, and stream the last answer's body into the sink."""
        current, trail = url, [canonical(url)]
        for _ in range(_REDIRECTS + 1):
            self._guard.check_url(current)
            await self._check_robots(current)
            known = self._cookies()
            answer = await self._attempts(current, sink, asked)
            if isinstance(answer, str):
                current = answer
                if canonical(current) in trail and self._cookies() == known:
                    raise RedirectLoop
                trail.append(canonical(current))
                continue
            aliases = dict.fromkeys(one for one in trail if one != trail[-1])
            return trail[-1], tuple(aliases), answer
        raise RedirectLoop

    def _cookies(self) -> frozenset[tuple[str, str]]:
        """What the servers have us say again; a redirect back that brings something new is no loop yet."""
        jar = self._session.cookie_jar if self._session is not None else ()
        return frozenset((cookie.key, cookie.value) for cookie in jar)

    async def _attempts(self, url: str, sink: _Sink, asked: _Asked) -> str | _Body:
        """One hop, tried again after passing faults; a redirect's target, or what was said of the body."""
        failure: FetchRefused = FetchRefused()
        patience = 0.0
        for attempt in range(self.politeness.attempts):
            if attempt:
                await asyncio.sleep(max(patience, self.politeness.backoff_seconds * 2 ** (attempt - 1)))
                sink.restart()
            try:
                return await self._hop(url, sink, asked)
            except _Passing as passing:
                failure, patience = passing.failure, passing.patience
                if passing.is_last:
                    break
            except TimeoutError:
                failure = TimedOut()
            except aiohttp.ClientError as error:
                failure = self._lost(error)
        if isinstance(failure, HttpFailure):
            self._pace.forbids(urlsplit(url).netloc)
        raise failure

    @staticmethod
    def _lost(error: aiohttp.ClientError) -> FetchRefused:
        """What a broken connection is called; raises AddressNotAllowed where the guard broke it."""
        if isinstance(error.__cause__, AddressNotAllowed):
            raise error.__cause__ from None
        return FetchRefused(f"连接原网站失败（{type(error).__name__}），请核对地址或稍后续跑。")

    async def _hop(self, url: str, sink: _Sink, asked: _Asked = _PLAINLY) -> str | _Body:
        if self._session is None:
            raise RuntimeError("Fetcher is an async context manager")
        host = urlsplit(url).netloc
        async with (
            self._pace.turn(host),
            _at_most(self.politeness.timeout_seconds * 20),
            self._session.request(
                "POST" if asked.is_post else "GET", url, data=asked.body,
                # Files are often given to those only who come from a page of the site.
                headers={"Referer": urljoin(url, "/"), **asked.headers},
                allow_redirects=False,
            ) as answer,
        ):  # fmt: skip
            if answer.status in (301, 302, 303, 307, 308):
                target = absolute(url, answer.headers.get("Location", ""))
                if target is None:
                    raise HttpFailure(f"原网站的跳转地址无效（HTTP {answer.status}）。")
                return target
            if answer.status == _NOT_FOUND and (older := _in_old_spelling(url)) is not None:
                return older
            self._check_status(answer, host)
            if (target := _sent_on(url, answer.headers.get("Refresh", ""))) is not None:
                return target
            if asked.known_size is not None and answer.content_length == asked.known_size:
                raise NotModified
            if (answer.content_length or 0) > sink.limit:
                raise sink.too_large
            async for chunk in bounded(answer, sink.limit, sink.too_large):
                sink.write(chunk)
            self._pace.answered(host)
            return _body_of(answer)

    def _check_status(self, answer: aiohttp.ClientResponse, host: str) -> None:
        """Raise what an answer without the page means; a host that is asked too fast is given a rest."""
        patience = patience_asked(answer.headers.get("Retry-After", ""))
        if answer.status in (_TOO_MANY_REQUESTS, _OVERLOADED):
            self._pace.slow_down(host, patience)
        if answer.status >= 500 or answer.status == _TOO_MANY_REQUESTS:
            sentence = f"原网站服务器出错（HTTP {answer.status}），页面没有取到；请待其恢复后再次导入。"
            raise _Passing(ServerFailure(sentence), patience)
        if answer.status == _NOT_MODIFIED:
            raise NotModified
        if answer.status >= 400 or answer.status < 200:
            failure = HttpFailure(f"原网站返回错误 HTTP {answer.status}，页面没有取到。")
            if answer.status == _FORBIDDEN and self._pace.may_be_banned(host):
                # Firewalls answer 403 to who asks too fast: after a rest the page may be there.
                self._pace.slow_down(host, patience, is_forbidden=True)
                raise _Passing(failure, patience)
            raise failure

    async def _check_robots(self, url: str) -> None:
        if not self.politeness.respect_robots or urlsplit(url).path == "/robots.txt":
            return
        origin = urljoin(url, "/robots.txt")
        if origin not in self._robots:
            self._robots[origin] = asyncio.create_task(self._read_robots(origin))
        rules = await asyncio.shield(self._robots[origin])
        if rules is not None and not rules.can_fetch(ROBOT, url):
            raise RobotsDisallowed

    async def _read_robots(self, url: str) -> RobotFileParser | None:
        """The rules, or None; a broken answer forbids nothing (old servers answer 500 here)."""
        chunks: list[bytes] = []
        try:
            answer = await self._hop(url, _Sink(chunks.append, chunks.clear, 500_000, PageTooLarge))
        except (FetchRefused, _Passing, TimeoutError, aiohttp.ClientError):
            return None
        text = b"".join(chunks).decode("utf-8", "replace")
        if isinstance(answer, str) or "<html" in text[:500].lower():
            return None
        rules = RobotFileParser()
        rules.parse(text.splitlines())
        return rules


def _sent_on(url: str, refresh: str) -> str | None:
    """Where the header Refresh sends the reader at once, as <meta http-equiv=refresh> does."""
    seconds, _, target = refresh.partition(";")
    if not seconds.strip().isdecimal() or int(seconds) > _AT_ONCE:
        return None
    found = absolute(url, re.sub(r"^\s*url\s*=", "", target, flags=re.IGNORECASE).strip(" \"'"))
    return found if found and canonical(found) != canonical(url) else None


def _in_old_spelling(url: str) -> str | None:
    """The address with Chinese names in its path as old browsers wrote them, in GBK; None for others."""
    parts = urlsplit(url)
    try:
        path = unquote_to_bytes(parts.path).decode()
        spelled = quote(path, safe="/:@!$&'()*+,;=~", encoding="gb18030")
    except UnicodeError:
        return None
    return None if path.isascii() else urlunsplit(parts._replace(path=spelled))


def _asked_for_file(headers: Mapping[str, str], known: KnownFile | None) -> _Asked:
    if known is None or not known.sha256:
        return _Asked(headers=headers)
    return _Asked({**headers, **known.validators}, known_size=None if known.validators else known.size)


def _body_of(answer: aiohttp.ClientResponse) -> _Body:
    disposition = answer.content_disposition
    asking = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    return _Body(
        answer.content_type if "Content-Type" in answer.headers else "",
        answer.charset,
        disposition.filename if disposition else None,
        {asking[name]: answer.headers[name] for name in asking if name in answer.headers},
    )


class _Passing(Exception):
    """A fault worth another attempt, after as many seconds as the server asks for."""

    def __init__(self, failure: FetchRefused, patience: float, *, is_last: bool = False) -> None:
        super().__init__(failure.message)
        self.failure, self.patience, self.is_last = failure, patience, is_last


@asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    """Give up for this time on a body that comes in drops: asking again at once would take as long again."""
    scope = asyncio.timeout(seconds)
    try:
        async with scope:
            yield
    except TimeoutError:
        if scope.expired():
            raise _Passing(TimedOut(), 0.0, is_last=True) from None
        raise


class _Hashing:
    """Writes, counts and hashes; starts over when an attempt failed half-way."""

    def __init__(self, write: Callable[[bytes], object], rewind: Callable[[], object]) -> None:
        self._write, self._rewind = write, rewind
        self.digest, self.size = hashlib.sha256(), 0

    def write(self, chunk: bytes) -> None:
        self._write(chunk)
        self.digest.update(chunk)
        self.size += len(chunk)

    def restart(self) -> None:
        self._rewind()
        self.digest, self.size = hashlib.sha256(), 0
