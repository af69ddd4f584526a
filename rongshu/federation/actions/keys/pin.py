"""Believe a key after a person compared its fingerprint; believe a hub about keys of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.errors import FingerprintDiffers, OwnNode
from rongshu.federation.models import NodeKey, NodeTrust
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.signing.errors import KeyRevoked
from rongshu.federation.signing.keys import VerifyingKey
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.installation import node_id


def pin_key(
    *,
    actor: Person,
    node: UUID,
    jwk: Mapping[str, str],
    fingerprint: str,
    valid_until: datetime | None = None,
) -> NodeKey:
    """Trust a node's key whose fingerprint somebody told over another way; raise `FingerprintDiffers`.

    What was signed before today may have to be judged by it too, so it is valid from the beginning.
    """
    key = VerifyingKey.of_jwk(node, jwk)
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        if node == node_id():
            raise OwnNode
        if key.key_id != fingerprint.strip():
            raise FingerprintDiffers(fields={"given": fingerprint[:100], "found": key.key_id})
        row, is_new = NodeKey.objects.select_for_update().get_or_create(
            node=node,
            key_id=key.key_id,
            defaults={
                "algorithm": key.algorithm,
                "jwk": dict(key.jwk),
                "trust": NodeKey.Trust.PINNED,
                "valid_from": _BEGINNING,
                "valid_until": valid_until,
            },
        )
        if row.revoked_from is not None:
            raise KeyRevoked(fields={"key": key.name})
        if not is_new:
            row.trust, row.valid_until = NodeKey.Trust.PINNED, valid_until or row.valid_until
            row.save(update_fields=["trust", "valid_until"])
        record(actor, "federation.key-pinned", row, node=node, key=key.key_id)
    return row


def trust_endorsements(*, actor: Person, node: UUID, trusted: bool = True) -> NodeTrust:
    """Believe what a hub says of keys of nodes we never met, or no longer; keys it endorsed fall with it."""
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        if node == node_id():
            raise OwnNode
        row, _ = NodeTrust.objects.select_for_update().get_or_create(node=node)
        row.endorses, row.keys_tag = trusted, ""
        row.save(update_fields=["endorses", "keys_tag"])
        if not trusted:
            NodeKey.objects.filter(
                trust=NodeKey.Trust.ENDORSED, vouched_by_node=node, revoked_from__isnull=True
            ).update(revoked_from=clock.now(), revoked_at=clock.now(), revocation_reason="不再采信担保者")
        record(actor, "federation.endorser-trusted" if trusted else "federation.endorser-dropped", row)
    return row


_BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
