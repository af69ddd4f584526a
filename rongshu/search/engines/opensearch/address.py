"""Where the cluster is and how an installation keeps its indexes there: what SEARCH_URL says.

    opensearch+https://rongshu:口令@search-1:9200,search-2:9200/rongshu?ca=/etc/ssl/search.pem&shards=2

Several hosts may be named: while one is down, the others are asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from rongshu.search.errors import UnknownEngine

_SECURE: Final = {"opensearch": False, "http": False, "opensearch+https": True, "https": True}
_PREFIX: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_HOST: Final = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:(?P<port>\d{1,5}))?")
_PORT: Final = 9200


@dataclass(frozen=True)
class Address:
    """A cluster and a prefix in it. `copies` is how many copies of a shard are kept beside the first."""

    hosts: tuple[tuple[str, int], ...]
    prefix: str = "rongshu"
    is_secure: bool = False
    user: str = ""
    password: str = ""
    authorities: str | None = None
    shards: int = 1
    copies: str = "0-1"

    def __repr__(self) -> str:
        """Leave the password out: addresses end up in logs."""
        return f"Address({self.shown})"

    @property
    def shown(self) -> str:
        """Return what operators may read of it."""
        return ",".join(f"{host}:{port}" for host, port in self.hosts) + "/" + self.prefix


def read_address(url: str) -> Address:
    """Return what a SEARCH_URL means; refuse what can't be meant."""
    parts = urlsplit(url)
    if parts.scheme not in _SECURE:
        raise UnknownEngine
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    prefix = parts.path.strip("/") or "rongshu"
    if not _PREFIX.fullmatch(prefix):
        raise UnknownEngine("SEARCH_URL 的前缀只能用小写字母、数字、连字符和下划线。")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := set(options) - {"ca", "shards", "copies"}:
        raise UnknownEngine(f"SEARCH_URL 中有不认识的参数：{'、'.join(sorted(unknown))}。")
    return Address(
        hosts=tuple(_host(one) for one in hosts.split(",")),
        prefix=prefix,
        is_secure=_SECURE[parts.scheme],
        user=unquote(user),
        password=unquote(password),
        authorities=_authorities(options.get("ca")),
        shards=_number(options.get("shards", "1"), 1, 64),
        copies=_copies(options.get("copies")),
    )


def _host(text: str) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    if found is None:
        raise UnknownEngine(f"SEARCH_URL 的主机写法不对：{text or '（空）'}。")
    return found["name"], int(found["port"] or _PORT)


def _authorities(path: str | None) -> str | None:
    if path is not None and not Path(path).is_file():
        raise UnknownEngine("SEARCH_URL 的 ca 应是一个证书文件的绝对路径，没有找到这个文件。")
    return path


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise UnknownEngine(f"SEARCH_URL 的 shards、copies 应是 {least} 到 {most} 之间的整数。")
    return int(text)


def _copies(text: str | None) -> str:
    # Without a word: one more copy as soon as there is a second node to hold it.
    return "0-1" if text is None else f"{_number(text, 0, 8)}-{_number(text, 0, 8)}"
