"""Polite HTTP: rate and concurrency per host, retries, redirects by hand, bounded and hashed bodies."""

import asyncio
import hashlib
import os
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import aiohttp

from rongshu.intake.extraction.addresses import absolute, file_name

from .addresses import canonical
from .errors import (
    AddressNotAllowed,
    FetchRefused,
    FileTooLarge,
    HttpFailure,
    PageTooLarge,
    RedirectLoop,
    RobotsDisallowed,
    ServerFailure,
    TimedOut,
)
from .guarding import Guard, GuardedResolver

USER_AGENT: Final = "RongshuIntake/1.0 (+site migration)"
PAGE_LIMIT: Final = 20_000_000
FILE_LIMIT: Final = 200_000_000
_REDIRECTS: Final = 10
_CHUNK: Final = 65_536
_PIECE: Final = 1_000_000
_TOO_MANY_REQUESTS: Final = 429
_LONGEST_PATIENCE: Final = 60.0  # seconds a server may ask us to wait
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
    """One answer: `url` is where it came from at last, `aliases` the addresses that led there."""

    url: str
    aliases: tuple[str, ...]
    content: bytes
    content_type: str
    charset: str | None

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


@dataclass(frozen=True, slots=True)
class Politeness:
    """How hard a site is worked: requests per second (None: as fast as it answers) and at once, per host."""

    per_second: float | None = 5.0
    at_once: int = 4
    timeout_seconds: float = 30.0
    attempts: int = 3
    backoff_seconds: float = 1.0
    respect_robots: bool = True


class Fetcher:
    """An async context manager over one HTTP session."""

    def __init__(self, *, politeness: Politeness | None = None, allow_hosts: Collection[str] = ()) -> None:
        self.politeness = politeness or Politeness()
        self._guard = Guard(allow_hosts)
        self._session: aiohttp.ClientSession | None = None
        self._gates: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(self.politeness.at_once)
        )
        self._next_turn: dict[str, float] = {}
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
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, url: str) -> Fetched:
        """The page at an address; raises FetchRefused with the reason."""
        chunks: list[bytes] = []
        final, aliases, kind, charset, _ = await self._deliver(
            url, chunks.append, chunks.clear, PAGE_LIMIT, PageTooLarge
        )
        return Fetched(final, aliases, b"".join(chunks), kind, charset)

    async def post(self, url: str, fields: Iterable[tuple[str, str]]) -> Fetched:
        """The page a form is answered with; sent once, not again after a fault. Raises FetchRefused."""
        chunks: list[bytes] = []
        self._guard.check_url(url)
        await self._check_robots(url)
        try:
            answer = await self._hop(url, chunks.append, PAGE_LIMIT, PageTooLarge, tuple(fields))
        except _Passing as passing:
            raise passing.failure from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise self._lost(error) from None
        if isinstance(answer, str):  # a form that sends on to its result
            return await self.fetch(answer)
        return Fetched(canonical(url), (), b"".join(chunks), answer[0], answer[1])

    async def fetch_file(self, url: str, folder: Path) -> FetchedFile:
        """The file at an address as a new file of `folder`; raises FetchRefused and leaves nothing."""
        handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=folder, prefix="fetched-")
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                sink = _HashingSink(stream.write, lambda: (stream.seek(0), stream.truncate()))
                final, _, kind, _, disposition = await self._deliver(
                    url, sink.write, sink.restart, FILE_LIMIT, FileTooLarge
                )
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return FetchedFile(
            final, path, sink.digest.hexdigest(), sink.size, kind, disposition or file_name(final)
        )

    async def _deliver(
        self,
        url: str,
        write: Callable[[bytes], object],
        restart: Callable[[], object],
        limit: int,
        too_large: type[FetchRefused],
    ) -> tuple[str, tuple[str, ...], str, str | None, str | None]:
        """Follow redirects by hand, judging every hop, and stream the last answer's body into `write`."""
        current, trail = url, [canonical(url)]
        for _ in range(_REDIRECTS + 1):
            self._guard.check_url(current)
            await self._check_robots(current)
            answer = await self._attempts(current, write, restart, limit, too_large)
            if isinstance(answer, str):
                current = answer
                if canonical(current) in trail:
                    raise RedirectLoop
                trail.append(canonical(current))
                continue
            kind, charset, disposition = answer
            return trail[-1], tuple(trail[:-1]), kind, charset, disposition
        raise RedirectLoop

    async def _attempts(
        self,
        url: str,
        write: Callable[[bytes], object],
        restart: Callable[[], object],
        limit: int,
        too_large: type[FetchRefused],
    ) -> str | tuple[str, str | None, str | None]:
        """One hop, tried again after passing faults; the target of a redirect or the type of the body."""
        failure: FetchRefused = FetchRefused()
        patience = 0.0
        for attempt in range(self.politeness.attempts):
            if attempt:
                await asyncio.sleep(max(patience, self.politeness.backoff_seconds * 2 ** (attempt - 1)))
                restart()
            try:
                return await self._hop(url, write, limit, too_large)
            except _Passing as passing:
                failure, patience = passing.failure, passing.patience
            except TimeoutError:
                failure = TimedOut()
            except aiohttp.ClientError as error:
                failure = self._lost(error)
        raise failure

    @staticmethod
    def _lost(error: aiohttp.ClientError) -> FetchRefused:
        """What a broken connection is called; raises AddressNotAllowed where the guard broke it."""
        if isinstance(error.__cause__, AddressNotAllowed):
            raise error.__cause__ from None
        return FetchRefused(f"连接原网站失败（{type(error).__name__}），请核对地址或稍后续跑。")

    async def _hop(
        self,
        url: str,
        write: Callable[[bytes], object],
        limit: int,
        too_large: type[FetchRefused],
        fields: tuple[tuple[str, str], ...] | None = None,
    ) -> str | tuple[str, str | None, str | None]:
        if self._session is None:
            raise RuntimeError("Fetcher is an async context manager")
        host = urlsplit(url).netloc
        async with self._gates[host]:
            await self._take_turn(host)
            async with (
                asyncio.timeout(self.politeness.timeout_seconds * 20),
                self._session.request(
                    "GET" if fields is None else "POST", url, data=fields, allow_redirects=False
                ) as answer,
            ):
                if answer.status in (301, 302, 303, 307, 308):
                    target = absolute(url, answer.headers.get("Location", ""))
                    if target is None:
                        raise HttpFailure(f"原网站的跳转地址无效（HTTP {answer.status}）。")
                    return target
                self._check_status(answer)
                if (answer.content_length or 0) > limit:
                    raise too_large
                async for chunk in _bounded(answer, limit, too_large):
                    write(chunk)
                disposition = answer.content_disposition
                name = disposition.filename if disposition else None
                return answer.content_type if "Content-Type" in answer.headers else "", answer.charset, name

    @staticmethod
    def _check_status(answer: aiohttp.ClientResponse) -> None:
        if answer.status >= 500 or answer.status == _TOO_MANY_REQUESTS:
            sentence = f"原网站服务器出错（HTTP {answer.status}），页面没有取到；请待其恢复后再次导入。"
            raise _Passing(ServerFailure(sentence), _patience(answer.headers.get("Retry-After", "")))
        if answer.status >= 400 or answer.status < 200:
            raise HttpFailure(f"原网站返回错误 HTTP {answer.status}，页面没有取到。")

    async def _take_turn(self, host: str) -> None:
        """Requests to a host start at least 1/per_second apart."""
        if self.politeness.per_second is None:
            return
        now = time.monotonic()
        turn = max(now, self._next_turn.get(host, 0.0))
        self._next_turn[host] = turn + 1 / self.politeness.per_second
        await asyncio.sleep(turn - now)

    async def _check_robots(self, url: str) -> None:
        if not self.politeness.respect_robots or urlsplit(url).path == "/robots.txt":
            return
        origin = urljoin(url, "/robots.txt")
        if origin not in self._robots:
            self._robots[origin] = asyncio.create_task(self._read_robots(origin))
        rules = await asyncio.shield(self._robots[origin])
        if rules is not None and not rules.can_fetch(USER_AGENT, url):
            raise RobotsDisallowed

    async def _read_robots(self, url: str) -> RobotFileParser | None:
        """The rules, or None; a broken answer forbids nothing (old servers answer 500 here)."""
        chunks: list[bytes] = []
        try:
            answer = await self._hop(url, chunks.append, 500_000, PageTooLarge)
        except (FetchRefused, _Passing, TimeoutError, aiohttp.ClientError):
            return None
        text = b"".join(chunks).decode("utf-8", "replace")
        if isinstance(answer, str) or "<html" in text[:500].lower():
            return None
        rules = RobotFileParser()
        rules.parse(text.splitlines())
        return rules


class _Passing(Exception):
    """A fault worth another attempt, after as many seconds as the server asks for."""

    def __init__(self, failure: FetchRefused, patience: float) -> None:
        super().__init__(failure.message)
        self.failure, self.patience = failure, patience


def _patience(asked: str) -> float:
    return min(float(asked), _LONGEST_PATIENCE) if asked.strip().isdecimal() else 0.0


class _HashingSink:
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


async def _bounded(
    answer: aiohttp.ClientResponse, limit: int, too_large: type[FetchRefused]
) -> AsyncIterator[bytes]:
    """The decompressed body piece by piece; stops at the limit however small the packed bytes are."""
    unpack = _unpacker(answer.headers.get("Content-Encoding", "").lower())
    total = 0
    async for packed in answer.content.iter_chunked(_CHUNK):
        for piece in unpack(packed):
            total += len(piece)
            if total > limit:
                raise too_large
            yield piece


def _unpacker(encoding: str) -> Callable[[bytes], Iterable[bytes]]:
    if encoding in ("", "identity"):
        return lambda chunk: (chunk,)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchRefused(f"原网站使用了不支持的压缩方式（{encoding[:20]}），页面没有取到。")
    return _Inflater().pieces


class _Inflater:
    """gzip, zlib and raw deflate, at most a megabyte per piece."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._begun = False

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """What the packed bytes hold; raises FetchRefused when they are damaged."""
        waiting, more = packed, True
        while waiting or more:
            piece = self._step(waiting)
            waiting, more = self._inflate.unconsumed_tail, len(piece) == _PIECE
            if piece:
                yield piece
            if self._inflate.eof:
                waiting, more = self._inflate.unused_data, False
                if waiting:
                    self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
                if not waiting.strip(b"\0"):
                    return

    def _step(self, packed: bytes) -> bytes:
        try:
            piece = self._inflate.decompress(packed, _PIECE)
        except zlib.error:
            if self._begun:
                raise FetchRefused("原网站传来的压缩数据已损坏，页面没有取到。") from None
            # "deflate" without its header, as IIS sends it.
            self._begun, self._inflate = True, zlib.decompressobj(-zlib.MAX_WBITS)
            return self._step(packed)
        self._begun = True
        return piece
