"""What a run through the gate needs to know, read once: schemas, categories, the viewer, the threshold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.installation import node_id
from rongshu.foundation.rules import rule_value
from rongshu.library.actions.admitting import PortionWriter
from rongshu.library.errors import SourceAppUnknown
from rongshu.library.gate.duplicates import DuplicateFinder
from rongshu.library.gate.preparing import PreparedRecord, prepare
from rongshu.library.gate.receiving import Received, receive
from rongshu.library.gate.records import GateDefaults, IncomingRecord
from rongshu.library.gate.schemas import TypeSchema
from rongshu.library.gate.storing import Circumstance, categories_by_code
from rongshu.library.models import ApprovalBatch, Resource, SourceApp
from rongshu.library.queries.schemas import default_standard_code, schemas_of

_kept_source_apps: Final = Kept[None, frozenset[str]](
    "definitions",
    read=lambda _: frozenset(SourceApp.objects.filter(is_active=True).values_list("code", flat=True)),
)
NEAR_DUPLICATE_RULE = "library.near_duplicate"


class GateRun:
    """Everything that stays the same while records pass; a schema is read when its type first comes."""

    def __init__(
        self, *, actor: Actor, batch: ApprovalBatch | None, defaults: GateDefaults, status: str | None = None
    ) -> None:
        self.actor, self.batch, self.defaults = actor, batch, defaults
        self.viewer: Viewer = viewer_for(actor)
        self.standard = default_standard_code()
        self.schemas: dict[str, TypeSchema] = {}
        self._unknown: set[str] = set()
        self.circumstance = Circumstance(
            person_id=actor.id,
            batch_id=batch.pk if batch else None,
            node_id=node_id(),
            type_ids={},
            category_ids=categories_by_code(),
            status=status or Resource.Status.IN_REVIEW,
        )
        self.source_apps = _kept_source_apps(None)

    def learn_types(self, type_codes: Iterable[str]) -> None:
        """Read the schemas of types that have not come before; a record of an unknown type will be
        refused."""
        new = set(type_codes) - set(self.schemas) - self._unknown
        if new:
            self.schemas |= schemas_of(new, standard=self.standard)
            self._unknown |= new - set(self.schemas)
            ids = {code: schema.type_id for code, schema in self.schemas.items()}
            self.circumstance = replace(self.circumstance, type_ids=ids)

    def receive(self, record: IncomingRecord, *, resource_id: UUID | None = None) -> Received:
        """Take the record's files and give it ids; one from an unregistered system is refused."""
        received = receive(
            record,
            viewer=self.viewer,
            standard=self.standard,
            refuses_bad_files=self.defaults.refuses_bad_files,
            resource_id=resource_id,
        )
        if record.source_app in self.source_apps:
            return received
        return received.refused(SourceAppUnknown(fields={"SourceApp": record.source_app}))

    def prepare(
        self, record: IncomingRecord, *, resource_id: UUID | None = None
    ) -> tuple[Received, PreparedRecord]:
        """Receive and prepare one record."""
        self.learn_types([record.type_code])
        received = self.receive(record, resource_id=resource_id)
        return received, prepare(received.raw, self.schemas.get(record.type_code), self.defaults)

    def finder(self) -> DuplicateFinder:
        """Return a finder of duplicates among what the actor may see."""
        threshold = self.defaults.near_duplicate_threshold
        if threshold is None:
            threshold = int(rule_value(NEAR_DUPLICATE_RULE))
        return DuplicateFinder(self.viewer, threshold, remembers_near=self.defaults.keeps_near_duplicates)

    def writer(self) -> PortionWriter:
        """Return the writer of portions of this run."""
        return PortionWriter(
            actor=self.actor,
            viewer=self.viewer,
            circumstance=self.circumstance,
            defaults=self.defaults,
            batch=self.batch,
        )
