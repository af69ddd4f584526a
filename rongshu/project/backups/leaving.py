"""系统退出 (P3-10): everything handed over in open formats, and everything erased with a certificate."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from rongshu.foundation import clock, storage
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.installation import this_installation
from rongshu.foundation.sealing import seal_audit, verify_audit
from rongshu.foundation.storage import FolderStore
from rongshu.project.backups import databases
from rongshu.project.backups.backing_up import digest_of_file, room_or_error, settled_umask
from rongshu.project.backups.errors import FolderUnfit
from rongshu.project.data_lock import data_to_ourselves

Told = Callable[[str], None]

# What belongs to a running process or to the framework, and is nobody's record.
_NOT_HANDED_OVER: Final = {"sessions.session", "contenttypes.contenttype", "rongshu_foundation.lease"}

README: Final = """本目录是“{name}”的全部数据，于 {at} 导出，供接收方在没有本软件的情况下使用。

tables/*.jsonl   每张数据表一个文件，每行一条记录（JSON，UTF-8）：
                 {{"model": 表名, "pk": 主键, "fields": {{字段: 值}}}}。口令散列不导出。
files/           全部文件（图片、附件），文件名为内容的 SHA-256；
                 原文件名见 tables/rongshu_library.versionfile.jsonl。
www/             已发布的页面，每个站点一个目录，可直接用任何静态服务器打开。
audit/           审计链首；审计记录在 tables/rongshu_foundation.auditrecord.jsonl。
SHA256SUMS       以上全部文件的指纹，可用 sha256sum -c SHA256SUMS 核对。
"""


class NameDiffers(InvalidInput):
    """The name given to confirm the erasure is not the installation's."""

    code = "name-differs"
    sentence = "确认名称与本平台名称不一致，未删除任何数据；请在 --confirm 后原样写出平台名称。"


@dataclasses.dataclass(frozen=True)
class Certificate:
    """What was erased, when and by whom: kept by the customer, as nothing remains here."""

    name: str
    node_id: str
    erased_at: str
    erased_by: str
    engine: str
    rows: dict[str, int]
    files: int
    file_bytes: int
    audit_head: str


def export_all(*, actor: Actor, folder: Path, told: Told = lambda step: None) -> dict[str, int]:
    """Write everything into a new or empty folder; return the number of rows per table."""
    installation = this_installation()
    data = Path(settings.DATA_FOLDER).resolve()
    if (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))) or _within(folder, data):
        raise FolderUnfit(fields={"folder": str(folder)})
    with transaction.atomic():
        record(actor, "data.exported", installation, folder=folder.name)
    seal_audit()
    with room_or_error(), settled_umask():
        (folder / "tables").mkdir(parents=True)
        rows = {label: _export_table(model, folder, told) for label, model in _tables()}
        told("文件")
        _export_files(folder / "files")
        for source in (Path(settings.PUBLISHED_FOLDER), Path(settings.AUDIT_FOLDER)):
            if source.is_dir():
                shutil.copytree(source, folder / source.name, symlinks=True)
        text = README.format(name=installation.name, at=f"{clock.now():%Y-%m-%d %H:%M} UTC")
        (folder / "README.txt").write_text(text, encoding="utf-8")
        told("指纹")
        _write_sums(folder)
    return rows


def erase_everything(*, actor: Actor, confirm: str, told: Told = lambda step: None) -> Certificate:
    """Erase database, files, pages, logs and keys of this installation; return the certificate."""
    installation = this_installation()
    if confirm != installation.name:
        raise NameDiffers
    with data_to_ourselves():
        told("清点")
        with transaction.atomic():
            record(actor, "data.erased", installation)
        seal_audit()
        certificate = _certificate(installation, actor)
        told("文件库与页面")
        for folder in _folders():
            _erase_folder(folder)
        told("数据库")
        databases.erase()
        (Path(settings.DATA_FOLDER) / "secret_key").unlink(missing_ok=True)
    (Path(settings.DATA_FOLDER) / "serve.lock").unlink(missing_ok=True)
    return certificate


def _tables() -> Iterator[tuple[str, type[models.Model]]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower not in _NOT_HANDED_OVER and model._meta.managed:
            yield model._meta.label_lower, model


def _export_table(model: type[models.Model], folder: Path, told: Told) -> int:
    label = model._meta.label_lower
    told(label)
    count = 0
    with (folder / "tables" / f"{label}.jsonl").open("w", encoding="utf-8") as written:
        for row in model._default_manager.order_by("pk").iterator(chunk_size=1000):
            _write_row(row, written)
            count += 1
    return count


def _write_row(row: models.Model, written: IO[str]) -> None:
    plain: dict[str, Any] = serializers.serialize("python", [row])[0]
    plain["fields"].pop("password", None)
    written.write(json.dumps(plain, ensure_ascii=False, cls=DjangoJSONEncoder) + "\n")


def _export_files(target: Path) -> None:
    copies = FolderStore(target)
    target.mkdir()
    for digest in storage.digests():
        storage.copy_to(digest, copies.path_of(digest))


def _write_sums(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    lines = [f"{digest_of_file(file)[7:]}  {file.relative_to(folder)}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _certificate(installation: Any, actor: Actor) -> Certificate:
    files = [file for folder in _folders() for file in folder.rglob("*") if file.is_file()]
    return Certificate(
        name=installation.name,
        node_id=str(installation.node_id),
        erased_at=clock.now().isoformat(),
        erased_by=actor.name,
        engine=databases.engine(),
        rows={label: model._default_manager.count() for label, model in _tables()},
        files=len(files),
        file_bytes=sum(file.stat().st_size for file in files),
        audit_head=verify_audit().head,
    )


def _folders() -> list[Path]:
    """Return the folders of this installation; nothing else under the data folder is touched."""
    data = Path(settings.DATA_FOLDER)
    named = [settings.STORE_FOLDER, settings.PUBLISHED_FOLDER, settings.MANIFEST_FOLDER]
    named += [settings.AUDIT_FOLDER, settings.LOG_FOLDER, data / "superseded", data / "keys"]
    return [Path(folder) for folder in named if Path(folder).is_dir()]


def _erase_folder(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            databases.overwrite(file)
    shutil.rmtree(folder)


def _within(folder: Path, outer: Path) -> bool:
    return outer == folder.resolve() or outer in folder.resolve().parents
