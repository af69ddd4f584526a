"""Learn what partners publish of keys: successors of keys we trust, endorsements of hubs, revocations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from rongshu.federation.actions.keys.revoke import revoke_rows
from rongshu.federation.models import NodeKey, NodeTrust
from rongshu.federation.queries.keys import keyring, may_endorse
from rongshu.federation.signing import statements
from rongshu.federation.signing.errors import SignatureRefused
from rongshu.federation.signing.keys import VerifyingKey
from rongshu.federation.signing.statements import KeyStatement, check_statement, read_statement
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.installation import node_id

# A hub speaks of some hundred nodes, each with a few keys.
_MOST_STATEMENTS: Final = 5000
_BY_TRUST: Final = {
    statements.ANNOUNCED: NodeKey.Trust.ANNOUNCED,
    statements.ENDORSED: NodeKey.Trust.ENDORSED,
}


@dataclass(frozen=True)
class Node:
    """Another node as the actor of what follows from its statements."""

    node: UUID
    id: None = None

    @property
    def name(self) -> str:
        """Return what the audit log calls it."""
        return f"节点 {self.node}"


@dataclass(frozen=True)
class KeysLearned:
    """What came of published statements; `refused` are the codes of those that were not believed."""

    added: tuple[NodeKey, ...]
    revoked: tuple[NodeKey, ...]
    refused: tuple[str, ...]


def learn_keys(*, source: UUID, published: Mapping[str, Any], tag: str = "") -> KeysLearned:
    """Take over what a node publishes (`published_keys` of its side); each statement is believed by itself.

    Whoever brings it: a statement counts by its signature. `tag` is remembered: the same is not read twice.
    """
    said = published.get("statements", [])
    added: list[NodeKey] = []
    revoked: list[NodeKey] = []
    refused: list[str] = []
    for written in said[:_MOST_STATEMENTS] if isinstance(said, list) else []:
        try:
            new, gone = _accept(read_statement(written))
            added += new
            revoked += gone
        except SignatureRefused as refusal:
            refused.append(refusal.code)
    _remember_tag(source, tag)
    return KeysLearned(tuple(added), tuple(revoked), tuple(refused))


def accept_announcement(field: str) -> None:
    """Believe a node's next key by the header field that announces it; raise a `SignatureRefused`."""
    statement = statements.of_field(field)
    if statement.kind == statements.ANNOUNCED:
        _accept(statement)


def _accept(statement: KeyStatement) -> tuple[list[NodeKey], list[NodeKey]]:
    if statement.key.node == node_id() or _is_known(statement):
        return [], []
    check_statement(statement, keyring())
    with transaction.atomic():
        if statement.kind == statements.REVOKED:
            return [], _revoke(statement)
        return _add(statement), []


def _is_known(statement: KeyStatement) -> bool:
    """Whether it says nothing new, told by the keyring in memory: hubs repeat themselves at every look."""
    known = keyring().find(statement.key.node, statement.key.key_id)
    if statement.kind != statements.REVOKED:
        return known is not None
    since = statement.key.revoked_from or statement.at
    return known is not None and known.revoked_from is not None and known.revoked_from <= since


def _add(statement: KeyStatement) -> list[NodeKey]:
    key = statement.key
    if statement.kind == statements.ANNOUNCED:
        if statement.by_node != key.node:
            return []
    elif not _may_be_endorsed(statement):
        return []
    row, is_new = NodeKey.objects.get_or_create(
        node=key.node,
        key_id=key.key_id,
        defaults=_columns(statement, key),
    )
    if not is_new:
        return []
    record(Node(statement.by_node), f"federation.key-{statement.kind}", row, node=key.node, key=key.key_id)
    return [row]


def _may_be_endorsed(statement: KeyStatement) -> bool:
    """A hub speaks of nodes we have not met ourselves: whom a person pinned, only his own keys announce."""
    met = NodeKey.objects.filter(node=statement.key.node).exclude(trust=NodeKey.Trust.ENDORSED)
    return may_endorse(statement.by_node) and not met.exists()


def _columns(statement: KeyStatement, key: VerifyingKey) -> dict[str, Any]:
    return {
        "algorithm": key.algorithm,
        "jwk": dict(key.jwk),
        "trust": _BY_TRUST[statement.kind],
        "vouched_by_node": statement.by_node,
        "vouched_by_key": statement.by_key,
        "vouched_at": statement.at,
        "valid_from": key.valid_from or statement.at,
        "valid_until": key.valid_until,
        # An endorsement is the hub's own word: it signs it anew for whom it tells it to.
        "statements": [dict(statement.written)] if statement.kind == statements.ANNOUNCED else [],
    }


def _revoke(statement: KeyStatement) -> list[NodeKey]:
    rows: Iterable[NodeKey] = NodeKey.objects.select_for_update().filter(
        node=statement.key.node, key_id=statement.key.key_id
    )
    revoked: list[NodeKey] = []
    for row in rows:
        is_its_own = statement.by_node == row.node
        is_endorser = row.trust == NodeKey.Trust.ENDORSED and row.vouched_by_node == statement.by_node
        if is_its_own or is_endorser:
            revoked += revoke_rows(
                Node(statement.by_node),
                row,
                reason=statement.reason or "对方吊销",
                since=statement.key.revoked_from or statement.at,
                at=clock.now(),
                said=dict(statement.written) if is_its_own else None,
            )
    return revoked


def _remember_tag(source: UUID, tag: str) -> None:
    if tag:
        with transaction.atomic():
            NodeTrust.objects.update_or_create(node=source, defaults={"keys_tag": tag[:80]})
