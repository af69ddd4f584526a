"""What an installation is told by its environment: every variable, its meaning and its default.

`docs/settings.md` repeats this table; a variable without a row there is a red test.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    """One environment variable an installation reads."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("RONGSHU_DATA", "./var", "全部状态所在的目录：数据库、文件库、已发布页面、日志、锁"),
    Variable("RONGSHU_SECRET_KEY", "", "签名密钥；留空时首次运行在数据目录内生成（权限 0600）"),
    Variable("RONGSHU_DEBUG", "0", "开发调试开关；对外服务时必须为 0"),
    Variable("RONGSHU_DEMO", "0", "演示开关：为 1 时接受演示区划（99 开头）与演示统一社会信用代码"),
    Variable(
        "RONGSHU_REVIEW",
        "",
        "平台没有指定审核流程时用哪一个：three-reviews（三审三校）或 single；留空为前者，演示平台为后者",
    ),
    Variable("RONGSHU_HOSTS", "localhost,127.0.0.1,[::1],.localhost", "管理端与接口接受的主机名，逗号分隔"),
    Variable(
        "RONGSHU_TRUSTED_PROXIES", "", "管理端前面可信代理的 IP 地址，逗号分隔；只采信它们转来的地址与协议"
    ),
    Variable("RONGSHU_LINK_CHECK", "0", "为 1 时在后台访问稿件中的外部链接，报告死链和可能被劫持的链接"),
    Variable("RONGSHU_LINK_CHECK_HOSTS", "", "链接检查可以访问的内部主机，逗号分隔的“主机:端口”"),
    Variable(
        "RONGSHU_CONTACT_MAIL", "", "运维联系邮箱，告诉经 OAI-PMH 采集本平台的人；留空取网站联系方式中的"
    ),
    Variable("RONGSHU_LOG_FORMAT", "console", "日志格式：console 或 json"),
    Variable(
        "RONGSHU_FEDERATION_KEY",
        "",
        "本节点与其他节点联通所用的私钥（PEM）；留空时首次使用自动生成，存于数据目录 keys/",
    ),
    Variable("DATABASE_URL", "", "主数据库；留空为数据目录内的 SQLite，或 postgres://…"),
    Variable("SEARCH_URL", "", "检索引擎；留空为数据目录内的内置索引，或 opensearch://主机:端口/前缀"),
    Variable("RONGSHU_SEARCH_SEMANTIC", "0", "为 1 时问句的检索结果再按语义排序，需要可选组件 semantic"),
    Variable("STORAGE_URL", "", "文件库；留空为数据目录内的 store/，或 file:///绝对路径"),
)
_BY_NAME = {variable.name: variable for variable in VARIABLES}


def read(name: str) -> str:
    """Return the value of a known variable, or its default."""
    return os.environ.get(name, "") or _BY_NAME[name].default


def is_on(name: str) -> bool:
    """Return whether a switch is on; anything but 0 and 1 is refused."""
    value = read(name)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"环境变量 {name} 只能是 0 或 1，现为 {value!r}。")
    return value == "1"


def data_folder() -> Path:
    """Return the folder of all state, made private to the owner when it is first needed."""
    folder = Path(read("RONGSHU_DATA")).resolve()
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return the signing key from the environment, else from the data folder, making it once."""
    given = os.environ.get("RONGSHU_SECRET_KEY", "")
    if given:
        if len(given) < 50:
            raise ImproperlyConfigured("RONGSHU_SECRET_KEY 过短：请使用至少 50 个随机字符。")
        return given
    return _kept_secret(folder / "secret_key")


def _kept_secret(file: Path) -> str:
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secrets.token_urlsafe(64))
    return file.read_text().strip()
