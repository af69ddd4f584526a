"""Let envelopes take effect: each portion whole or not at all, its cursor in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from rongshu.federation.actions.deliveries import open_delivery
from rongshu.federation.actions.quarantine import keep_in_quarantine, leave_quarantine
from rongshu.federation.actions.queue_messages import queue_receipts
from rongshu.federation.envelope import PURGED, UPSERT, Envelope
from rongshu.federation.errors import CursorMoved
from rongshu.federation.following import look_at
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.queries.origins import origin_in
from rongshu.federation.receiving.judging import Judge, Judgement
from rongshu.federation.receiving.neighbours import Neighbour, neighbour
from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import upsert_rows
from rongshu.foundation.events import announce
from rongshu.foundation.work import enqueue
from rongshu.library.actions.following_origin import (
    allow_by_origin,
    erase_by_origin,
    reinstate_by_origin,
    withdraw_by_origin,
)
from rongshu.library.actions.foreign_records import Begun, ForeignIntake, Judged
from rongshu.library.events import ResourceOriginChanged
from rongshu.library.models import Resource

PORTION: Final = 100
"""Envelopes that take effect in one transaction: SQLite's write lock is held up to 50 ms."""
_FOREIGN: Final = (
    "origin_node", "origin_version", "kind", "digest", "header", "proof", "via", "partner_id",
    "version_id", "received_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """The cursor before a portion and after it."""

    epoch: UUID
    before: int
    after: int


@dataclass(slots=True)
class Applied:
    """What became of envelopes: by outcome, how many."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Applied) -> None:
        """Count another portion."""
        self.counts += other.counts


@dataclass(frozen=True, slots=True)
class Passing:
    """A portion that was judged and is passing the gate."""

    judgements: Sequence[Judgement]
    begun: Begun


class Receiver:
    """Takes the envelopes of one partner into the library."""

    def __init__(self, partner: Partner) -> None:
        self.partner, self.actor = partner, neighbour(partner)
        self._judge, self._intake = Judge(partner), ForeignIntake(actor=self.actor)

    def take(self, envelopes: Sequence[Envelope], step: Step | None = None) -> Applied:
        """Let one portion take effect and move the cursor; without a step the cursor stays.

        Raise `CursorMoved` when another process has taken it meanwhile: nothing is written then.
        """
        return self.finish(self.begin(envelopes), step)

    def begin(self, envelopes: Sequence[Envelope], *, aside: bool = False) -> Passing:
        """Judge a portion; `aside`, its contents pass the gate in another process meanwhile."""
        judgements = self._judge.judge(envelopes)
        records = [each.record for each in judgements if each.brings_version and each.record is not None]
        return Passing(judgements, self._intake.begin(records, aside=aside))

    def finish(self, passing: Passing, step: Step | None = None) -> Applied:
        """Let a portion that was begun take effect."""
        passed = self._pass_gate(passing)
        with transaction.atomic():
            if step is not None:
                _move_cursor(self.partner, step)
            return self._write(passing.judgements, passed)

    def close(self) -> None:
        """End what computes aside."""
        self._intake.close()

    def _pass_gate(self, passing: Passing) -> list[Judged]:
        bringing = [each for each in passing.judgements if each.brings_version]
        if not bringing:
            return []
        passed = self._intake.finish(passing.begun)
        for each, judged in zip(bringing, passed, strict=True):
            each.errors = judged.prepared.errors
        return [judged for judged in passed if judged.is_fit]

    def _write(self, judgements: Sequence[Judgement], passed: Sequence[Judged]) -> Applied:
        taken = [each for each in judgements if each.is_taken]
        self._lift_withdrawals(taken)
        versions = self._store(passed)
        for each in taken:
            self._follow(each)
        upsert_rows(
            [_row(each, self.partner, versions) for each in taken], key=("resource_id",), changed=_FOREIGN
        )
        refused = [each for each in judgements if each.is_news and each.errors]
        keep_in_quarantine(self.partner, refused)
        leave_quarantine(self.partner, [each.envelope.resource_id for each in taken])
        queue_receipts(self.partner, taken=taken, refused=refused)
        # Of a new version the feed hears when it becomes effective; of all else nobody would tell it.
        looks = [look_at(each.envelope.resource_id) for each in taken if not each.brings_version]
        if looks:
            enqueue(looks)
        return _counted(judgements)

    def _store(self, passed: Sequence[Judged]) -> Mapping[UUID, UUID]:
        if not passed:
            return {}
        delivery = open_delivery(self.partner)
        versions = self._intake.write(passed, batch=delivery.batch)
        delivery.count += len(versions)
        delivery.save(update_fields=["count"])
        return versions

    def _lift_withdrawals(self, taken: Sequence[Judgement]) -> None:
        """A new version of what its origin had withdrawn may become effective again."""
        for each in taken:
            if each.brings_version and each.held is not None and each.held.kind != UPSERT:
                allow_by_origin(actor=self.actor, resource=Resource(pk=each.envelope.resource_id))

    def _follow(self, judgement: Judgement) -> None:
        """Do what the envelope says of versions that are here: erase, withdraw, reinstate."""
        envelope, held = judgement.envelope, judgement.held
        if held is None:
            return
        resource = Resource(pk=envelope.resource_id)
        if envelope.record["purged"]:
            erase_by_origin(actor=self.actor, resource=resource, digests=envelope.record["purged"])
        if envelope.kind == PURGED:
            erase_by_origin(actor=self.actor, resource=resource)
        if envelope.kind != UPSERT:
            _withdraw(self.actor, resource, held)
        elif held.kind == UPSERT and origin_in(envelope.record) != origin_in(held.header):
            announce(ResourceOriginChanged(resource_id=envelope.resource_id))
        elif not judgement.brings_version and held.kind != UPSERT and held.version is not None:
            reinstate_by_origin(actor=self.actor, resource=resource, version=held.version)


def _withdraw(actor: Neighbour, resource: Resource, held: ForeignResource) -> None:
    if held.kind == UPSERT:
        status = Resource.objects.values_list("status", flat=True).get(pk=resource.pk)
        if status != Resource.Status.PURGED:
            withdraw_by_origin(actor=actor, resource=resource)


def _move_cursor(partner: Partner, step: Step) -> None:
    moved = Partner.objects.filter(pk=partner.pk, cursor=step.before).update(
        cursor=step.after, epoch=step.epoch, last_change_at=clock.now()
    )
    if not moved:
        raise CursorMoved


def _row(judgement: Judgement, partner: Partner, versions: Mapping[UUID, UUID]) -> ForeignResource:
    envelope, held = judgement.envelope, judgement.held
    before: Any = held.version_id if held is not None else None
    return ForeignResource(
        resource_id=envelope.resource_id,
        origin_node=envelope.origin,
        origin_version=envelope.version,
        kind=envelope.kind,
        digest=envelope.digest or (held.digest if held is not None else ""),
        header=dict(envelope.record),
        proof=dict(envelope.proof),
        via=[str(node) for node in envelope.via],
        partner=partner,
        version_id=versions.get(envelope.resource_id, before),
        received_at=clock.now(),
    )


def _counted(judgements: Sequence[Judgement]) -> Applied:
    return Applied(Counter(_outcome(each) for each in judgements))


def _outcome(judgement: Judgement) -> str:
    if not judgement.is_news:
        return "ignored"
    if judgement.errors:
        return "quarantined"
    if judgement.envelope.kind != UPSERT:
        return judgement.envelope.kind
    return "updated" if judgement.held is not None else "stored"
