"""Listening sockets: bound once by the supervisor, inherited by the processes that answer on them."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
from typing import Final

from rongshu.foundation.errors import InvalidInput, Misconfigured

BACKLOG: Final = 1024
_OTHER_LOOPBACK: Final = {"127.0.0.1": "::1", "::1": "127.0.0.1", "0.0.0.0": "::"}  # noqa: S104 - a table


class AddressMalformed(InvalidInput):
    """A listening address is not `host:port`."""

    code = "address-malformed"
    sentence = "监听地址应写作 主机:端口，如 127.0.0.1:8000 或 [::1]:8000。"


class AddressTaken(Misconfigured):
    """The address can't be bound."""

    code = "address-taken"
    sentence = "监听地址无法使用：可能已有程序占用此端口，或本机没有此地址。"


def parse_address(text: str) -> tuple[str, int]:
    """Return (host, port) of `127.0.0.1:8000`, `[::1]:8000` or `localhost:8000`."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    host = "127.0.0.1" if host == "localhost" else host
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        if 0 < int(port) < 65536:
            return host, int(port)
    raise AddressMalformed(fields={"address": text})


def is_loopback(text: str) -> bool:
    """Whether an address is reachable from this machine only."""
    return ipaddress.ip_address(parse_address(text)[0]).is_loopback


def listen(text: str) -> list[socket.socket]:
    """Bind an address; loopback and "any" are bound for IPv4 and IPv6 alike, where the machine has both."""
    host, port = parse_address(text)
    sockets = [_bind(host, port)]
    other = _OTHER_LOOPBACK.get(host)
    if other is not None:
        with contextlib.suppress(_NoSuchFamily):
            sockets.append(_bind(other, port))
    return sockets


class _NoSuchFamily(AddressTaken):
    """This machine has no IPv6 (or no IPv4)."""


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        absent = error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
        raise (_NoSuchFamily if absent else AddressTaken)(
            f"监听地址 {host}:{port} 无法使用：{error.strerror}。", fields={"address": f"{host}:{port}"}
        ) from error
    bound.setblocking(False)
    return bound
