"""A web archive (WARC) as a source: what a crawler of somebody else's kept, with addresses and answers."""

import asyncio
import hashlib
import mimetypes
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from .addresses import canonical, identity
from .errors import ArchiveDamaged, FileTooLarge, HttpFailure, NotSaved, PageTooLarge, RedirectLoop
from .fetching import FILE_LIMIT, PAGE_LIMIT, Fetched, FetchedFile, Fields, KnownFile

SUFFIXES: Final = (".warc", ".warc.gz")
_REDIRECTS: Final = 10
_PIECE: Final = 65_536
_PAGES: Final = ("text/html", "application/xhtml")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answer lies in which file, and what it was."""

    file: Path
    offset: int
    status: int
    kind: str
    charset: str | None
    target: str


class WarcSource:
    """The answers of one archive, or of all archives of a folder; the newest of an address counts."""

    def __init__(self, path: Path) -> None:
        self._files = sorted(one for one in path.iterdir() if is_warc(one)) if path.is_dir() else [path]
        self._places: dict[str, _Place] = {}
        self._pages: list[str] = []

    async def start_urls(self) -> Sequence[str]:
        """The addresses of all pages, in the order they were kept."""
        if not self._places:
            await asyncio.to_thread(self._index)
        return self._pages

    def in_scope(self, url: str) -> bool:
        """The archive holds it."""
        return identity(canonical(url)) in self._places

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """The answer that was kept, redirects followed; raises NotSaved, HttpFailure or PageTooLarge."""
        final, aliases, place = self._followed(url)
        content = await asyncio.to_thread(lambda: b"".join(self._pieces(place, PAGE_LIMIT, PageTooLarge)))
        return Fetched(final, aliases, content, place.kind, place.charset)

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        """An archive answers no forms; raises NotSaved."""
        raise NotSaved

    async def fetch_file(self, url: str, folder: Path, *, known: KnownFile | None = None) -> FetchedFile:
        """The file that was kept, copied below `folder`; raises NotSaved, HttpFailure or FileTooLarge."""
        final, _, place = self._followed(url)
        return await asyncio.to_thread(self._copied, final, place, folder)

    def _copied(self, url: str, place: _Place, folder: Path) -> FetchedFile:
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=folder, prefix="fetched-", delete=False) as copy:
            try:
                for piece in self._pieces(place, FILE_LIMIT, FileTooLarge):
                    copy.write(piece)
                    digest.update(piece)
                    size += len(piece)
            except BaseException:
                Path(copy.name).unlink(missing_ok=True)
                raise
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        kind = place.kind or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FetchedFile(url, Path(copy.name), digest.hexdigest(), size, kind, name)

    def _followed(self, url: str) -> tuple[str, tuple[str, ...], _Place]:
        trail = [canonical(url)]
        for _ in range(_REDIRECTS):
            place = self._places.get(identity(trail[-1]))
            if place is None:
                raise NotSaved
            if place.status >= 400:
                raise HttpFailure(f"原网站返回错误 HTTP {place.status}，页面没有取到。")
            if not place.target:
                return trail[-1], tuple(trail[:-1]), place
            trail.append(canonical(place.target))
        raise RedirectLoop

    def _pieces(
        self, place: _Place, limit: int, too_large: type[PageTooLarge | FileTooLarge]
    ) -> Iterator[bytes]:
        """Unpacked piece by piece, up to the limit: what was packed at the server stays bounded here."""
        with place.file.open("rb") as stream:
            stream.seek(place.offset)
            record = next(iter(ArchiveIterator(stream)))
            content, size = record.content_stream(), 0
            while piece := content.read(_PIECE):
                size += len(piece)
                if size > limit:
                    raise too_large
                yield piece

    def _index(self) -> None:
        for file in self._files:
            with file.open("rb") as stream:
                records = ArchiveIterator(stream)
                try:
                    for record in records:
                        if record.rec_type == "response" and record.http_headers is not None:
                            self._add(file, records.get_record_offset(), record)
                except (ArchiveLoadFailed, EOFError) as error:
                    if not self._places:
                        raise ArchiveDamaged from error
        if not self._places:
            raise ArchiveDamaged

    def _add(self, file: Path, offset: int, record: Any) -> None:
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if urlsplit(url).scheme not in {"http", "https"}:
            return
        status = record.http_headers.get_statuscode()
        written = record.http_headers.get_header("Content-Type") or ""
        kind, _, more = written.partition(";")
        charset = more.rpartition("charset=")[2].strip(" \"'") or None
        target = record.http_headers.get_header("Location") or "" if status.startswith("3") else ""
        place = _Place(
            file, offset, int(status) if status.isdecimal() else 0, kind.strip().lower(), charset,
            urljoin(url, target) if target else "",
        )  # fmt: skip
        plain = canonical(url)
        if identity(plain) not in self._places and (target or kind.strip().lower().startswith(_PAGES)):
            self._pages.append(plain)
        self._places[identity(plain)] = place


def is_warc(path: Path) -> bool:
    """Whether a file is an archive by its name."""
    return path.is_file() and path.name.lower().endswith(SUFFIXES)


def holds_archives(path: Path) -> bool:
    """Whether a source is an archive, or a folder with archives in it."""
    return is_warc(path) or (path.is_dir() and any(is_warc(one) for one in path.iterdir()))


def lies_here(path: Path) -> bool:
    """Whether a source lies on this machine: a folder, or an archive."""
    return path.is_dir() or is_warc(path)
