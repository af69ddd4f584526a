"""The keys that are trusted here, our own, and what we publish of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from rongshu.federation.key_files import private_key
from rongshu.federation.models import NodeKey, NodeTrust
from rongshu.federation.signing import statements
from rongshu.federation.signing.keys import KeysInMemory, SigningKey, VerifyingKey
from rongshu.federation.trust_rules import key_life
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.installation import node_id

GROUP: Final = "federation_keys"


def keyring() -> KeysInMemory:
    """Return the trusted keys as of now; ask anew for each transaction: a revocation counts at once."""
    return _kept_keyring(None)


def own_key() -> SigningKey | None:
    """Return the key this node signs with now: its newest in force, or None before the first is made.

    Raise `PrivateKeyMissing` when only its public half is here.
    """
    now = clock.now()
    for row in _kept_own(None):
        is_in_force = row.valid_from <= now and (row.valid_until is None or now < row.valid_until)
        if is_in_force and row.revoked_from is None:
            return private_key(row.node, row.key_id, row.algorithm)
    return None


def own_announcement() -> str | None:
    """Return how our present key was announced under the one before it, as a header field.

    Partners that have not read our keys since the rotation believe the new one by it. None for the first key,
    and once the overlap is over.
    """
    now = clock.now()
    for row in _kept_own(None):
        if row.valid_from <= now < row.valid_from + key_life().overlap and row.revoked_from is None:
            announced = [each for each in row.statements if each.get("kind") == statements.ANNOUNCED]
            return statements.as_field(announced[0]) if announced else None
    return None


def keys_of(node: UUID) -> QuerySet[NodeKey]:
    """Return all keys of a node, the newest first."""
    return NodeKey.objects.filter(node=node).order_by("-valid_from", "-id")


def known_keys() -> QuerySet[NodeKey]:
    """Return all keys known here: ours first, then node by node, the newest first."""
    return NodeKey.objects.order_by("node", "-valid_from", "-id")


def may_endorse(node: UUID) -> bool:
    """Whether this node's endorsements are believed here."""
    return NodeTrust.objects.filter(node=node, endorses=True).exists()


@dataclass(frozen=True)
class PublishedKeys:
    """What every node may know of keys from us; `tag` changes with it."""

    content: dict[str, Any]
    tag: str


def published_keys() -> PublishedKeys:
    """Return our keys and what was said, signed, of our own and of others' keys we stand for."""
    return _kept_published(None)


def verifying_key(row: NodeKey) -> VerifyingKey:
    """Return a row as the key it stands for."""
    return VerifyingKey(
        row.node, row.key_id, row.algorithm, row.jwk, row.valid_from, row.valid_until, row.revoked_from
    )


def _read_published() -> PublishedKeys:
    own: list[NodeKey] = []
    others: list[NodeKey] = []
    for row in known_keys():
        (own if row.trust == NodeKey.Trust.OWN else others).append(row)
    said = [statement for row in (*own, *others) for statement in row.statements]
    said += _endorsements(others)
    content = {"node": str(node_id()), "keys": [_published(row) for row in own], "statements": said}
    # An endorsement is signed anew whenever it is read: only what it says counts for the tag.
    telling = {**content, "statements": [_without_signature(each) for each in said]}
    return PublishedKeys(content, digest(telling))


def _endorsements(rows: Iterable[NodeKey]) -> list[statements.Written]:
    """We stand for every key we believe ourselves, so that trust reaches over several levels of hubs."""
    key = own_key()
    if key is None:
        return []
    now = clock.now()
    return [
        statements.state(
            statements.ENDORSED if row.revoked_from is None else statements.REVOKED,
            verifying_key(row),
            by=key,
            at=now,
            reason=row.revocation_reason,
        )
        for row in rows
    ]


def _published(row: NodeKey) -> dict[str, Any]:
    return {
        **row.jwk,
        "alg": row.algorithm,
        "kid": row.key_id,
        "use": "sig",
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
        "revoked_from": row.revoked_from and row.revoked_from.isoformat(),
    }


def _without_signature(statement: statements.Written) -> statements.Written:
    return {name: value for name, value in statement.items() if name not in {"at", "signature"}}


_kept_keyring: Final = Kept[None, KeysInMemory](
    GROUP, read=lambda _: KeysInMemory(map(verifying_key, NodeKey.objects.all())), most=1
)
_kept_own: Final = Kept[None, list[NodeKey]](
    GROUP,
    read=lambda _: list(NodeKey.objects.filter(trust=NodeKey.Trust.OWN).order_by("-valid_from", "-id")),
    most=1,
)
_kept_published: Final = Kept[None, PublishedKeys](GROUP, read=lambda _: _read_published(), most=1)
