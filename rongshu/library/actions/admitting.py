"""Writing one portion of prepared records in one short transaction: the step all ways through the gate
share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.errors import RongshuError
from rongshu.library.actions.locking import wait_for_others_with
from rongshu.library.errors import BatchNotOpen, LegacyIndexNumberTaken
from rongshu.library.gate.content import digest_of_content
from rongshu.library.gate.duplicates import Duplicate, DuplicateFinder
from rongshu.library.gate.preparing import PreparedRecord
from rongshu.library.gate.records import Admission, GateDefaults
from rongshu.library.gate.storing import Circumstance, Rows, next_numbers
from rongshu.library.models import ApprovalBatch, Resource, ResourceVersion, StoredFile, VersionFingerprint
from rongshu.library.permissions import may_write, may_write_all


@dataclass(slots=True)
class _Portion:
    """What is gathered while a portion is decided, record by record."""

    rows: Rows
    taken: set[tuple[UUID, str]]
    numbers: dict[UUID, int]
    files: Mapping[UUID, Sequence[StoredFile]]
    refused: set[UUID] = field(default_factory=set)

    def refuse(self, prepared: PreparedRecord, errors: Sequence[RongshuError]) -> Admission:
        """Note that a record did not get in, and answer why."""
        self.refused.add(prepared.content.version_id)
        return Admission(record_key=prepared.content.key, outcome="refused", errors=tuple(errors))


class PortionWriter:
    """Decides what becomes of each record of a portion and writes it: all of it, or none of it.

    Duplicates were looked for beforehand, outside the transaction; exact ones are looked for again inside it,
    so that two runs at the same time don't both store the same text.
    """

    def __init__(
        self,
        *,
        actor: Actor,
        viewer: Viewer,
        circumstance: Circumstance,
        defaults: GateDefaults,
        batch: ApprovalBatch | None,
    ) -> None:
        self.actor, self.viewer, self.circumstance = actor, viewer, circumstance
        self.defaults, self.batch = defaults, batch
        self._may_write: dict[UUID, bool] = {}

    def write(
        self,
        records: Sequence[PreparedRecord],
        duplicates: Sequence[Duplicate | None],
        files: Mapping[UUID, Sequence[StoredFile]],
    ) -> list[Admission]:
        """Write the portion; the answers are in the order of the records."""
        with transaction.atomic():
            self._check_batch()
            require(may_write_all(self.viewer, {each.content.owner_id for each in records}))
            earlier = self._admitted_before(records)
            overtaken = self._stored_meanwhile(records, duplicates)
            portion = _Portion(
                rows=Rows(self.circumstance),
                taken=self._taken_index_numbers(records),
                numbers=next_numbers([each.resource_id for each in duplicates if each and not each.is_exact]),
                files=files,
            )
            admissions = [
                earlier.get(each.content.key[:500])
                or self._decide(each, found or overtaken.get(each.content.version_id), portion)
                for each, found in zip(records, duplicates, strict=True)
            ]
            portion.rows.write()
            self._leave_trace(admissions)
        return admissions

    def _decide(self, prepared: PreparedRecord, duplicate: Duplicate | None, portion: _Portion) -> Admission:
        if duplicate is not None and duplicate.version_id in portion.refused:
            duplicate = None  # of a record of this portion that did not get in itself
        if prepared.errors:
            return portion.refuse(prepared, prepared.errors)
        if duplicate is not None and duplicate.is_exact:
            return _repeats(prepared, duplicate)
        if self._bears_taken_number(prepared, portion):
            return portion.refuse(prepared, (LegacyIndexNumberTaken.at("IndexNo", "索引号"),))
        return self._store(prepared, duplicate, portion)

    def _store(self, prepared: PreparedRecord, duplicate: Duplicate | None, portion: _Portion) -> Admission:
        content, rows = prepared.content, portion.rows
        rows.stored_files += portion.files.get(content.version_id, ())
        if duplicate is not None and self._may_be_candidate(duplicate):
            return _store_candidate(prepared, duplicate, portion)
        rows.add_resource(prepared)
        if duplicate is not None:
            rows.add_relation(content.resource_id, duplicate.resource_id)
        return Admission(
            record_key=content.key,
            outcome="near-duplicate" if duplicate else "admitted",
            resource_id=content.resource_id,
            version_id=content.version_id,
            of=duplicate.resource_id if duplicate else None,
            flags=tuple(content.flags),
        )

    def _may_be_candidate(self, duplicate: Duplicate) -> bool:
        """Whether a near duplicate may be a version of its original: never of another node's resource."""
        if self.defaults.keeps_near_duplicates or not self._may_write_for(duplicate.owner_id):
            return False
        foreign = Resource.objects.exclude(origin_node=self.circumstance.node_id)
        return not foreign.filter(pk=duplicate.resource_id).exists()

    def _bears_taken_number(self, prepared: PreparedRecord, portion: _Portion) -> bool:
        content = prepared.content
        place = (content.owner_id, content.legacy_index_number)
        if not content.legacy_index_number:
            return False
        if place not in portion.taken:
            portion.taken.add(place)
            return False
        if not self.defaults.refuses_taken_index_number:
            content.flag("IndexNo", "index-number-taken", "原索引号与本单位另一资源重复。")
        return self.defaults.refuses_taken_index_number

    def _check_batch(self) -> None:
        if self.batch is None:
            return
        locked = ApprovalBatch.objects.select_for_update().get(pk=self.batch.pk)
        if locked.status != ApprovalBatch.Status.OPEN:
            raise BatchNotOpen

    def _admitted_before(self, records: Sequence[PreparedRecord]) -> dict[str, Admission]:
        """Return what an interrupted run of this batch has admitted already, by external key."""
        keys = [each.content.key[:500] for each in records if each.content.key]
        if self.batch is None or not keys:
            return {}
        rows = ResourceVersion.objects.filter(batch=self.batch, external_key__in=keys)
        found = rows.values_list("external_key", "resource_id", "pk", "similarity")
        return {
            key: Admission(
                record_key=key,
                outcome="admitted" if similarity is None else "near-duplicate",
                resource_id=resource_id,
                version_id=version_id,
                of=None if similarity is None else resource_id,
            )
            for key, resource_id, version_id, similarity in found
        }

    def _stored_meanwhile(
        self, records: Sequence[PreparedRecord], duplicates: Sequence[Duplicate | None]
    ) -> dict[UUID, Duplicate]:
        """Return, by version id, records that another run stored after their duplicates were looked for.

        Only what was stored since: whatever was there before, the finder has judged.
        """
        fresh = [
            each
            for each, duplicate in zip(records, duplicates, strict=True)
            if each.fingerprint is not None and duplicate is None
        ]
        digests = [each.fingerprint.text_digest for each in fresh if each.fingerprint is not None]
        wait_for_others_with(digests)
        if not digests or not VersionFingerprint.objects.filter(text_digest__in=digests).exists():
            return {}
        again = DuplicateFinder(self.viewer, threshold=0).find(fresh)
        return {each.content.version_id: found for each, found in zip(fresh, again, strict=True) if found}

    def _taken_index_numbers(self, records: Sequence[PreparedRecord]) -> set[tuple[UUID, str]]:
        wanted = {each.content.legacy_index_number for each in records} - {""}
        if not wanted:
            return set()
        owners = {each.content.owner_id for each in records}
        rows = Resource.objects.filter(legacy_index_number__in=wanted, owner_id__in=owners)
        return set(rows.values_list("owner_id", "legacy_index_number"))

    def _may_write_for(self, owner_id: UUID) -> bool:
        if owner_id not in self._may_write:
            self._may_write[owner_id] = may_write(self.viewer, owner_id)
        return self._may_write[owner_id]

    def _leave_trace(self, admissions: Sequence[Admission]) -> None:
        """One audit record per portion; it names every version by the digest over all of them."""
        stored = [each for each in admissions if each.outcome in ("admitted", "near-duplicate")]
        versions = [str(each.version_id) for each in stored]
        if not versions:
            return
        if self.batch is not None:
            record(
                self.actor, "batch.admitted", self.batch, after=digest(versions), count=len(versions),
                first=versions[0], last=versions[-1],
            )  # fmt: skip
            return
        for each in stored:
            resource = Resource(pk=each.resource_id)
            record(self.actor, "resource.admitted", resource, version=str(each.version_id))


def _repeats(prepared: PreparedRecord, duplicate: Duplicate) -> Admission:
    return Admission(
        record_key=prepared.content.key,
        outcome="exact-duplicate",
        resource_id=duplicate.resource_id,
        version_id=duplicate.version_id,
        of=duplicate.resource_id,
    )


def _store_candidate(prepared: PreparedRecord, duplicate: Duplicate, portion: _Portion) -> Admission:
    """Store a near duplicate as a version candidate of the original; a reviewer accepts it or leaves it."""
    content = prepared.content
    content.resource_id = duplicate.resource_id
    number = portion.numbers.get(duplicate.resource_id, 2)
    portion.numbers[duplicate.resource_id] = number + 1
    candidate = replace(prepared, digest=digest_of_content(content))
    portion.rows.add_version(candidate, number=number, similarity=duplicate.similarity)
    return Admission(
        record_key=content.key,
        outcome="near-duplicate",
        resource_id=duplicate.resource_id,
        version_id=content.version_id,
        of=duplicate.resource_id,
        flags=tuple(content.flags),
    )
