"""The content-addressed store: a file once per digest, written atomically, checked when in doubt.

Embedded: a folder, `store/ab/cd/<64 hexadecimal digits>`. Another engine (S3) implements `ContentStore`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

from django.conf import settings
from django.db import connection

from rongshu.foundation.canonical_json import split_digest
from rongshu.foundation.errors import InvalidInput, NotFound

_CHUNK: Final = 1024 * 1024
_FICLONE: Final = 0x40049409  # linux/fs.h: share the blocks of another file, copy on write


class StoredContent(NamedTuple):
    """What is stored: its tagged digest and its size in bytes."""

    digest: str
    size: int


class ContentMissing(NotFound):
    """The store has no content of this digest."""

    code = "content-missing"
    sentence = "文件库中没有此文件，请运行 rongshu doctor 检查文件库是否完整。"


class ContentTooLarge(InvalidInput):
    """The content is larger than allowed."""

    code = "content-too-large"
    sentence = "文件超过允许的大小，请压缩或拆分后再提交。"


class ContentStore(Protocol):
    """The port every engine implements; the functions below speak to the engine of the settings."""

    def put(self, stream: BinaryIO, limit: int | None) -> StoredContent: ...
    def open(self, digest: str) -> BinaryIO: ...
    def copy_to(self, digest: str, target: Path) -> None: ...
    def exists(self, digest: str) -> bool: ...
    def erase(self, digest: str) -> bool: ...
    def digests(self) -> Iterator[str]: ...


def put(stream: BinaryIO, *, limit: int | None = None) -> StoredContent:
    """Store a stream; raise `ContentTooLarge` beyond `limit` bytes (nothing stays). Safe to repeat."""
    return store().put(stream, limit)


def open(digest: str) -> BinaryIO:  # noqa: A001 - read as storage.open(digest)
    """Open stored content for reading; raise `ContentMissing`."""
    try:
        return store().open(digest)
    except ContentMissing:
        if not _is_supplied(digest):
            raise
        return store().open(digest)


def copy_to(digest: str, target: Path) -> None:
    """Copy stored content to `target` atomically: shared blocks where the file system can, never a link."""
    try:
        store().copy_to(digest, target)
    except ContentMissing:
        if not _is_supplied(digest):
            raise
        store().copy_to(digest, target)


_suppliers: list[Callable[[str], bool]] = []


def register_supplier(supplier: Callable[[str], bool]) -> None:
    """Let an app fetch content at its first use; it returns whether the content is here now."""
    if supplier not in _suppliers:
        _suppliers.append(supplier)


def _is_supplied(digest: str) -> bool:
    # Nothing is fetched while the database is held.
    return not connection.in_atomic_block and any(supplier(digest) for supplier in _suppliers)


def exists(digest: str) -> bool:
    """Whether the store has this content."""
    return store().exists(digest)


def erase(digest: str) -> bool:
    """Erase content for good; return whether it was there."""
    return store().erase(digest)


def digests() -> Iterator[str]:
    """Yield the digest of everything stored, in no particular order of folders."""
    return store().digests()


def is_intact(digest: str) -> bool:
    """Whether the content is there and still has this digest (reads all of it)."""
    try:
        with store().open(digest) as stored:
            return _digest_of(stored, split_digest(digest)[0]) == digest
    except ContentMissing:
        return False


def store() -> ContentStore:
    """Return the engine that the settings name."""
    return FolderStore(Path(settings.STORE_FOLDER))


class FolderStore:
    """The store in a folder of the data folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: BinaryIO, limit: int | None = None) -> StoredContent:
        """Write to a temporary file beside the store, then move it to its place."""
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as written:
                content = _copy_and_digest(stream, written, limit)
                written.flush()
                os.fsync(written.fileno())  # the database row that will name it is durable too
            self._settle(temporary, content)
        finally:
            temporary.unlink(missing_ok=True)
        return content

    def open(self, digest: str) -> BinaryIO:
        """Open the file of a digest."""
        try:
            return self.path_of(digest).open("rb")
        except FileNotFoundError as error:
            raise ContentMissing(fields={"digest": digest}) from error

    def copy_to(self, digest: str, target: Path) -> None:
        """Copy beside the target, then move over it."""
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
        try:
            with self.open(digest) as source, temporary.open("wb") as written:
                _clone_or_copy(source, written)
            temporary.chmod(0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def exists(self, digest: str) -> bool:
        """Whether the file of a digest is there."""
        return self.path_of(digest).is_file()

    def erase(self, digest: str) -> bool:
        """Remove the file of a digest."""
        try:
            self.path_of(digest).unlink()
        except FileNotFoundError:
            return False
        return True

    def digests(self) -> Iterator[str]:
        """Yield what the folders hold."""
        for file in self.root.glob("??/??/*"):
            yield f"sha256:{file.name}"
        for file in self.root.glob("sm3/??/??/*"):
            yield f"sm3:{file.name}"

    def path_of(self, digest: str) -> Path:
        """Return where a digest lies; raise `DigestMalformed` for what is none (no path gets in)."""
        algorithm, digits = split_digest(digest)
        root = self.root if algorithm == "sha256" else self.root / algorithm
        return root / digits[:2] / digits[2:4] / digits

    def _settle(self, temporary: Path, content: StoredContent) -> None:
        target = self.path_of(content.digest)
        with contextlib.suppress(FileNotFoundError):
            if target.stat().st_size == content.size:
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o640)
        temporary.replace(target)
        sync_folder(target.parent)


def _copy_and_digest(source: BinaryIO, target: BinaryIO, limit: int | None) -> StoredContent:
    state, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            raise ContentTooLarge(fields={"limit": str(limit)})
        state.update(chunk)
        target.write(chunk)
    return StoredContent(f"sha256:{state.hexdigest()}", size)


def _digest_of(stored: BinaryIO, algorithm: str) -> str:
    state = hashlib.new(algorithm)
    while chunk := stored.read(_CHUNK):
        state.update(chunk)
    return f"{algorithm}:{state.hexdigest()}"


def _clone_or_copy(source: BinaryIO, target: BinaryIO) -> None:
    try:
        fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
    except OSError:  # another file system, or one without shared blocks
        shutil.copyfileobj(source, target, _CHUNK)


def sync_folder(folder: Path) -> None:
    """Make what was renamed into a folder, or made in it, survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
