"""A sending node on the loopback: honest until a test tells it what to do otherwise."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import orjson

from rongshu.federation.envelope import record_of, statement_of
from rongshu.federation.models import Partner
from rongshu.federation.queries.states import states_of
from rongshu.federation.signing import messages
from rongshu.federation.signing.digests import BodyDigest
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.messages import Asked
from rongshu.federation.signing.proofs import prove
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest, digest_of_bytes
from rongshu.foundation.installation import node_id
from rongshu.library.queries.origin_fields import origin_fields_of
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.publishing.tests.world import World

Envelope = dict[str, Any]
_BODY_LIMIT = 10_000_000


@dataclass
class Answered:
    """What the node is about to answer; a test may change any of it."""

    status: int
    headers: dict[str, str]
    body: bytes
    key: SigningKey
    at: datetime | None = None
    is_signed: bool = True
    whole: BodyDigest | None = None
    after_signing: Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]] | None = None


@dataclass
class SendingNode:
    """A neighbour that really answers over HTTP."""

    key: SigningKey
    envelopes: list[Envelope] = field(default_factory=list)
    epoch: str = field(default_factory=lambda: str(uuid4()))
    last: int = 0
    asked: list[str] = field(default_factory=list)
    change: Callable[[str, Answered], None] = lambda path, answered: None
    published: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    drips: float = 0
    """Seconds between two bytes."""

    @property
    def node(self) -> UUID:
        """Its id."""
        return self.key.node

    def give(self, *envelopes: Envelope) -> None:
        """Put envelopes at the end of its feed."""
        for envelope in envelopes:
            self.last += 1
            self.envelopes.append({**envelope, "number": self.last})

    def answer(self, path: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> Answered:
        """Answer honestly."""
        if path.endswith("/keys"):
            return Answered(200, {"Content-Type": "application/json"}, orjson.dumps(self.published), self.key)
        if not path.endswith("/changes"):
            return Answered(202, {"Content-Type": "application/json"}, b'{"taken": true}', self.key)
        after, limit = int(parameters["after"]), int(parameters["limit"])
        idle = f'"idle-{self.last}"'
        if after >= self.last and headers.get("if-none-match") == idle:
            return Answered(304, {"ETag": idle}, b"", self.key)
        body = self._batch(after, limit)
        fields = {
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "gzip",
            "ETag": f'"{digest_of_bytes(body)}"',
        }
        if "range" in headers and headers.get("if-range") == fields["ETag"]:
            return self._rest(body, fields, int(headers["range"][6:-1]))
        return Answered(200, fields, body, self.key)

    def _rest(self, body: bytes, fields: dict[str, str], first: int) -> Answered:
        fields["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        return Answered(206, fields, body[first:], self.key, whole=BodyDigest.of(body))

    def _batch(self, after: int, limit: int) -> bytes:
        given = [each for each in self.envelopes if each["number"] > after][:limit]
        following = given[-1]["number"] if len(given) == limit else self.last
        return batch(given, following, self.last, self.epoch)

    @contextmanager
    def answering(self) -> Iterator[Self]:
        """Listen on a free port, where whoever has it for a partner asks it from now on."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _door_of(self))
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        Partner.objects.filter(pk=self.node).update(base_url=self.address)
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def batch(
    envelopes: list[Envelope], following: int, last: int, epoch: str, count: int | None = None
) -> bytes:
    """Return a batch as it goes over the wire."""
    end = {
        "count": len(envelopes) if count is None else count,
        "next": following,
        "last": last,
        "epoch": epoch,
    }
    text = b"".join(orjson.dumps(each) + b"\n" for each in [*envelopes, {"end": end}])
    return gzip.compress(text, mtime=0)


def _door_of(node: SendingNode) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _BODY_LIMIT))
            node.asked.append(self.path)
            received = {name.lower(): value for name, value in self.headers.items()}
            parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
            answered = node.answer(parts.path, parameters, received)
            node.change(parts.path, answered)
            headers, body = answered.headers, answered.body
            if node.published:
                headers["Federation-Keys-Tag"] = digest_of_bytes(orjson.dumps(node.published))
            if answered.is_signed:
                asked = Asked(self.command, f"http://node{self.path}", dict(self.headers.items()))
                headers = messages.sign_response(
                    answered.status,
                    headers,
                    answered.whole or body,
                    answered.key,
                    asked=asked,
                    at=answered.at,
                )
            if answered.after_signing is not None:
                headers, body = answered.after_signing(headers, body)
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has gone
                self._send(answered.status, headers, body)

        def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for place in range(len(body) if node.drips else 0):
                self.wfile.write(body[place : place + 1])
                time.sleep(node.drips)
            self.wfile.write(b"" if node.drips else body)

        do_GET = do_POST = _answer  # noqa: N815 - names the library calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Stay silent."""

    return Door


def envelope_of(world: World, key: SigningKey, *, kind: str = "upsert", **changes: Any) -> Envelope:
    """Return an envelope of another node, proven by it: an article of ours made theirs."""
    resource = world.effective(**changes.pop("elements", {}))
    [state] = states_of([resource.pk], node_id())
    version = resource.effective_version
    assert version is not None
    assert state.facts is not None
    foreign = uuid4()
    owner = {**state.facts["owner"], "code": demonstration_credit_code("990100", 7), "name": "示范市教育局"}
    content = {
        **origin_fields_of(version),
        "resource": str(foreign),
        "owner": owner["code"],
        "publisher": owner["code"],
    }
    facts = {
        **state.facts,
        "id": str(foreign),
        "kind": kind,
        "owner": owner,
        "publisher": {"code": owner["code"], "name": owner["name"]},
        "digest": digest(content),
        **changes,
    }
    return sealed({"via": [], "content": content}, facts, key)


def sealed(
    envelope: Envelope,
    facts: Mapping[str, Any],
    key: SigningKey,
    *,
    version: int = 1,
    at: datetime | None = None,
) -> Envelope:
    """Return an envelope whose record is made of facts and proven by a key."""
    told = {name: value for name, value in facts.items() if name != "origin"}
    record = record_of(told, node=key.node, version=version, at=at or clock.now())
    return {
        "protocol": "1",
        "number": 0,
        "via": envelope["via"],
        "record": record,
        "content": envelope["content"],
        "proof": prove(statement_of(record), key).as_json(),
    }
