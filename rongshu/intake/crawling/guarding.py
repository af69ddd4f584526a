"""No crawler of ours enters a private network: the resolved address is judged at connect time."""

import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from rongshu.foundation.networks import is_public

from .errors import AddressNotAllowed


class Guard:
    """Hosts allowed by name (with or without port) may resolve anywhere, others to public addresses only."""

    def __init__(self, allow_hosts: Collection[str] = ()) -> None:
        self._allowed = {name.lower().strip("[]") for name in allow_hosts}

    def allows_host(self, host: str, port: int | None = None) -> bool:
        """The host was named by the operator."""
        host = host.lower().strip("[]")
        return host in self._allowed or (port is not None and f"{host}:{port}" in self._allowed)

    def check_url(self, url: str) -> None:
        """Refuse inner addresses written as numbers in any way a resolver understands (127.1, 0x7f000001)."""
        parts = urlsplit(url)
        host = (parts.hostname or "").strip("[]")
        if self.allows_host(host, parts.port or {"http": 80, "https": 443}.get(parts.scheme)):
            return
        literal = host if ":" in host else _dotted(host)
        if literal is not None and not is_public(literal):
            raise AddressNotAllowed
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            raise AddressNotAllowed


def _dotted(host: str) -> str | None:
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


class GuardedResolver(AbstractResolver):
    """Resolves, then judges: the connector gets what was judged, so rebinding has no second look-up."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All addresses of the host; one inner address among them refuses the host."""
        found = await self._inner.resolve(host, port, family)
        if not self._guard.allows_host(host, port) and not all(is_public(item["host"]) for item in found):
            raise AddressNotAllowed
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()
