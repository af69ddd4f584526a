"""Asking a node: signed or deliberately not, over a transport that may be a network or a function."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import orjson
import urllib3

from rongshu.federation.conformance.checks import Broken, CannotTell, Unanswered
from rongshu.federation.signing import messages
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.messages import Asked

BASE: Final = "/-/federation/v1"
_LARGEST: Final = 256 * 1024 * 1024


@dataclass(frozen=True)
class Reply:
    """What came back: fields by lower-case names, the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    asked: Asked

    def plain(self) -> bytes:
        """Return the body without its encoding; raise `Broken`."""
        if self.headers.get("content-encoding", "") != "gzip":
            return self.body
        try:
            return gzip.decompress(self.body)
        except (OSError, EOFError) as error:
            raise Broken(f"标明 gzip 的答复无法解压：{error}") from error

    def json(self) -> Any:
        """Return the JSON it holds; raise `Broken`."""
        try:
            return orjson.loads(self.plain())
        except orjson.JSONDecodeError as error:
            raise Broken(f"答复不是 JSON：{self.plain()[:80]!r}") from error


Transport = Callable[[str, str, Mapping[str, str], bytes], Reply]


def over_the_network(timeout: float = 30) -> Transport:
    """Return a transport over HTTP that decodes and follows nothing by itself."""
    pool = urllib3.PoolManager(retries=False, timeout=timeout)

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            answer = pool.request(
                method, url, headers=dict(headers), body=body or None, redirect=False, preload_content=False,
                decode_content=False,
            )  # fmt: skip
            content = answer.read(_LARGEST, decode_content=False)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Unanswered(f"节点没有应答：{error}"[:200]) from error
        fields = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status, fields, content, Asked(method, url, headers))

    return send


@dataclass
class Asker:
    """A neighbour that asks: its key, which the node must have pinned, and the node it asks."""

    base_url: str
    transport: Transport
    key: SigningKey | None
    node: UUID | None = None

    def url(self, path: str, parameters: Mapping[str, object] | None = None) -> str:
        """Return an address of the protocol."""
        query = (
            f"?{urlencode({name: str(value) for name, value in parameters.items()})}" if parameters else ""
        )
        return f"{self.base_url.rstrip('/')}{BASE}{path}{query}"

    def unsigned(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Reply:
        """Send as it is."""
        return self.transport(method, url, headers or {}, body)

    def signed(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        **otherwise: Any,
    ) -> Mapping[str, str]:
        """Return the fields of a signed request; `otherwise` are arguments of `sign_request` that differ."""
        given: dict[str, Any] = {"to": self.recipient, **otherwise}
        key = given.pop("key", None) or self.own_key
        return messages.sign_request(
            method, url, {"Federation-Protocol": "1", **(headers or {})}, body, key, **given
        )

    def get(self, path: str, parameters: Mapping[str, object] | None = None, **headers: str) -> Reply:
        """Ask as a partner does; names of fields with `_` for `-`."""
        url = self.url(path, parameters)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.unsigned("GET", url, self.signed("GET", url, fields))

    def post(self, path: str, body: bytes, **otherwise: Any) -> Reply:
        """Send JSON as a partner does."""
        url, fields = self.url(path), {"Content-Type": "application/json"}
        return self.unsigned("POST", url, self.signed("POST", url, fields, body, **otherwise), body)

    @property
    def own_key(self) -> SigningKey:
        """The asker's key; without one only what is open to everyone can be tried."""
        if self.key is None:
            raise CannotTell("没有给出本方密钥（--key、--node），只能检查公开的部分")
        return self.key

    @property
    def recipient(self) -> UUID:
        """Whom requests are meant for."""
        if self.node is None:
            raise CannotTell("节点说明没有给出节点标识")
        return self.node
