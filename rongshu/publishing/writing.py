"""The published tree of one site: temporary file and rename, and repair after a crash.

No fsync per file: the manifest is the recovery point. What is about to change is written down first
(`Manifest.intend`), so that whatever a killed publisher left behind is found again by name.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.conf import settings

from rongshu.foundation import storage
from rongshu.publishing.errors import FileMissing, TreeUnwritable
from rongshu.publishing.keys import PageKey, kind_of
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.products import ABSENT, CarriedFile, Failed, Product, Staged


def tree_root(slug: str) -> Path:
    """The folder a site's readers are served from."""
    return Path(settings.PUBLISHED_FOLDER) / slug


def manifest_file(site_id: object) -> Path:
    """The manifest shard of a site, outside the tree."""
    return Path(settings.MANIFEST_FOLDER) / f"{site_id}.sqlite3"


def _staging_folder(slug: str) -> Path:
    # On the tree's file system, so that a rename is atomic; a dot, so that no host name leads there.
    return Path(settings.PUBLISHED_FOLDER) / ".writing" / slug


# Unique in the process: two stagers of one site may follow each other while files still wait.
_NUMBERS = itertools.count()


class Stager:
    """Writes made pages into temporary files; used by the publisher and by its rendering processes."""

    def __init__(self, slug: str, token: str) -> None:
        self.folder = _staging_folder(slug) / token

    def stage(self, product: Product, serial: int, known_path: str | None, known_digest: bytes) -> Staged:
        """Write the content aside unless the page already lies at its path with this digest."""
        digest = hashlib.sha256(product.content).digest() if product.path else b""
        unchanged = product.path == (known_path or ABSENT) and digest == known_digest
        temporary = ABSENT
        if product.path and not unchanged:
            temporary = self._write(product.content)
        return Staged(
            product.key, serial, product.path, digest, len(product.content), temporary, product.framed,
            product.reads, product.files, product.outbound, product.members,
        )  # fmt: skip

    def _write(self, content: bytes) -> str:
        temporary = f"{self.folder}/{os.getpid()}-{next(_NUMBERS)}"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            try:
                if os.write(descriptor, content) != len(content):
                    raise OSError(errno.ENOSPC, "short write")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise TreeUnwritable from error
        return temporary


class SiteTree:
    """One site's files, changed only together with its manifest."""

    def __init__(self, slug: str, manifest: Manifest, token: str) -> None:
        self.root = tree_root(slug)
        self.manifest = manifest
        self.stager = Stager(slug, token)
        self._folders: set[str] = set()

    def recover(self) -> list[str]:
        """Undo what a killed publisher left: its temporary files, and files its manifest doesn't know.

        Return the keys of pages whose file may not be what the manifest says.
        """
        shutil.rmtree(self.stager.folder.parent, ignore_errors=True)
        self._make_folder(self.stager.folder)
        self._make_folder(self.root)
        doubtful = [path for path in self.manifest.intentions() if not self._is_as_recorded(path)]
        with self.manifest.change():
            self.manifest.give_back()
            keys = [key for path in doubtful if (key := self.manifest.distrust(path))]
            self.manifest.fulfil()
        return keys

    def leave(self) -> None:
        """Remove the staging folder."""
        shutil.rmtree(self.stager.folder, ignore_errors=True)

    def apply(self, results: Sequence[Staged], follow: Callable[[Sequence[Staged]], None]) -> None:
        """Bring pages into their places and write them down; withdrawn ones leave before any arrives.

        `follow` is called inside the change that writes them down, before it does: what it asks for is
        asked for if, and only if, the pages are there.
        """
        wanted = self.manifest.still_wanted(results)
        leaving = self._leaving(wanted)
        arriving = self._new_files(wanted)
        try:
            with self.manifest.change():
                self.manifest.intend([*leaving, *(one.path for one in wanted if one.temporary)])
                self.manifest.intend(file.path for file in arriving)
            self._unlink(leaving)
            sizes = [self._copy(file) for file in arriving]
            for result in wanted:
                if result.temporary:
                    self._move(result.temporary, result.path)
        except OSError as error:
            raise TreeUnwritable from error
        self._record(wanted, list(zip(arriving, sizes, strict=True)), follow)
        self._discard(results)

    def without_files(self, results: Sequence[Staged]) -> list[Failed]:
        """Return, as failures, the pages that carry a file the store has lost."""
        lost = [file for file in self._new_files(results) if not storage.exists(file.digest)]
        digests = {file.digest for file in lost}
        return [
            Failed(result.key, result.serial, f"{FileMissing.code}: {file.path}")
            for result in results
            for file in result.files
            if result.path and file.digest in digests
        ]

    def restore(self, path: str) -> PageKey | None:
        """Bring a path back to what the manifest says; return the key of a page that must be made anew."""
        page = self.manifest.page_at(path)
        file = self.root / path.lstrip("/")
        if page is None:
            self._remove_foreign(file)
            return None
        key, digest, _ = page
        if not file.is_symlink() and file.is_file() and digest_of_file(file) == digest:
            return None
        if kind_of(key) == "file":
            self._copy(CarriedFile(path, f"sha256:{digest.hex()}"))
            return None
        with self.manifest.change():
            self.manifest.distrust(path)
        return key

    def _remove_foreign(self, file: Path) -> None:
        if not file.resolve().parent.is_relative_to(self.root.resolve()) and not file.is_symlink():
            return
        if file.is_dir() and not file.is_symlink():
            shutil.rmtree(file, ignore_errors=True)
        else:
            file.unlink(missing_ok=True)
        self._remove_empty_folders(file.parent)

    def _record(
        self,
        wanted: Sequence[Staged],
        files: Sequence[tuple[CarriedFile, int]],
        follow: Callable[[Sequence[Staged]], None],
    ) -> None:
        with self.manifest.change():
            follow(wanted)
            for file, size in files:
                self.manifest.record_file(file, size)
            orphans = self.manifest.record(wanted)
            for path in orphans:
                self.manifest.forget_file(path)
            self.manifest.fulfil()
            self.manifest.intend(orphans)
        if orphans:
            self._unlink(orphans)
            with self.manifest.change():
                self.manifest.fulfil()

    def _leaving(self, wanted: Sequence[Staged]) -> list[str]:
        """The old paths of pages that move or end, unless another page of this batch comes to lie there."""
        arriving = {result.path for result in wanted}
        known = self.manifest.known_of(result.key for result in wanted).values()
        return [one.path for one in known if one.path and one.path not in arriving]

    def _new_files(self, wanted: Sequence[Staged]) -> list[CarriedFile]:
        found = {file.path: file for result in wanted if result.path for file in result.files}
        held = self.manifest.holders_of(found)
        return [file for path, file in found.items() if path not in held]

    def _copy(self, file: CarriedFile) -> int:
        temporary = self.stager.folder / "copy"
        temporary.unlink(missing_ok=True)
        storage.copy_to(file.digest, temporary)
        size = temporary.stat().st_size
        self._move(str(temporary), file.path)
        return size

    def _move(self, temporary: str, path: str) -> None:
        target = f"{self.root}{path}"
        folder = target.rpartition("/")[0]
        if folder not in self._folders:
            self._make_folder(Path(folder))
            self._folders.add(folder)
        try:
            os.replace(temporary, target)  # noqa: PTH105 - called for every file
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            self._make_way(Path(folder), Path(target))
            os.replace(temporary, target)  # noqa: PTH105

    def _make_way(self, folder: Path, target: Path) -> None:
        """Someone put a file where a folder belongs, or a folder where a file does."""
        for step in [*reversed(folder.relative_to(self.root).parents), folder.relative_to(self.root)]:
            if (self.root / step).is_file() or (self.root / step).is_symlink():
                (self.root / step).unlink()
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        self._make_folder(folder)

    def _unlink(self, paths: Iterable[str]) -> None:
        for path in paths:
            file = self.root / path.lstrip("/")
            file.unlink(missing_ok=True)
            self._remove_empty_folders(file.parent)

    def _remove_empty_folders(self, folder: Path) -> None:
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                return
            self._folders.discard(str(folder))
            folder = folder.parent

    def _discard(self, results: Sequence[Staged]) -> None:
        """Remove the temporary files of results that were overtaken."""
        for result in results:
            if result.temporary:
                Path(result.temporary).unlink(missing_ok=True)

    def _is_as_recorded(self, path: str) -> bool:
        file, page = self.root / path.lstrip("/"), self.manifest.page_at(path)
        if page is None:
            self._unlink([path])
            return True
        return file.is_file() and digest_of_file(file) == page[1]

    @staticmethod
    def _make_folder(folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            folder.unlink()
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TreeUnwritable from error


def digest_of_file(file: Path) -> bytes:
    """Return the SHA-256 of a file's content."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()
