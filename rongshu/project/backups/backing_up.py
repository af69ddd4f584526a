"""`rongshu backup`: a consistent cut of database, store and manifests, taken while serving.

The database is copied first, as of one moment; the store only grows, so every file it names is still
there afterwards. `backup.json` is written last and replaced atomically: a backup cut short leaves the
one before it whole. Files of the store are kept by digest, so the next backup copies only what is new.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from rongshu.foundation import clock, storage
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.installation import this_installation
from rongshu.foundation.sealing import heads_file, seal_audit
from rongshu.foundation.storage import FolderStore
from rongshu.foundation.stream import stream
from rongshu.project.backups import databases
from rongshu.project.backups.errors import FolderUnfit, NoRoom

FORMAT: Final = 1
DESCRIPTION: Final = "backup.json"
Told = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class BackupSummary:
    """What a backup holds."""

    folder: Path
    files: int
    copied: int
    bytes_copied: int
    last_number: int


def back_up(*, actor: Actor, folder: Path, told: Told = lambda step: None) -> BackupSummary:
    """Write a backup into `folder`, new or holding an earlier backup of this installation."""
    installation = this_installation()
    _check_folder(folder)
    with transaction.atomic():
        record(actor, "backup.begun", installation, folder=folder.name)
    seal_audit()
    stamp = clock.now().strftime("%Y%m%dT%H%M%S%f")
    with room_or_error(), settled_umask():
        folder.mkdir(parents=True, exist_ok=True)
        told("数据库")
        cut = folder / f"cut-{stamp}"
        cut.mkdir()
        # Heads before the database: a head whose seal is not in the copy would look like a deletion.
        _copy_folder(heads_file().parent, cut / "audit")
        now = stream()
        databases.copy_out(cut / databases.FILE_NAMES[databases.engine()])
        told("发布清单")
        _copy_folder(Path(settings.MANIFEST_FOLDER), cut / "manifests")
        told("文件库")
        summary = _copy_store(folder, cut, now.last_number, told)
        _describe(folder, cut, installation, summary)
        _remove_other_cuts(folder, cut)
    return summary


def digest_of_file(file: Path) -> str:
    """Return the tagged SHA-256 of a file."""
    with file.open("rb") as opened:
        return f"sha256:{hashlib.file_digest(opened, 'sha256').hexdigest()}"


@contextmanager
def room_or_error() -> Iterator[None]:
    """Turn a file system's refusal into a sentence."""
    try:
        yield
    except OSError as error:
        raise NoRoom(f"{NoRoom.sentence}（{error.strerror}）") from error


@contextmanager
def settled_umask() -> Iterator[None]:
    """Keep what is written from other users of the machine."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _check_folder(folder: Path) -> None:
    data = Path(settings.DATA_FOLDER).resolve()
    inside = folder.resolve() == data or data in folder.resolve().parents
    foreign = folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder)
    if inside or foreign or (folder.exists() and not folder.is_dir()):
        raise FolderUnfit(fields={"folder": str(folder)})


def _is_ours(folder: Path) -> bool:
    return all(
        entry.name in {DESCRIPTION, "store"} or entry.name.startswith("cut-") for entry in folder.iterdir()
    )


def _copy_folder(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore_dangling_symlinks=True, copy_function=_copy_if_there)


def _copy_if_there(source: str, target: str) -> None:
    with suppress(FileNotFoundError):  # a manifest was replaced meanwhile: the restored site publishes anew
        shutil.copyfile(source, target)


def _copy_store(folder: Path, cut: Path, last_number: int, told: Told) -> BackupSummary:
    copies, copied, size, count = FolderStore(folder / "store"), 0, 0, 0
    with (cut / "store.list").open("w") as listed:
        for count, digest in enumerate(sorted(storage.digests()), start=1):
            if not copies.exists(digest):
                with suppress(storage.ContentMissing):  # purged this very moment
                    storage.copy_to(digest, copies.path_of(digest))
                    copied, size = copied + 1, size + copies.path_of(digest).stat().st_size
            if copies.exists(digest):
                listed.write(digest + "\n")
            if count % 1000 == 0:
                told(f"文件库 {count} 个")
    return BackupSummary(folder, count, copied, size, last_number)


def _describe(folder: Path, cut: Path, installation: Any, summary: BackupSummary) -> None:
    files = [file for file in sorted(cut.rglob("*")) if file.is_file()]
    description = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "name": installation.name,
        "node_id": str(installation.node_id),
        "engine": databases.engine(),
        "epoch": str(stream().epoch),
        "last_number": summary.last_number,
        "cut": cut.name,
        "files": {str(file.relative_to(cut)): digest_of_file(file) for file in files},
    }
    written = folder / f".{DESCRIPTION}"
    with written.open("w", encoding="utf-8") as opened:
        json.dump(description, opened, ensure_ascii=False, indent=1)
        opened.flush()
        os.fsync(opened.fileno())
    written.replace(folder / DESCRIPTION)


def _remove_other_cuts(folder: Path, cut: Path) -> None:
    for other in folder.glob("cut-*"):
        if other != cut:
            shutil.rmtree(other)
