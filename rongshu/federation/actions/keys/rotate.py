"""Give this node its next key, announced under the present one, which goes on for a while."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.keys.make import begin_key, ensure_own_key, lock_own_keys
from rongshu.federation.models import NodeKey
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.keys import own_key
from rongshu.federation.signing import statements
from rongshu.federation.signing.keys import SigningKey, VerifyingKey
from rongshu.federation.trust_rules import key_life
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, Clock, record
from rongshu.foundation.installation import node_id


def rotate_key(*, actor: Person, algorithm: str | None = None) -> NodeKey:
    """Sign with a new key from now on; the present one stays valid for the overlap of the rule."""
    with transaction.atomic():
        lock_own_keys()
        require(may_manage_federation(viewer_for(actor)))
        return _rotate(actor, ensure_own_key(), algorithm)


def renew_before_expiry() -> bool:
    """Rotate our key in time, by the clock; return whether it was time."""
    key = own_key()
    if key is None or not _is_due(key):
        return False
    with transaction.atomic():
        lock_own_keys()
        key = own_key()
        if key is not None and _is_due(key):
            _rotate(Clock(), key, None)
    return True


def _is_due(key: SigningKey) -> bool:
    row = NodeKey.objects.get(node=key.node, key_id=key.key_id)
    return row.valid_until is not None and row.valid_until - key_life().renewed_before <= clock.now()


def _rotate(actor: Actor, present: SigningKey, algorithm: str | None) -> NodeKey:
    at, life = clock.now(), key_life()
    row = NodeKey.objects.select_for_update().get(node=present.node, key_id=present.key_id)
    new = SigningKey.generate(node_id(), algorithm or present.algorithm)
    begun = begin_key(
        actor=actor,
        at=at,
        announced=row,
        new=new,
        statement=_announcement(new, present, at, at + life.longest),
    )[1]
    ends = at + life.overlap
    row.valid_until = min(row.valid_until, ends) if row.valid_until else ends
    row.save(update_fields=["valid_until"])
    record(actor, "federation.key-rotated", begun, before=row.key_id, after=begun.key_id)
    return begun


def _announcement(new: SigningKey, by: SigningKey, at: datetime, until: datetime) -> statements.Written:
    key = VerifyingKey(new.node, new.key_id, new.algorithm, new.signer.public_jwk(), at, until)
    return statements.state(statements.ANNOUNCED, key, by=by, at=at, possessor=new)
