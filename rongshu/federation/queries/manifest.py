"""Manifests: what a partner should hold of us, and what we hold of it, compared bucket by bucket.

A line is `<id> <version>`; a bucket holds the ids that end in the same byte, in the order of ids. Equal roots
mean that nothing is missing, nothing too much and nothing old.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast, Right
from django.db.models.lookups import Exact

from rongshu.federation.envelope import UPSERT
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.queries.entitlement import changes_given, require_giving
from rongshu.federation.queries.feed import FeedPosition, feed_position
from rongshu.library.models.versions import ShareType

BUCKETS: Final = 256

Line = tuple[UUID, int]
_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The digest of each bucket that holds anything, by the two digits its ids end in."""

    buckets: dict[str, tuple[int, str]]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(count for count, _ in self.buckets.values())

    @property
    def root(self) -> str:
        """The digest over all buckets."""
        lines = "".join(
            f"{name} {count} {digest}\n" for name, (count, digest) in sorted(self.buckets.items())
        )
        return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"

    def as_json(self, position: FeedPosition) -> dict[str, Any]:
        """Return it as partners read it."""
        return {
            "root": self.root,
            "count": self.count,
            "epoch": str(position.epoch),
            "last": position.last,
            "buckets": {name: {"count": n, "digest": digest} for name, (n, digest) in self.buckets.items()},
        }

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Manifest:
        """Digest lines that come in the order of ids."""
        states: dict[str, Any] = {}
        counts: dict[str, int] = {}
        for resource_id, version in lines:
            name = bucket_of(resource_id)
            state = states.get(name)
            if state is None:
                state, counts[name] = states.setdefault(name, hashlib.sha256()), 0
            state.update(f"{resource_id} {version}\n".encode())
            counts[name] += 1
        return cls(
            {name: (counts[name], f"sha256:{state.hexdigest()}") for name, state in sorted(states.items())}
        )


def bucket_of(resource_id: UUID) -> str:
    """Return the last two digits of an id: its first ones are a time, and unevenly spread."""
    return f"{resource_id.int & 0xFF:02x}"


def given_manifest(
    partner: Partner, categories: frozenset[str] = frozenset()
) -> tuple[Manifest, FeedPosition]:
    """Return what a partner should hold of us, and how far the feed went at that moment or later."""
    require_giving(partner)
    position = feed_position()
    return Manifest.of(given_lines(partner, categories)), position


def given_lines(
    partner: Partner, categories: frozenset[str] = frozenset(), bucket: str = ""
) -> Iterator[Line]:
    """Yield what a partner should hold of us, in the order of ids."""
    rows = changes_given(partner, categories).filter(kind=UPSERT).order_by("resource_id")
    granted = str(partner.organization_id)
    columns = ("resource_id", "version", "share_type", "grants", "resource__foreign__via")
    chosen = _in_bucket(rows, bucket).values_list(*columns)
    for resource_id, version, share, grants, via in chosen.iterator(chunk_size=5000):
        if share != ShareType.UNCONDITIONAL and granted not in grants:
            continue
        if not via or str(partner.pk) not in via:
            yield resource_id, version


def held_manifest(partner: Partner) -> Manifest:
    """Return what we hold of a partner."""
    return Manifest.of(held_lines(partner))


def held_lines(partner: Partner, bucket: str = "") -> Iterator[Line]:
    """Yield what we hold of a partner, in the order of ids."""
    rows = ForeignResource.objects.filter(partner=partner, kind=UPSERT).order_by("resource_id")
    yield from _in_bucket(rows, bucket).values_list("resource_id", "origin_version").iterator(chunk_size=5000)


def _in_bucket(rows: QuerySet[_M], bucket: str) -> QuerySet[_M]:
    """Let the database choose: where many buckets differ, each would read every row of the partner here."""
    end = Right(Cast("resource_id", CharField()), 2)
    return rows.filter(Exact(end, bucket)) if bucket else rows
