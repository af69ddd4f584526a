"""Keep the feed: look at what changed, sign its new state, and give it the next numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from django.db import transaction

from rongshu.federation.actions.keys import ensure_own_key
from rongshu.federation.envelope import UPSERT, record_of, statement_of
from rongshu.federation.following import QUEUE, is_sweep, step_of_sweep
from rongshu.federation.models import Change, Feed
from rongshu.federation.queries.keys import keyring
from rongshu.federation.queries.states import FeedState, states_of
from rongshu.federation.receiving.neighbours import neighbour
from rongshu.federation.signing.proofs import prove_many
from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import upsert_rows
from rongshu.foundation.canonical_json import canonical_json
from rongshu.foundation.installation import node_id
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.foundation.work import enqueue, finish, take
from rongshu.library.actions.following_origin import mark_by_origin
from rongshu.library.models.versions import ShareType

PORTION: Final = 100
_LEASE: Final = "federation-feed"
_WRITTEN: Final = (
    "number", "kind", "version", "digest", "type_code", "theme_code", "share_type", "was_open",
    "origin_node", "grants", "record", "proof", "at",
)  # fmt: skip


def keep_feed() -> bool:
    """Carry one portion of work into the feed, one process at a time; return whether there was any."""
    works = take(QUEUE, "", PORTION)
    if not works:
        return False
    sweeps = [work.key for work in works if is_sweep(work.key)]
    try:
        with hold(_LEASE, seconds=60):
            number_changes([UUID(work.key) for work in works if not is_sweep(work.key)])
            for key in sweeps:
                enqueue(step_of_sweep(key))
    except LeaseHeld:
        return False
    finish(works)
    return True


def number_changes(resource_ids: Sequence[UUID]) -> int:
    """Give the resources that stand differently from before the next numbers; return how many did."""
    own_node, now = node_id(), clock.now()
    changes = Change.objects.in_bulk(resource_ids)
    states = states_of(resource_ids, own_node)
    _follow_marks(states)
    fresh = [
        fresh
        for state in states
        if (fresh := _fresh(state, changes.get(state.resource.pk), own_node, now)) is not None
    ]
    if fresh:
        _sign([each for each in fresh if each.record])
        _write([each.row for each in fresh])
    return len(fresh)


def _follow_marks(states: Sequence[FeedState]) -> None:
    """Whatever made a foreign document be looked at: its mark 时效性 is what its origin says."""
    for state in states:
        foreign = state.foreign
        if foreign is None or state.kind != UPSERT:
            continue
        if foreign.header["validity"] not in {"", state.resource.validity}:
            actor = neighbour(foreign.partner)
            mark_by_origin(actor=actor, resource=state.resource, validity=foreign.header["validity"])


@dataclass(slots=True)
class _Fresh:
    """A row that is to be written anew, and its record before it is signed; empty for another node's."""

    row: Change
    record: dict[str, object]


def _fresh(state: FeedState, before: Change | None, own_node: UUID, now: datetime) -> _Fresh | None:
    if before is not None and _is_unchanged(state, before):
        return None
    resource = state.resource
    row = Change(
        resource_id=resource.pk,
        number=0,
        kind=state.kind,
        version=state.foreign.origin_version if state.foreign else _next_version(before, now),
        digest=state.digest,
        type_code=resource.type.code,
        theme_code=state.theme_code,
        share_type=state.share_type,
        was_open=state.share_type == ShareType.UNCONDITIONAL or bool(before and before.was_open),
        origin_node=resource.origin_node,
        grants=state.grants,
        at=now,
    )
    record = record_of(state.facts, node=own_node, version=row.version, at=now) if state.facts else {}
    return _Fresh(row, record)


def _next_version(before: Change | None, now: datetime) -> int:
    """Milliseconds: greater than any state before, also one that a restored backup has forgotten."""
    return max(int(now.timestamp() * 1000), before.version + 1 if before else 0)


def _is_unchanged(state: FeedState, before: Change) -> bool:
    if state.grants != before.grants or state.kind != before.kind:
        return False
    if state.foreign is not None:
        return before.version == state.foreign.origin_version
    if not before.record:
        return False
    said = orjson.loads(before.record)
    del said["origin"]
    return bool(said == state.facts) and not _needs_proof(before)


def _needs_proof(before: Change) -> bool:
    """Whether its signature is worth nothing to new readers: of a key we revoked. It is signed anew."""
    key = keyring().find(before.origin_node, orjson.loads(before.proof)["key"])
    return key is None or key.revoked_from is not None


def _sign(fresh: Sequence[_Fresh]) -> None:
    if not fresh:
        return
    proofs = prove_many([statement_of(each.record) for each in fresh], ensure_own_key())
    for each, proof in zip(fresh, proofs, strict=True):
        each.row.record = canonical_json(each.record).decode()  # type: ignore[arg-type]
        each.row.proof = canonical_json(proof.as_json()).decode()


def _write(rows: Sequence[Change]) -> None:
    """The row of the feed is held until the commit: who reads up to a number has missed none below it."""
    with transaction.atomic():
        feed = _locked_feed()
        for number, row in enumerate(rows, start=feed.last_number + 1):
            row.number = number
        upsert_rows(rows, key=("resource_id",), changed=_WRITTEN)
        feed.last_number += len(rows)
        feed.save(update_fields=["last_number"])


def _locked_feed() -> Feed:
    Feed.objects.get_or_create(pk=1)
    return Feed.objects.select_for_update().get(pk=1)
