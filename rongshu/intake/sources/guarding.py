"""Which hosts a source may be on, and where its secrets come from: never from its description."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Collection
from pathlib import Path
from typing import Final

from rongshu.foundation.networks import is_public
from rongshu.intake.crawling.errors import AddressNotAllowed
from rongshu.intake.crawling.guarding import Guard

from .errors import SettingsMalformed, SourceAway

_SECRET_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
SECRET_PREFIX: Final = "RONGSHU_SOURCE_"  # noqa: S105 - a name, no secret


def judged_address(host: str, port: int, allow_hosts: Collection[str]) -> str:
    """Return the numeric address of a host; inner ones only of hosts allowed by name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SourceAway(
            f"找不到主机“{host}”，请核对数据来源的地址。", fields={"url": "主机不存在"}
        ) from error
    addresses = [str(item[4][0]) for item in found]
    if not Guard(allow_hosts).allows_host(host, port) and not all(is_public(one) for one in addresses):
        raise AddressNotAllowed(
            f"“{host}”在内网或本机，已拒绝访问；确属数据来源时，由运维人员用 --allow-host {host} 写明主机名。"
        )
    return addresses[0]


def secret(name: str, folder: Path) -> str:
    """Return a secret by its name: from the environment, else from a private file of `folder`.

    Only variables of our own prefix: a description must not be able to send other secrets anywhere.
    """
    if not _SECRET_NAME.fullmatch(name):
        raise SettingsMalformed("口令名称只能用大写字母、数字和下划线。", fields={"secret": "名称有误"})
    if given := os.environ.get(f"{SECRET_PREFIX}{name}"):
        return given
    file = folder / name
    if not file.is_file():
        raise SettingsMalformed(
            f"没有口令“{name}”：请设置环境变量 {SECRET_PREFIX}{name}，或写入 {file}（权限 0600）。",
            fields={"secret": "没有找到"},
        )
    if file.stat().st_mode & 0o077:
        raise SettingsMalformed(
            f"口令文件 {file} 其他人可读，请先执行 chmod 600。", fields={"secret": "权限过宽"}
        )
    return file.read_text(encoding="utf-8").strip()
