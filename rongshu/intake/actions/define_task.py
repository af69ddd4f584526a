"""Describe a source and what its fields mean, or describe it anew; refused while the task runs (P2-08)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as installed
from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.intake.columns import standing_columns
from rongshu.intake.errors import MappingMalformed, PathNotAllowed, TaskLocked
from rongshu.intake.mapping import read_field_mapping
from rongshu.intake.models import IntakeTask
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.sources.kinds import CRAWL
from rongshu.intake.sources.port import check_settings
from rongshu.sites.models import Site

_LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class TaskDescription:
    """What a task is: name, kind of source, the source's settings, the mapping, hosts allowed by name."""

    name: str
    kind: str
    settings: Mapping[str, Any]
    mapping: Mapping[str, Any] = field(default_factory=dict)
    allowed_hosts: Sequence[str] = ()


def create_task(
    *, actor: Person, site: Site, description: TaskDescription, is_operator: bool = False
) -> IntakeTask:
    """Keep a new task; nothing is read yet.

    `is_operator`: given on the server's command line, where paths and inner hosts may be named.
    Raise `MappingMalformed`, `SettingsMalformed`, `PathNotAllowed`, `NotAllowed`.
    """
    require(may_run_intake(viewer_for(actor), site))
    _check(site, description, is_operator=is_operator)
    with transaction.atomic():
        if site.intake_tasks.filter(name=description.name).exists():
            raise InvalidInput("本站点已有同名的任务，请换一个名称。", fields={"name": "已有同名任务"})
        task = IntakeTask.objects.create(site=site, created_by=actor, **_columns(description))
        record(actor, "intake.task-created", task, name=task.name, kind=task.kind, site=site.slug)
    return task


def change_task(
    *, actor: Person, task: IntakeTask, description: TaskDescription, is_operator: bool = False
) -> IntakeTask:
    """Describe a task anew; what is read from now on is read so. Raise `TaskLocked` while it runs."""
    require(may_run_intake(viewer_for(actor), task.site))
    _check(task.site, description, is_operator=is_operator, before=task)
    with transaction.atomic():
        task = IntakeTask.objects.select_for_update().select_related("site").get(pk=task.pk)
        if task.is_locked:
            raise TaskLocked
        if task.site.intake_tasks.filter(name=description.name).exclude(pk=task.pk).exists():
            raise InvalidInput("本站点已有同名的任务，请换一个名称。", fields={"name": "已有同名任务"})
        for name, value in _columns(description).items():
            setattr(task, name, value)
        task.save(update_fields=["name", "kind", "settings", "mapping", "allowed_hosts"])
        record(actor, "intake.task-changed", task, name=task.name, kind=task.kind)
    return task


def uploads_folder() -> Path:
    """Return where files lie that were uploaded in the console for tasks."""
    folder = Path(installed.DATA_FOLDER) / "intake" / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _columns(description: TaskDescription) -> dict[str, Any]:
    return {
        "name": description.name,
        "kind": description.kind,
        "settings": dict(description.settings),
        "mapping": dict(description.mapping),
        "allowed_hosts": list(description.allowed_hosts),
    }


def _check(
    site: Site, description: TaskDescription, *, is_operator: bool, before: IntakeTask | None = None
) -> None:
    if not description.name.strip() or len(description.name) > _LONGEST_NAME:
        raise InvalidInput("请填写任务名称，不超过 60 字。", fields={"name": "必须填写，不超过 60 字"})
    check_settings(description.kind, description.settings)
    if not is_operator:
        _check_paths(description, before)
        if set(description.allowed_hosts) - set(before.allowed_hosts if before else ()):
            raise NotAllowed("内网和本机的主机只能由运维人员用 rongshu intake task 命令允许。")
    if description.kind == CRAWL:
        _check_column_paths(site, _crawl_columns(description.mapping))
        return
    if description.mapping:  # described without one first, it is mapped before it starts
        _check_column_paths(site, read_field_mapping(description.mapping).column_paths)


def _check_paths(description: TaskDescription, before: IntakeTask | None) -> None:
    """A file that was uploaded may be named, and what the operator named before may stay."""
    kept = {str(before.settings.get("path")), str(before.settings.get("source"))} if before else set()
    if description.kind == "file":
        path = str(description.settings.get("path"))
        if path not in kept and not Path(path).resolve().is_relative_to(uploads_folder().resolve()):
            raise PathNotAllowed(fields={"path": "请上传文件"})
    if description.kind == CRAWL:
        source = str(description.settings.get("source"))
        if source not in kept and urlsplit(source).scheme not in {"http", "https"}:
            raise PathNotAllowed(
                "网站采集的来源须是 http:// 或 https:// 开头的网址；服务器上的文件夹由运维人员用命令指定。"
            )
    folder = description.mapping.get("folder")
    if folder and (before is None or folder != before.mapping.get("folder")):
        raise PathNotAllowed(
            "附件所在的文件夹只能由运维人员用 rongshu intake task 命令指定。", fields={"mapping": "folder"}
        )


def _crawl_columns(mapping: Mapping[str, Any]) -> dict[str, str]:
    columns = mapping.get("columns") or {}
    if not isinstance(columns, Mapping) or set(mapping) - {"columns"}:
        raise MappingMalformed("网站采集的映射只有 columns：旧栏目（用 > 连接）与本站栏目路径的对应。")
    return {str(old): "" if to == "不迁移" else str(to) for old, to in columns.items()}


def _check_column_paths(site: Site, paths: Mapping[str, str]) -> None:
    known = set(standing_columns(site).values_list("path", flat=True))
    for old, path in paths.items():
        if path and path not in known:
            raise MappingMalformed(
                f"“{old}”对应的栏目 {path} 在站点“{site.slug}”中没有，请核对路径，或填“不迁移”。",
                fields={"mapping": path},
            )
