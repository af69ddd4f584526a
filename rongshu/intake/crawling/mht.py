"""Pages a browser or Word saved as one file (MHTML, RFC 2557): the page, its frames and its pictures."""

import hashlib
import mimetypes
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from rongshu.intake.extraction.addresses import absolute

from .addresses import canonical, identity
from .errors import ArchiveDamaged, FetchRefused, FileTooLarge
from .fetching import FILE_LIMIT

SUFFIXES: Final = frozenset({".mht", ".mhtml"})
_HEAD: Final = 65_536
_PAGE: Final = "text/html"
_NO_PAGE: Final = "保存的单个网页文件（MHT）里没有网页，请核对文件是否完整。"
_KEPT_OPEN: Final = 8
_KEPT_UP_TO: Final = 20_000_000  # bytes of a file
_CID: Final = re.compile(rb"cid:([^\s\"'<>)&;]{1,300})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MhtPart:
    """One part of a saved file, as it would have been answered under its address."""

    url: str
    content: bytes
    kind: str
    charset: str | None


class MhtFiles:
    """The saved files of a folder, opened when they are asked for; `learn` is told where each part lay."""

    def __init__(self, learn: Callable[[str, Path], None]) -> None:
        self._learn = learn
        self._pages: dict[Path, str] = {}
        self._unopened: set[Path] = set()
        self._open: dict[Path, tuple[MhtPart, ...]] = {}
        self._opening = threading.Lock()

    def add(self, path: Path, own: str) -> None:
        """Note a file and the address of its page."""
        self._pages[path] = own
        self._unopened.add(path)

    def part(self, url: str, path: Path) -> MhtPart:
        """Return what lay at an address; the page itself is also known by the place of the file."""
        wanted, parts = identity(canonical(url)), self._parts(path)
        return next((part for part in parts if identity(canonical(part.url)) == wanted), parts[0])

    def open_all(self) -> None:
        """Learn the addresses of all parts: what is asked for may lie in a file nobody has read yet."""
        for path in list(self._unopened):
            try:
                self._parts(path)
            except FetchRefused:
                self._unopened.discard(path)

    def _parts(self, path: Path) -> tuple[MhtPart, ...]:
        with self._opening:
            if path in self._open:
                return self._open[path]
            parts = parts_of(path, self._pages[path])
            for part in parts:
                self._learn(part.url, path)
            self._unopened.discard(path)
            # A page's pictures are asked for right after the page: the last few files stay open.
            if path.stat().st_size <= _KEPT_UP_TO:
                self._open[path] = parts
            while len(self._open) > _KEPT_OPEN:
                self._open.pop(next(iter(self._open)))
            return parts


def is_mht(path: Path) -> bool:
    """Whether a file is one by its name."""
    return path.suffix.lower() in SUFFIXES


def address_in(path: Path) -> str | None:
    """Return the address the page was saved from; None where the file does not say one of the web.

    Chrome says it in the head of the file; Internet Explorer in that of the first part.
    """
    with path.open("rb") as saved:
        head = saved.read(_HEAD)
    said = _location(BytesHeaderParser().parsebytes(head), "Snapshot-Content-Location")
    first = re.search(rb"^Content-Location:\s{0,5}(\S{1,2000})", head, re.IGNORECASE | re.MULTILINE)
    url = said or (first[1].decode("utf-8", "replace") if first else "")
    return absolute(url, url)


def parts_of(path: Path, own: str) -> tuple[MhtPart, ...]:
    """Return the parts, the page itself (under its address `own`) first.

    Raises FileTooLarge, and ArchiveDamaged where there is no page in it.
    """
    if path.stat().st_size > FILE_LIMIT:
        raise FileTooLarge
    leaves = _leaves(path.read_bytes())
    root = next((part for part in leaves if part.get_content_type() == _PAGE), None)
    if root is None:
        raise ArchiveDamaged(_NO_PAGE)
    written = _location(root)
    named = {id(part): _address(part, at, written, own) for at, part in enumerate(leaves)} | {id(root): own}
    by_id = {_content_id(part): named[id(part)] for part in leaves if _content_id(part)}
    ordered = [root, *(part for part in leaves if part is not root)]
    return tuple(_read(part, named[id(part)], by_id) for part in ordered)


def _leaves(content: bytes) -> list[Message]:
    try:
        return [part for part in message_from_bytes(content).walk() if not part.is_multipart()]
    except RecursionError as error:  # parts within parts without end
        raise ArchiveDamaged(_NO_PAGE) from error


def _address(part: Message, at: int, root: str, own: str) -> str:
    """Where a part lay: by its address, or beside the page. Word writes places on a disk."""
    written = _location(part).removeprefix(f"{root.rpartition('/')[0]}/")
    ending = mimetypes.guess_extension(part.get_content_type()) or ""
    name = f"{hashlib.sha256(own.encode()).hexdigest()[:12]}-{at}{ending}"
    return absolute(own, written) or urljoin(own, name)


def _read(part: Message, url: str, by_id: dict[str, str]) -> MhtPart:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    kind = part.get_content_type()
    if kind == _PAGE and by_id:
        content = _CID.sub(lambda found: _named(found, by_id), content)
    return MhtPart(url, content, kind, part.get_content_charset())


def _named(found: re.Match[bytes], by_id: dict[str, str]) -> bytes:
    """Pages point to their parts by number (cid:…); a crawler needs an address."""
    return by_id.get(found[1].decode("utf-8", "replace"), found[0].decode("utf-8", "replace")).encode()


def _location(part: Message, name: str = "Content-Location") -> str:
    return re.sub(r"\s+", "", str(part.get(name) or ""))


def _content_id(part: Message) -> str:
    return str(part.get("Content-ID") or "").strip(" <>\r\n\t")
