"""What a partner is given: batches of changes after a number, and single records."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson

from rongshu.federation.envelope import UPSERT, WITHDRAWN, record_of, statement_of, written_line
from rongshu.federation.errors import CursorForeign
from rongshu.federation.models import Change, Feed, ForeignResource, Partner
from rongshu.federation.queries.entitlement import changes_given, is_withheld, require_giving
from rongshu.federation.queries.keys import own_key
from rongshu.federation.queries.states import departed_facts
from rongshu.federation.signing.proofs import prove
from rongshu.foundation.canonical_json import canonical_json
from rongshu.foundation.errors import NotFound
from rongshu.foundation.installation import node_id
from rongshu.foundation.prepared import Prepared
from rongshu.foundation.stream import stream
from rongshu.library.models import Resource
from rongshu.library.queries.origin_fields import effective_origin_fields

MOST_BYTES: Final = 4 * 1024 * 1024
"""A batch ends after the record with which it grows beyond this, uncompressed."""
_QUICKLY: Final = 1


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """How far the feed goes: `last` is only meaningful within `epoch`."""

    epoch: UUID
    last: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Envelopes in the order of the feed; who has taken them all in goes on after `next`."""

    lines: Sequence[bytes]
    next: int
    position: FeedPosition

    def text(self) -> bytes:
        """Return the body: JSON lines, the last of which says that it is whole; the same at every call."""
        end = {
            "end": {
                "count": len(self.lines), "next": self.next, "last": self.position.last,
                "epoch": str(self.position.epoch),
            }
        }  # fmt: skip
        return b"\n".join((*self.lines, orjson.dumps(end), b""))

    def compressed(self) -> bytes:
        """Return the body as most ask for it, the same at every call, too: a cut transfer is resumed."""
        return gzip.compress(self.text(), compresslevel=_QUICKLY, mtime=0)


def feed_position() -> FeedPosition:
    """Return epoch and last number: all that an idle poll asks for."""
    return FeedPosition(stream().epoch, next((row[0] for row in _LAST.rows(1)), 0))


_LAST: Final = Prepared(lambda key: Feed.objects.filter(pk=key).values_list("last_number"))


def batch_for(
    partner: Partner,
    *,
    after: int,
    limit: int,
    epoch: UUID | None = None,
    categories: frozenset[str] = frozenset(),
) -> Batch:
    """Return the next changes for a partner; raise `CursorForeign`, `CategoryNotGiven`."""
    require_giving(partner)
    # Read first: numbers are given in the order of commits, so all rows up to it are there.
    position = feed_position()
    is_foreign = epoch is not None and epoch != position.epoch and after > 0
    # What it was granted since lies behind its cursor: the manifest names it.
    if after > position.last or is_foreign or (partner.granted_more_at and after > 0):
        raise CursorForeign(fields={"epoch": str(position.epoch), "last": str(position.last)})
    rows = list(changes_given(partner, categories).filter(number__gt=after).order_by("number")[:limit])
    lines: list[bytes] = []
    size, reached = 0, position.last if len(rows) < limit else rows[-1].number
    for number, line in _lines(rows, partner):
        if size > MOST_BYTES:
            break
        if line is not None:
            lines.append(line)
            size += len(line)
        last = number
    else:
        return Batch(lines, reached, position)
    return Batch(lines, last, position)


def single_record(partner: Partner, resource_id: UUID) -> bytes:
    """Return one envelope; what is not the partner's is as absent as what is nowhere."""
    lines = records_for(partner, [resource_id])
    if not lines:
        raise NotFound
    return lines[0]


def records_for(partner: Partner, resource_ids: Sequence[UUID]) -> list[bytes]:
    """Return the envelopes of those resources that are the partner's to have."""
    rows = list(changes_given(partner).filter(resource_id__in=resource_ids).order_by("number"))
    return [line for _, line in _lines(rows, partner) if line is not None]


def _lines(rows: Sequence[Change], partner: Partner) -> Iterator[tuple[int, bytes | None]]:
    """Yield number and envelope of each row; None where there is nothing to say at this number."""
    foreign = _foreign_of(rows)
    contents = _contents_of([row for row in rows if row.kind == UPSERT and not is_withheld(row, partner)])
    for row in rows:
        yield row.number, _line(row, partner, foreign.get(row.pk), contents)


def _line(
    row: Change, partner: Partner, foreign: ForeignResource | None, contents: Mapping[UUID, bytes]
) -> bytes | None:
    if foreign is not None:
        return _relayed_line(row, partner, foreign, contents)
    if row.kind == UPSERT and is_withheld(row, partner):
        return _departure_line(row)
    content = contents.get(row.pk, b"")
    if row.kind == UPSERT and not content:
        return None  # another version is effective by now: it comes at its own number
    return written_line(
        number=row.number, via=(), record=row.record.encode(), proof=row.proof.encode(), content=content
    )


def _relayed_line(
    row: Change, partner: Partner, foreign: ForeignResource, contents: Mapping[UUID, bytes]
) -> bytes | None:
    content = contents.get(row.pk, b"")
    if str(partner.pk) in foreign.via or row.version != foreign.origin_version:
        return None
    if row.kind == UPSERT and not content:
        return None
    return written_line(
        number=row.number,
        via=[*foreign.via, str(node_id())],
        record=canonical_json(foreign.header),
        proof=canonical_json(foreign.proof),
        content=content,
    )


def _departure_line(row: Change) -> bytes | None:
    """Tell one partner that what it may no longer have is withdrawn; everyone else goes on having it."""
    key = own_key()
    if key is None or row.origin_node != node_id():
        return None
    resource = Resource.objects.select_related("type", "owner__region", "federated_change").get(pk=row.pk)
    facts = departed_facts(resource, WITHDRAWN, [])
    record = record_of(facts, node=row.origin_node, version=row.version, at=row.at)
    proof = prove(statement_of(record), key).as_json()
    return written_line(
        number=row.number, via=(), record=canonical_json(record), proof=canonical_json(proof), content=b""
    )


def _foreign_of(rows: Sequence[Change]) -> Mapping[UUID, ForeignResource]:
    own = node_id()
    ids = [row.pk for row in rows if row.origin_node != own]
    return ForeignResource.objects.in_bulk(ids) if ids else {}


def _contents_of(rows: Sequence[Change]) -> dict[UUID, bytes]:
    digests = {row.pk: row.digest for row in rows}
    return {key: canonical_json(fields) for key, fields in effective_origin_fields(digests).items()}
