"""Asking a partner: signed requests, verified answers, and cut transfers resumed at any byte."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO, Final
from urllib.parse import urlencode
from uuid import UUID

import orjson
import urllib3

from rongshu.federation.envelope import PROTOCOL
from rongshu.federation.errors import BatchMalformed, PartnerRefused, PartnerUnreachable
from rongshu.federation.learning import KEYS_PATH, learn_if_changed
from rongshu.federation.models import Partner
from rongshu.federation.signing.digests import BodyDigest
from rongshu.federation.signing.errors import DigestMismatch
from rongshu.federation.signing.messages import Asked
from rongshu.federation.trusting import signed_request, verified_response

BASE: Final = "/-/federation/v1"
LARGEST_BODY: Final = 64 * 1024 * 1024
LARGEST_TEXT: Final = 256 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_ATTEMPTS: Final = 6
_GRACE: Final = 30.0
_SLOWEST: Final = 2048
"""Bytes a second: who sends less than half of it, after the grace, holds a thread for nothing."""
_TIMEOUT: Final = urllib3.Timeout(connect=10, read=60)
_CUT: Final = (urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer; the body is whole, and decompressed where it came compressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    transferred: int = 0

    def json(self) -> Any:
        """Return the JSON it holds; raise `BatchMalformed`."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise BatchMalformed from error


@dataclass(slots=True)
class _Transfer:
    """A request, and what of its answer has come so far."""

    method: str
    target: str
    sent_headers: Mapping[str, str]
    sent: bytes
    into: BinaryIO
    limit: int
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    received: int = 0
    asked: Asked | None = None

    @property
    def etag(self) -> str:
        return self.headers.get("etag", "")


def get(
    partner: Partner, path: str, parameters: Mapping[str, str] | None = None, *, etag: str = ""
) -> Answer:
    """Ask a partner; raise `PartnerUnreachable`, `PartnerRefused` with its code, or a `SignatureRefused`."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    headers = {"Accept-Encoding": "gzip", **({"If-None-Match": etag} if etag else {})}
    return _answer(partner, _Transfer("GET", f"{BASE}{path}{query}", headers, b"", BytesIO(), LARGEST_BODY))


def download(partner: Partner, path: str, into: BinaryIO, *, most_bytes: int) -> None:
    """Write the body of an answer to a file, verified; raise like `get`."""
    _call(partner, _Transfer("GET", f"{BASE}{path}", {}, b"", into, most_bytes))


def post(partner: Partner, path: str, content: Mapping[str, Any]) -> Answer:
    """Send JSON to a partner; raise like `get`."""
    headers = {"Content-Type": "application/json"}
    body = orjson.dumps(content)
    return _answer(partner, _Transfer("POST", f"{BASE}{path}", headers, body, BytesIO(), LARGEST_BODY))


def _answer(partner: Partner, transfer: _Transfer) -> Answer:
    _call(partner, transfer)
    if transfer.target != BASE + KEYS_PATH:
        learn_if_changed(partner.pk, transfer.headers, lambda: get(partner, KEYS_PATH).json())
    transfer.into.seek(0)
    body = transfer.into.read()
    text = _decompressed(body) if transfer.headers.get("content-encoding") == "gzip" else body
    return Answer(transfer.status, transfer.headers, text, len(body))


def _call(partner: Partner, transfer: _Transfer) -> None:
    last: Exception | None = None
    for attempt in range(_ATTEMPTS):
        try:
            _transfer(partner, transfer)
            return _verify(partner, transfer)
        except _CUT as error:
            last = error
            if not transfer.received or not transfer.etag:
                break  # nothing came: the partner is away, and the caller knows how to wait
            time.sleep(0.1 * 2**attempt)
    raise PartnerUnreachable(fields={"reason": str(last)[:200]})


def _transfer(partner: Partner, transfer: _Transfer) -> None:
    """Receive a body, or the rest of one that was cut; raise what the connection raised."""
    wanted = {"Federation-Protocol": PROTOCOL, **transfer.sent_headers}
    if transfer.received and transfer.etag:
        wanted |= {"Range": f"bytes={transfer.received}-", "If-Range": transfer.etag}
        wanted.pop("If-None-Match", None)
    method, url = transfer.method, partner.base_url.rstrip("/") + transfer.target
    signed = signed_request(method, url, wanted, transfer.sent, to=partner.pk)
    response = _connections().request(
        method, url, headers=signed, body=transfer.sent or None, timeout=_TIMEOUT, redirect=False,
        retries=False, preload_content=False, decode_content=False,
    )  # fmt: skip
    try:
        _begin(transfer, response, Asked(method, url, signed))
        pace = _Pace(partner)
        while chunk := response.read1(_CHUNK, decode_content=False):
            transfer.into.write(chunk)
            transfer.received += len(chunk)
            if transfer.received > transfer.limit:
                raise BatchMalformed("对方发来的数据超过约定的大小，本批没有收入。")
            pace.keep(len(chunk))
    except BaseException:
        # What is still on its way would be taken for the answer to the next request.
        response.close()
        raise
    response.release_conn()


def _begin(transfer: _Transfer, response: urllib3.BaseHTTPResponse, asked: Asked) -> None:
    headers = {name.lower(): value for name, value in response.headers.items()}
    continues = response.status == 206 and headers.get("content-range", "").startswith(
        f"bytes {transfer.received}-"
    )
    if not continues:
        transfer.into.seek(0)
        transfer.into.truncate()
        transfer.received = 0
    transfer.status, transfer.headers, transfer.asked = response.status, headers, asked


def _verify(partner: Partner, transfer: _Transfer) -> None:
    assert transfer.asked is not None  # noqa: S101 - a transfer that ended was begun
    transfer.into.seek(0)
    body = None if transfer.received else b""
    whole = verified_response(transfer.status, transfer.headers, body, asked=transfer.asked, node=partner.pk)
    if body is None:
        _require_whole(transfer, whole.digest)
    if transfer.status >= 400:
        transfer.into.seek(0)
        raise _refusal(transfer.status, transfer.into.read(_CHUNK))


def _refusal(status: int, body: bytes) -> PartnerRefused | PartnerUnreachable:
    try:
        told = orjson.loads(body)
        code, title = str(told["code"])[:60], str(told["title"])[:300]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        code, title = f"http-{status}", ""
    if status in (429, 502, 503, 504):
        return PartnerUnreachable(title or None, fields={"code": code})
    return PartnerRefused(title or None, fields={"code": code, "status": str(status)})


def _decompressed(body: bytes) -> bytes:
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = reader.decompress(body, LARGEST_TEXT)
    except zlib.error as error:
        raise BatchMalformed from error
    if not reader.eof or reader.unconsumed_tail or reader.unused_data:
        raise BatchMalformed
    return text


def _require_whole(transfer: _Transfer, whole: BodyDigest | None) -> None:
    """Raise `DigestMismatch` unless what came is what the node signed."""
    if whole is None:
        raise DigestMismatch
    whole.require(BodyDigest.of_chunks(iter(lambda: transfer.into.read(_CHUNK), b""), whole.algorithm))


class _Pace:
    """Keeps within the bandwidth agreed with a partner, and leaves one that only drips."""

    def __init__(self, partner: Partner) -> None:
        self._most, self._least = partner.rate_bytes, min(partner.rate_bytes or _SLOWEST, _SLOWEST) / 2
        self._began, self._size = time.monotonic(), 0

    def keep(self, size: int) -> None:
        """Count what came; raise `PartnerUnreachable` when it comes too slowly to ever end."""
        self._size += size
        if self._most:
            time.sleep(size / self._most)
        passed = time.monotonic() - self._began
        if passed > _GRACE and self._size < passed * self._least:
            raise PartnerUnreachable("对方发送过慢，已断开，将自动重试；请联系对方节点检查网络。")


@cache
def _connections() -> urllib3.PoolManager:
    return urllib3.PoolManager(num_pools=50, maxsize=4)


def describe(base_url: str) -> dict[str, Any]:
    """Ask a node that is no partner yet how it describes itself; believe nothing of it but pinned keys."""
    try:
        answer = _connections().request(
            "GET", f"{base_url.rstrip('/')}{BASE}/node", timeout=_TIMEOUT, redirect=False, retries=False
        )
        described = orjson.loads(answer.data[: 64 * _CHUNK]) if answer.status == 200 else None
    except (*_CUT, orjson.JSONDecodeError) as error:
        raise PartnerUnreachable(fields={"reason": str(error)[:200]}) from error
    if not isinstance(described, dict) or not _is_description(described):
        raise BatchMalformed("该网址没有按联通协议说明自己，请核对网址。")
    return described


def _is_description(said: Mapping[str, Any]) -> bool:
    try:
        UUID(str(said["node"]))
        return isinstance(said["name"], str) and all(isinstance(key, dict) for key in said["keys"]["keys"])
    except (KeyError, TypeError, ValueError):
        return False
