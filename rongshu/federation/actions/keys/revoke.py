"""Revoke a key: from that moment nothing it signs is believed, also in the middle of a transfer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.keys.make import lock_own_keys
from rongshu.federation.errors import KeyAmbiguous, ReasonMissing, RevocationInFuture
from rongshu.federation.following import rebuild
from rongshu.federation.key_files import PrivateKeyMissing, private_key
from rongshu.federation.models import NodeKey
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.keys import verifying_key
from rongshu.federation.signing import statements
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import NotFound
from rongshu.foundation.work import enqueue_in_steps


def revoke_key(
    *, actor: Person, fingerprint: str, reason: str, since: datetime | None = None
) -> list[NodeKey]:
    """Revoke a key of ours or of another node, named by the beginning of its fingerprint.

    `since` is when it fell into other hands, as far as known (default: now): what it signed from then on is
    refused, and so is every key it announced from then on. Return all keys revoked, the named one first.
    """
    at = clock.now()
    with transaction.atomic():
        lock_own_keys()
        require(may_manage_federation(viewer_for(actor)))
        if not reason.strip():
            raise ReasonMissing
        if since is not None and since > at:
            raise RevocationInFuture
        row = _named(fingerprint)
        revoked = revoke_rows(actor, row, reason=reason.strip(), since=since or at, at=at)
    if row.trust == NodeKey.Trust.OWN:
        # The keeper of the feed looks at everything: what the key signed is signed anew, by the next one.
        enqueue_in_steps(rebuild())
    return revoked


def revoke_rows(
    actor: Actor,
    row: NodeKey,
    *,
    reason: str,
    since: datetime,
    at: datetime,
    said: statements.Written | None = None,
) -> list[NodeKey]:
    """Revoke a key and what it announced since; an earlier revocation stands where it reaches further."""
    if row.revoked_from is not None and row.revoked_from <= since:
        return []
    row.revoked_from = since
    row.revoked_at, row.revocation_reason = row.revoked_at or at, reason[:300]
    statement = said or _own_statement(row, at)
    if statement is not None:
        row.statements = [*row.statements, statement]
    row.save(update_fields=["revoked_from", "revoked_at", "revocation_reason", "statements"])
    record(actor, "federation.key-revoked", row, reason=reason, key=row.key_id, node=row.node, since=since)
    revoked = [row]
    for successor in NodeKey.objects.select_for_update().filter(
        vouched_by_node=row.node, vouched_by_key=row.key_id, node=row.node, vouched_at__gte=since
    ):
        revoked += revoke_rows(actor, successor, reason=reason, since=successor.valid_from, at=at)
    return revoked


def _named(fingerprint: str) -> NodeKey:
    found = list(NodeKey.objects.select_for_update().filter(key_id__startswith=fingerprint.strip())[:2])
    if not fingerprint.strip() or not found:
        raise NotFound("没有这个指纹的密钥，请用 rongshu federation keys show 查看。")
    if len(found) > 1:
        raise KeyAmbiguous
    return found[0]


def _own_statement(row: NodeKey, at: datetime) -> statements.Written | None:
    """Our own key says itself that it is revoked; for another node's we have no voice but our endorsement."""
    if row.trust != NodeKey.Trust.OWN:
        return None
    try:
        key = private_key(row.node, row.key_id, row.algorithm)
    except PrivateKeyMissing:
        return None
    return statements.state(
        statements.REVOKED, verifying_key(row), by=key, at=at, reason=row.revocation_reason
    )
