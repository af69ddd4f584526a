"""A batch as it came: its lines, and the end that says nothing is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from rongshu.federation.envelope import LONGEST_LINE, Envelope, read_envelope
from rongshu.federation.errors import BatchMalformed, EnvelopeMalformed


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no envelope, with as much as can be told of it."""

    number: int
    written: Any
    error: EnvelopeMalformed


@dataclass(frozen=True, slots=True)
class ReceivedBatch:
    """The envelopes of a batch; who has taken them goes on after `next`."""

    envelopes: Sequence[Envelope]
    unreadable: Sequence[Unreadable]
    next: int
    last: int
    epoch: UUID


def read_batch(body: bytes, *, after: int, limit: int) -> ReceivedBatch:
    """Read a batch; raise `BatchMalformed` when it is cut, out of order, or longer than asked for."""
    lines = body.split(b"\n")
    if len(lines) < 2 or lines[-1] != b"" or len(lines) - 2 > limit:
        raise BatchMalformed
    end = _end_of(lines[-2], len(lines) - 2)
    envelopes: list[Envelope] = []
    unreadable: list[Unreadable] = []
    reached = after
    for line in lines[:-2]:
        written = _json(line)
        number = written.get("number") if isinstance(written, dict) else None
        if type(number) is not int or not reached < number <= end["next"]:
            raise BatchMalformed("对方发来的数据没有按序号递增，本批没有收入，请联系对方节点。")
        reached = number
        try:
            envelopes.append(read_envelope(written))
        except EnvelopeMalformed as error:
            unreadable.append(Unreadable(number, written, error))
    if not after <= end["next"] <= end["last"]:
        raise BatchMalformed
    if end["next"] == after < end["last"]:
        # Whoever goes on asking after the same number would ask for ever.
        raise BatchMalformed("对方说还有新的变更，游标却没有前进，本批没有收入，请联系对方节点。")
    return ReceivedBatch(_newest(envelopes), unreadable, end["next"], end["last"], UUID(end["epoch"]))


def _newest(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Leave one state of each resource, in the order of the feed: a log may tell of one several times."""
    newest: dict[UUID, Envelope] = {}
    for each in envelopes:
        before = newest.get(each.resource_id)
        if before is None or each.version >= before.version:
            newest[each.resource_id] = each
    return [each for each in envelopes if newest[each.resource_id] is each]


def _end_of(line: bytes, count: int) -> dict[str, Any]:
    try:
        end = orjson.loads(line)["end"]
        if end["count"] != count or type(end["next"]) is not int or type(end["last"]) is not int:
            raise BatchMalformed
        UUID(end["epoch"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BatchMalformed from error
    checked: dict[str, Any] = end
    return checked


def _json(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        raise BatchMalformed("对方发来的记录超过约定的大小，本批没有收入。")
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BatchMalformed from error
