"""`rongshu restore`: everything is checked before anything is changed; the stream begins a new epoch."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from rongshu.accounts.actions.sweep_sessions import end_sessions_and_links
from rongshu.foundation import clock, storage
from rongshu.foundation.audit import record
from rongshu.foundation.installation import NotSetUp, this_installation
from rongshu.foundation.models import Installation, Lease
from rongshu.foundation.sealing import heads_file, seal_audit
from rongshu.foundation.storage import FolderStore
from rongshu.foundation.stream import begin_epoch
from rongshu.project.backups import databases
from rongshu.project.backups.backing_up import DESCRIPTION, FORMAT, digest_of_file, room_or_error
from rongshu.project.backups.errors import (
    BackupDamaged,
    BackupIncomplete,
    EngineDiffers,
    InstallationNotEmpty,
)
from rongshu.project.data_lock import data_folder_locked, data_to_ourselves

Told = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Restorer:
    """The actor of a restore: the persons are in the backup, not yet here."""

    name: str
    id: UUID | None = None


def unfinished_marker() -> Path:
    """Return the file that stands in the data folder while a restore is under way, or was cut short."""
    return Path(settings.DATA_FOLDER) / "restore.unfinished"


def restore(
    *, folder: Path, replace: bool = False, by: str = "恢复程序", told: Told = lambda step: None
) -> Installation:
    """Restore a backup; refuse a non-empty installation unless `replace`. Cut short, it is run again."""
    told("核对备份")
    cut, description = check(folder)
    with _lock(), room_or_error():
        if not (replace or unfinished_marker().exists()) and not is_empty():
            raise InstallationNotEmpty
        unfinished_marker().write_text(str(folder.resolve()))
        told("文件库")
        _restore_store(folder, cut)
        told("数据库")
        superseded = Path(settings.DATA_FOLDER) / "superseded" / clock.now().strftime("%Y%m%dT%H%M%S%f")
        databases.put_in_place(cut / databases.FILE_NAMES[databases.engine()], superseded)
        _replace_folder(cut / "manifests", Path(settings.MANIFEST_FOLDER), superseded)
        _replace_folder(cut / "audit", heads_file().parent, superseded)
        connections.close_all()
        call_command("migrate", interactive=False, verbosity=0)
        installation = _begin_anew(description, by)
        unfinished_marker().unlink()
    return installation


def check(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Return the cut and its description; raise when anything is missing or does not have its digest."""
    try:
        description: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        cut, files = folder / str(description["cut"]), dict(description["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupIncomplete(fields={"folder": str(folder)}) from error
    if description.get("format") != FORMAT or cut.parent != folder:
        raise BackupIncomplete(fields={"folder": str(folder)})
    if description["engine"] != databases.engine():
        raise EngineDiffers(fields={"backup": description["engine"], "here": databases.engine()})
    for name, digest in files.items():
        _check_file(cut / name, digest)
    _check_store(folder, cut)
    databases.check_copy(cut / databases.FILE_NAMES[databases.engine()])
    return cut, description


def is_empty() -> bool:
    """Whether nothing has been set up or stored here."""
    try:
        this_installation()
    except NotSetUp:
        return next(storage.digests(), None) is None
    return False


def _lock() -> AbstractContextManager[None]:
    """Return the lock of the data folder; before there are tables no worker can be asked about."""
    try:
        this_installation()
    except NotSetUp:
        return data_folder_locked()
    return data_to_ourselves()


def _check_file(file: Path, digest: str) -> None:
    if not file.is_file():
        raise BackupIncomplete(fields={"file": file.name})
    if digest_of_file(file) != digest:
        raise BackupDamaged(fields={"file": file.name})


def _listed(cut: Path) -> list[str]:
    return (cut / "store.list").read_text().split()


def _check_store(folder: Path, cut: Path) -> None:
    copies = FolderStore(folder / "store")
    for digest in _listed(cut):
        _check_file(copies.path_of(digest), digest)


def _restore_store(folder: Path, cut: Path) -> None:
    copies = FolderStore(folder / "store")
    for digest in _listed(cut):
        if not storage.is_intact(digest):
            storage.erase(digest)
            with copies.open(digest) as stored:
                storage.put(stored)


def _replace_folder(source: Path, target: Path, superseded: Path) -> None:
    if target.is_dir():
        superseded.mkdir(parents=True, exist_ok=True)
        shutil.move(target, superseded / target.name)
    if source.is_dir():
        shutil.copytree(source, target)


def _begin_anew(description: dict[str, Any], by: str) -> Installation:
    """Begin a new epoch: every follower, here and elsewhere, reconciles instead of reading on."""
    with transaction.atomic():
        begin_epoch(f"restore of {description['made_at'][:19]}")
        Lease.objects.all().delete()
        end_sessions_and_links()
        installation = this_installation()
        record(Restorer(by), "installation.restored", installation, made_at=description["made_at"])
    seal_audit()
    return installation
