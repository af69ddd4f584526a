"""A batch of orders becomes temporary files: the part of publishing that may run in several processes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from rongshu.publishing.keys import PageKey, ReadKey
from rongshu.publishing.loading.context import ContextKeeper, SiteContext
from rongshu.publishing.making import Made, make
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.models import ForeignRead
from rongshu.publishing.products import Failed, Product, Staged
from rongshu.publishing.writing import Stager

# Registering what is read from elsewhere may bring more of it to light; it never takes more rounds.
_ROUNDS: Final = 4


class Order(NamedTuple):
    """A page to make, and what already lies there."""

    key: PageKey
    serial: int
    known_path: str | None
    known_digest: bytes


@dataclasses.dataclass
class Workshop:
    """Makes and stages pages; keeps contexts and registered reads from batch to batch."""

    contexts: ContextKeeper = dataclasses.field(default_factory=ContextKeeper)
    registered: dict[UUID, set[ReadKey]] = dataclasses.field(default_factory=dict)

    def work(
        self, site_id: UUID, manifest: Manifest, stager: Stager, orders: Sequence[Order]
    ) -> list[Staged | Failed]:
        """Make the pages ordered and put their contents aside."""
        context = self.contexts.current(site_id)
        by_key = {order.key: order for order in orders}
        return [
            self._stage(stager, by_key[made.key], made)
            for made in self._make(context, manifest, list(by_key))
        ]

    def _make(self, context: SiteContext, manifest: Manifest, wanted: Sequence[PageKey]) -> Iterator[Made]:
        """Make pages; those that read something from elsewhere only after the planner knows of it."""
        for _ in range(_ROUNDS):
            unknown: set[ReadKey] = set()
            again: list[PageKey] = []
            for made in make(context, manifest, wanted):
                missing = self._unregistered(context.site.id, made)
                if missing:
                    unknown |= missing
                    again.append(made.key)
                else:
                    yield made
            if not again:
                return
            self._register(context.site.id, unknown)
            wanted = again
        yield from (Failed(key, 0, "foreign reads did not settle") for key in wanted)

    def _unregistered(self, site_id: UUID, made: Made) -> set[ReadKey]:
        if isinstance(made, Failed) or not made.foreign:
            return set()
        known = self.registered.get(site_id)
        if known is None:
            rows = ForeignRead.objects.filter(site_id=site_id).values_list("key", flat=True)
            known = self.registered[site_id] = set(rows)
        return set(made.foreign - known)

    def _register(self, site_id: UUID, reads: set[ReadKey]) -> None:
        rows = [ForeignRead(site_id=site_id, key=key) for key in sorted(reads)]
        ForeignRead.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        self.registered.setdefault(site_id, set()).update(reads)

    @staticmethod
    def _stage(stager: Stager, order: Order, made: Product | Failed) -> Staged | Failed:
        if isinstance(made, Failed):
            return dataclasses.replace(made, serial=order.serial)
        return stager.stage(made, order.serial, order.known_path, order.known_digest)
