"""A folder of saved pages as a source: paths ↔ addresses, by saved-from notes, <base> and host folders."""

import asyncio
import hashlib
import mimetypes
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from rongshu.intake.extraction.addresses import file_name
from rongshu.intake.extraction.navigation import saved_from

from .addresses import canonical, identity
from .errors import FileTooLarge, NotSaved, PageTooLarge
from .fetching import FILE_LIMIT, PAGE_LIMIT, Fetched, FetchedFile, Fields, KnownFile
from .mht import MhtFiles, address_in, is_mht

_PAGE_SUFFIXES: Final = frozenset(
    {".html", ".htm", ".shtml", ".xhtml", ".jsp", ".asp", ".aspx", ".php", ".mht_html", ".xml"}
)
_INDEXES: Final = (
    "index.html",
    "index.htm",
    "index.shtml",
    "default.htm",
    "default.html",
    "index.jsp",
    "index.asp",
    "index.php",
    "default.aspx",
)
_HOST = re.compile(
    r"^(?:[a-z0-9\-]+\.)+[a-z]{2,}(?:[:_+]\d{2,5})?$|^localhost(?:[:_+]\d{2,5})?$", re.IGNORECASE
)
_BASE = re.compile(r"<base\b[^>]{0,300}\bhref\s*=\s*[\"']?(https?://[^\"'\s>]{1,1000})", re.IGNORECASE)
NOWHERE: Final = "http://saved-pages.invalid/"


class FolderSource:
    """Every page below `folder`; `base_url` is the address of the folder when the pages don't say theirs."""

    def __init__(self, folder: Path, *, base_url: str = NOWHERE) -> None:
        self._folder = folder.resolve()
        self._base = base_url if base_url.endswith("/") else base_url + "/"
        self._files: dict[str, Path] = {}
        self._pages: list[str] = []
        self._saved_whole = MhtFiles(self._add)

    async def start_urls(self) -> Sequence[str]:
        """The addresses of all pages, in the order of their paths."""
        if not self._pages:
            await asyncio.to_thread(self._index)
        return self._pages

    def in_scope(self, url: str) -> bool:
        """The folder holds it."""
        return identity(canonical(url)) in self._files

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """The saved bytes; raises NotSaved or PageTooLarge."""
        path = await self._path(url)
        if is_mht(path):
            part = await asyncio.to_thread(self._saved_whole.part, url, path)
            if len(part.content) > PAGE_LIMIT:
                raise PageTooLarge
            return Fetched(canonical(part.url), (), part.content, part.kind, part.charset)
        if path.stat().st_size > PAGE_LIMIT:
            raise PageTooLarge
        kind = (
            "text/html" if path.suffix.lower() in _PAGE_SUFFIXES else mimetypes.guess_type(path.name)[0] or ""
        )
        return Fetched(canonical(url), (), await asyncio.to_thread(path.read_bytes), kind, None)

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        """A folder answers no forms; raises NotSaved."""
        raise NotSaved

    async def fetch_file(self, url: str, folder: Path, *, known: KnownFile | None = None) -> FetchedFile:
        """A copy of the saved file below `folder`, `known` or not; raises NotSaved or FileTooLarge."""
        path = await self._path(url)
        if is_mht(path):
            return await asyncio.to_thread(self._copy_of_part, url, path, folder)
        if path.stat().st_size > FILE_LIMIT:
            raise FileTooLarge
        return await asyncio.to_thread(self._copy, url, path, folder)

    def _copy_of_part(self, url: str, path: Path, folder: Path) -> FetchedFile:
        part = self._saved_whole.part(url, path)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="fetched-", delete=False) as copy:
            copy.write(part.content)
        digest = hashlib.sha256(part.content).hexdigest()
        return FetchedFile(url, Path(copy.name), digest, len(part.content), part.kind, file_name(part.url))

    @staticmethod
    def _copy(url: str, path: Path, folder: Path) -> FetchedFile:
        with (
            tempfile.NamedTemporaryFile(dir=folder, prefix="fetched-", delete=False) as copy,
            path.open("rb") as saved,
        ):
            shutil.copyfileobj(saved, copy)
        with path.open("rb") as saved:
            digest = hashlib.file_digest(saved, "sha256").hexdigest()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return FetchedFile(url, Path(copy.name), digest, path.stat().st_size, kind, path.name)

    async def _path(self, url: str) -> Path:
        name = identity(canonical(url))
        if name not in self._files:
            await asyncio.to_thread(self._saved_whole.open_all)
        if (path := self._files.get(name)) is None:
            raise NotSaved
        return path

    def _index(self) -> None:
        """Give every file below the folder its address; links out of the folder are not followed."""
        found = sorted(path for path in self._folder.rglob("*") if path.is_file())
        inside = [path for path in found if path.resolve().is_relative_to(self._folder)]
        for path in inside:
            self._add(self._address(path), path)
        for path in inside:
            if is_mht(path):
                self._pages.append(self._address_of_mht(path))
            elif path.suffix.lower() in _PAGE_SUFFIXES and not any(
                part.endswith("_files") for part in path.parts
            ):
                self._pages.append(self._own_address(path))

    def _add(self, url: str, path: Path) -> None:
        self._files.setdefault(identity(canonical(url)), path)
        if path.name.lower() in _INDEXES:
            self._files.setdefault(identity(canonical(urljoin(url, "."))), path)

    def _address(self, path: Path) -> str:
        """wget's host folders name the host; otherwise the path below the folder's address."""
        parts = path.relative_to(self._folder).parts
        if len(parts) > 1 and _HOST.match(parts[0]):
            host = re.sub(r"[_+](?=\d+$)", ":", parts[0])
            return f"http://{host}/" + _written(parts[1:])
        return self._base + _written(parts)

    def _address_of_mht(self, path: Path) -> str:
        own = canonical(address_in(path) or self._address(path))
        self._add(own, path)
        self._saved_whole.add(path, own)
        return own

    def _own_address(self, path: Path) -> str:
        """The address a page says it was saved from; its resources are then known beside that address too."""
        with path.open("rb") as saved:
            head = saved.read(4000).decode("utf-8", "replace")
        noted, base = saved_from(head), _BASE.search(head)
        if noted:
            own = noted
        elif base and urlsplit(self._address(path)).netloc == urlsplit(self._base).netloc:
            own = urljoin(base.group(1), quote(path.name))
        else:
            return canonical(self._address(path))
        self._add(own, path)
        for resource in path.parent.glob(f"{_glob_safe(path.stem)}_files/**/*"):
            if resource.is_file():
                self._add(urljoin(own, quote(resource.relative_to(path.parent).as_posix())), resource)
        return canonical(own)


def _written(parts: tuple[str, ...]) -> str:
    """File names as addresses; wget writes ?id=3 (or @id=3) of a query into the name."""
    joined = "/".join(quote(unquote(part), safe="?=&@+,;~()!'") for part in parts)
    return re.sub(r"@(?=\w+=)", "?", joined, count=1)


def _glob_safe(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)
