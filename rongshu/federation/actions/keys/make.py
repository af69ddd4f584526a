"""Make a key of this node: the first by itself when it is first needed, others by a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.errors import KeyPresent
from rongshu.federation.key_files import PrivateKeyMissing, environment_key, keep_private
from rongshu.federation.models import NodeKey
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.keys import own_key
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.statements import Written
from rongshu.federation.trust_rules import key_life
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, Clock, record
from rongshu.foundation.installation import node_id
from rongshu.foundation.models import Installation


def ensure_own_key() -> SigningKey:
    """Return the key this node signs with, making the first one."""
    found = own_key()
    if found is not None:
        return found
    with transaction.atomic():
        lock_own_keys()
        # Another process may have made it while this one waited.
        return own_key() or begin_key(actor=Clock(), at=clock.now())[0]


def make_key(*, actor: Person, algorithm: str = "ed25519") -> NodeKey:
    """Make the key of a node that has none in force; its partners have to pin it. Others are rotated."""
    with transaction.atomic():
        lock_own_keys()
        require(may_manage_federation(viewer_for(actor)))
        if _has_key_in_force():
            raise KeyPresent
        return begin_key(actor=actor, at=clock.now(), algorithm=algorithm)[1]


def lock_own_keys() -> None:
    """Let one process at a time change our own keys, in the caller's transaction."""
    Installation.objects.select_for_update().get(pk=1)


def begin_key(
    *,
    actor: Actor,
    at: datetime,
    algorithm: str = "ed25519",
    announced: NodeKey | None = None,
    new: SigningKey | None = None,
    statement: Written | None = None,
) -> tuple[SigningKey, NodeKey]:
    """Keep a new key of ours, its private half first: a file without a row harms nobody."""
    given = new or environment_key(node_id())
    key = given or SigningKey.generate(node_id(), algorithm)
    if given is None or new is not None:
        keep_private(key)
    row = NodeKey.objects.create(
        node=key.node,
        key_id=key.key_id,
        algorithm=key.algorithm,
        jwk=key.signer.public_jwk(),
        trust=NodeKey.Trust.OWN,
        valid_from=at,
        valid_until=at + key_life().longest,
        vouched_by_node=announced.node if announced else None,
        vouched_by_key=announced.key_id if announced else "",
        vouched_at=at if announced else None,
        statements=[statement] if statement else [],
    )
    record(actor, "federation.key-made", row, key=row.key_id, algorithm=row.algorithm)
    return key, row


def _has_key_in_force() -> bool:
    try:
        return own_key() is not None
    except PrivateKeyMissing:
        # Its public half is all that is left of it: a new one has to be made.
        return False
