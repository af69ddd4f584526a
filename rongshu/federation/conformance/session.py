"""One trial of one node: what was read once is looked at by many checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from uuid import UUID

import orjson

from rongshu.federation.conformance.asking import Asker, Reply
from rongshu.federation.conformance.checks import Broken, CannotTell, expect
from rongshu.federation.signing.errors import SignatureRefused
from rongshu.federation.signing.keys import KeysInMemory, VerifyingKey
from rongshu.federation.signing.statements import ANNOUNCED, ENDORSED, read_statement

_T = TypeVar("_T")
_MOST_BATCHES: Final = 20_000
_LARGE: Final = 500


@dataclass(frozen=True)
class BatchRead:
    """A batch as read: envelopes in order, and the line that ends it."""

    after: int
    reply: Reply
    envelopes: list[dict[str, Any]]
    end: Mapping[str, Any]


@dataclass
class Session:
    """The node under trial, as one neighbour sees it."""

    asker: Asker
    forbidden_record: UUID | None = None
    forbidden_category: str = ""
    memory: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, read: Callable[[], _T]) -> _T:
        """Read once. Where it failed, whoever builds on it can't tell: its own check says what failed."""
        if name not in self.memory:
            try:
                self.memory[name] = read()
            except Broken as broken:
                self.memory[name] = CannotTell(f"前提不成立：{broken}")
        found = self.memory[name]
        if isinstance(found, CannotTell):
            raise found
        return found  # type: ignore[no-any-return]

    def description(self) -> Mapping[str, Any]:
        """What the node says of itself."""
        return self.once("description", self.read_description)

    def published_keys(self) -> Mapping[str, Any]:
        """What the node publishes of keys."""
        return self.once("keys", self.read_keys)

    def keyring(self) -> KeysInMemory:
        """The node's own keys, and those it announces or endorses."""
        return self.once("keyring", self.read_keyring)

    def feed(self) -> list[BatchRead]:
        """The whole feed in large batches."""
        return self.once("feed", lambda: self.walk(_LARGE))

    def read_description(self) -> Mapping[str, Any]:
        """Ask what the node says of itself; from then on requests are meant for it."""
        reply = self.asker.unsigned("GET", self.asker.url("/node"))
        expect(reply.status == 200, f"GET /node 应为 200，实为 {reply.status}")
        described = reply.json()
        expect(isinstance(described, dict), "节点说明应为 JSON 对象")
        try:
            self.asker.node = UUID(str(described.get("node")))
        except ValueError as error:
            raise Broken("节点说明的 node 应为 UUID") from error
        return described  # type: ignore[no-any-return]

    def read_keys(self) -> Mapping[str, Any]:
        """Ask what the node publishes of keys."""
        reply = self.asker.unsigned("GET", self.asker.url("/keys"))
        expect(reply.status == 200, f"GET /keys 应为 200，实为 {reply.status}")
        published = reply.json()
        expect(
            isinstance(published, dict) and isinstance(published.get("keys"), list),
            "GET /keys 应有成员 keys（列表）",
        )
        return published  # type: ignore[no-any-return]

    def read_keyring(self) -> KeysInMemory:
        """Load the keys published."""
        node = self.recipient()
        ring = KeysInMemory()
        try:
            for jwk in self.published_keys()["keys"]:
                ring.add(VerifyingKey.of_jwk(node, jwk))
            for written in self.published_keys().get("statements", []):
                said = read_statement(written)
                if said.kind in {ANNOUNCED, ENDORSED} and ring.find(said.key.node, said.key.key_id) is None:
                    ring.add(said.key)
        except (SignatureRefused, AttributeError, TypeError) as error:
            raise Broken(f"公布的密钥读不出来：{error}") from error
        return ring

    def recipient(self) -> UUID:
        """The id of the node under trial."""
        self.description()
        return self.asker.recipient

    def get(self, path: str, parameters: Mapping[str, object] | None = None, **headers: str) -> Reply:
        """Ask as its partner."""
        self.recipient()
        return self.asker.get(path, parameters, **headers)

    def post(self, path: str, body: bytes, **otherwise: Any) -> Reply:
        """Send JSON as its partner."""
        self.recipient()
        return self.asker.post(path, body, **otherwise)

    def batch(self, after: int, limit: int, **parameters: object) -> BatchRead:
        """Read one batch; raise `Broken` when it is none."""
        reply = self.get("/changes", {"after": after, "limit": limit, **parameters}, Accept_Encoding="gzip")
        return read_batch(after, reply)

    def walk(self, limit: int) -> list[BatchRead]:
        """Read the whole feed in batches."""
        batches: list[BatchRead] = []
        after = 0
        while len(batches) < _MOST_BATCHES:
            batch = self.batch(after, limit)
            batches.append(batch)
            following, last = batch.end["next"], batch.end["last"]
            if following >= last:
                return batches
            expect(following > after, f"游标没有前进：after={after} 得到 next={following}，而 last={last}")
            after = following
        raise Broken("资源流没有尽头")

    def envelopes(self) -> list[dict[str, Any]]:
        """Every envelope of the feed; raise `CannotTell` when there is none."""
        found = [envelope for batch in self.feed() for envelope in batch.envelopes]
        if not found:
            raise CannotTell("资源流是空的：请在被测节点放入至少几条可共享的资源")
        return found

    def some_envelopes(self, least: int) -> list[dict[str, Any]]:
        """Every envelope, when there are enough to tell."""
        found = self.envelopes()
        if len(found) < least:
            raise CannotTell(f"资源流只有 {len(found)} 条，至少要 {least} 条")
        return found


def read_batch(after: int, reply: Reply) -> BatchRead:
    """Read JSON lines; raise `Broken`."""
    expect(reply.status == 200, f"GET /changes 应为 200，实为 {reply.status}")
    try:
        lines = [orjson.loads(line) for line in reply.plain().split(b"\n") if line]
    except orjson.JSONDecodeError as error:
        raise Broken("批次的每一行应为 JSON") from error
    expect(lines and isinstance(lines[-1], dict) and "end" in lines[-1], "批次的最后一行应为结束行 end")
    end = lines[-1]["end"]
    expect(
        isinstance(end, dict) and all(type(end.get(name)) is int for name in ("count", "next", "last")),
        "结束行应有整数 count、next、last",
    )
    return BatchRead(after, reply, lines[:-1], end)


def identity_of(envelope: Mapping[str, Any]) -> tuple[str, int]:
    """Return id and version of an envelope."""
    try:
        return str(envelope["record"]["id"]), int(envelope["record"]["origin"]["version"])
    except (KeyError, TypeError, ValueError) as error:
        raise CannotTell("信封没有资源标识或版本") from error
