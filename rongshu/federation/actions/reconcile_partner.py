"""Compare everything we hold of a partner with its manifest, and repair every gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from rongshu.federation.actions.apply_envelopes import PORTION, Receiver
from rongshu.federation.actions.deliveries import finish_deliveries, is_large
from rongshu.federation.calling import get
from rongshu.federation.envelope import EVERYTHING, WITHDRAWN, Envelope, read_envelope
from rongshu.federation.errors import BatchMalformed
from rongshu.federation.models import ForeignResource, Message, Partner
from rongshu.federation.queries.entitlement import categories_wanted
from rongshu.federation.queries.manifest import Manifest, held_lines, held_manifest
from rongshu.federation.receiving.neighbours import neighbour
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.leases import Lease
from rongshu.library.actions.following_origin import withdraw_by_origin
from rongshu.library.models import Resource

_AT_ONCE: Final = 100


@dataclass(slots=True)
class Reconciled:
    """What a comparison found: `equal` before anything was repaired; what was fetched and what went."""

    equal: bool
    count: int = 0
    buckets: int = 0
    missing: int = 0
    departed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Return it for the message log."""
        return {
            "equal": self.equal, "count": self.count, "buckets": self.buckets, "missing": self.missing,
            "departed": self.departed, "outcomes": dict(self.outcomes),
        }  # fmt: skip


def reconcile_partner(partner: Partner, lease: Lease) -> Reconciled:
    """Make what we hold of a partner equal to what it says we should; its feed is read on from there.

    Equal ones cost one request. The cursor is set to how far its feed went before the comparison: what
    changed meanwhile comes again, and again has no effect. `lease` is the partner's, renewed on the way.
    Raise what the partner's answers raise.
    """
    categories = _categories(partner)
    said = get(partner, "/manifest", categories).json()
    epoch, last, theirs = _read_manifest(said)
    ours = held_manifest(partner)
    result = Reconciled(equal=theirs == ours.buckets, count=sum(count for count, _ in theirs.values()))
    differing = sorted(
        name for name in {*theirs, *ours.buckets} if theirs.get(name) != ours.buckets.get(name)
    )
    result.buckets = len(differing)
    for bucket in differing:
        _repair(partner, bucket, categories, result)
        lease.renew()
        if is_large(partner):
            finish_deliveries(partner)
    _set_cursor(partner, epoch, last, result)
    finish_deliveries(partner)
    return result


def _categories(partner: Partner) -> dict[str, str]:
    wanted = categories_wanted(partner.pk)
    return {} if EVERYTHING in wanted else {"categories": ",".join(sorted(wanted))}


def _read_manifest(said: Any) -> tuple[UUID, int, dict[str, tuple[int, str]]]:
    try:
        buckets = {
            str(name): (int(each["count"]), str(each["digest"])) for name, each in said["buckets"].items()
        }
        if Manifest(buckets).root != said["root"]:
            raise BatchMalformed("对方的清单前后不一致，没有采用，请联系对方节点。")
        return UUID(said["epoch"]), int(said["last"]), buckets
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BatchMalformed from error


def _repair(partner: Partner, bucket: str, categories: dict[str, str], result: Reconciled) -> None:
    text = get(partner, "/manifest", {**categories, "bucket": bucket}).body.decode()
    theirs, ours = dict(_lines(text)), dict(held_lines(partner, bucket))
    missing = sorted(key for key, version in theirs.items() if ours.get(key) != version)
    departed = sorted(key for key in ours if key not in theirs)
    result.missing += len(missing)
    result.departed += len(departed)
    receiver = Receiver(partner)
    for portion in _in_portions([*missing, *departed], _AT_ONCE):
        _fetch(partner, receiver, portion, result)
    _let_go(partner, departed, result)


def _fetch(partner: Partner, receiver: Receiver, ids: Sequence[UUID], result: Reconciled) -> None:
    body = get(partner, "/records", {"ids": ",".join(map(str, ids))}).body
    envelopes = list(_envelopes(body, set(ids), result))
    for portion in _in_portions(envelopes, PORTION):
        result.outcomes += receiver.take(portion).counts


def _envelopes(body: bytes, asked: set[UUID], result: Reconciled) -> Iterator[Envelope]:
    for line in filter(None, body.split(b"\n")):
        try:
            envelope = read_envelope(orjson.loads(line))
        except (orjson.JSONDecodeError, RongshuError):
            result.outcomes["unreadable"] += 1
            continue
        if envelope.resource_id in asked:
            yield envelope


def _let_go(partner: Partner, ids: Iterable[UUID], result: Reconciled) -> None:
    """What the partner does not list, and did not explain by a record either, is no longer given to us."""
    for row in ForeignResource.objects.filter(pk__in=list(ids), partner=partner, kind="upsert"):
        withdraw_by_origin(
            actor=neighbour(partner), resource=Resource(pk=row.pk), reason="来源节点的清单中已没有这条资源"
        )
        ForeignResource.objects.filter(pk=row.pk).update(kind=WITHDRAWN)
        result.outcomes["let-go"] += 1


def _lines(text: str) -> Iterator[tuple[UUID, int]]:
    try:
        for line in text.splitlines():
            resource_id, version = line.split(" ")
            yield UUID(resource_id), int(version)
    except ValueError as error:
        raise BatchMalformed from error


def _set_cursor(partner: Partner, epoch: UUID, last: int, result: Reconciled) -> None:
    now = clock.now()
    changed: dict[str, Any] = {"reconciled_at": now, "needs_reconciling": False, "epoch": epoch, "etag": ""}
    if partner.epoch != epoch or partner.cursor > last:
        changed["cursor"] = last
    Partner.objects.filter(pk=partner.pk).update(**changed)
    Message.objects.create(
        partner=partner, direction=Message.Direction.IN, kind=Message.Kind.RECONCILE,
        status=Message.Status.DONE, count=result.count, details=result.as_json(), ended_at=now,
    )  # fmt: skip


def _in_portions(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
