"""Taking in versions that other nodes own: as resources of their own, never folded into ours.

Nothing is computed while the database is held: `ForeignIntake.begin` and `finish` judge, `write` stores what
is fit, in the transaction of the caller, who keeps his cursor in the same one.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from rongshu.accounts.viewers import CLOCK_VIEWER
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.bulk_rows import update_values
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.installation import node_id
from rongshu.foundation.rules import rule_value
from rongshu.library.actions.classifying_versions import classify_as_version
from rongshu.library.actions.gate_run import NEAR_DUPLICATE_RULE
from rongshu.library.errors import BatchNotOpen, ResourceOfOtherNode
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.duplicates import Duplicate, DuplicateFinder
from rongshu.library.gate.foreign import ForeignRecord, prepare_foreign, prepare_foreign_portion
from rongshu.library.gate.preparing import PreparedRecord
from rongshu.library.gate.schemas import TypeSchema
from rongshu.library.gate.storing import Circumstance, Rows, categories_by_code, next_numbers
from rongshu.library.models import ApprovalBatch, Resource, ResourceVersion, StoredFile
from rongshu.library.queries.schemas import schemas_of

__all__ = ["Begun", "ForeignIntake", "ForeignRecord", "Judged"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A record that passed the gate, or the reasons why it did not; `like` is what it nearly repeats."""

    record: ForeignRecord
    prepared: PreparedRecord
    like: Duplicate | None = None

    @property
    def is_fit(self) -> bool:
        """Whether it may be stored."""
        return not self.prepared.errors


@dataclass(frozen=True, slots=True)
class Begun:
    """Records on their way through the gate."""

    records: Sequence[ForeignRecord]
    future: Future[list[PreparedRecord]] | None
    prepared: list[PreparedRecord]


class ForeignIntake:
    """Takes records of other nodes into open batches, portion by portion.

    `begin` may compute in a further process while the portion before is written; `finish` then tells what
    became of the records. Leave it by `close`.
    """

    def __init__(self, *, actor: Actor) -> None:
        self.actor, self.node_id = actor, node_id()
        self._schemas: dict[tuple[str, str], TypeSchema] = {}
        self._finder = DuplicateFinder(
            CLOCK_VIEWER, int(rule_value(NEAR_DUPLICATE_RULE)), remembers_near=True
        )
        self._pool: ProcessPoolExecutor | None = None

    def begin(self, records: Sequence[ForeignRecord], *, aside: bool = False) -> Begun:
        """Begin to pass records through the gate, here or aside in a further process."""
        self._learn_types(records)
        if not aside or not records:
            return Begun(records, None, [prepare_foreign(each, self._schemas) for each in records])
        if self._pool is None:
            # A fresh interpreter and not a fork: the parent has threads and open database connections.
            self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        future = self._pool.submit(prepare_foreign_portion, list(records), dict(self._schemas))
        return Begun(records, future, [])

    def finish(self, begun: Begun) -> list[Judged]:
        """Judge records outside of any transaction; the answers are in their order."""
        prepared = begun.prepared if begun.future is None else begun.future.result()
        duplicates = self._finder.find(prepared)
        return [
            Judged(each, fit, like)
            for each, fit, like in zip(begun.records, prepared, duplicates, strict=True)
        ]

    def close(self) -> None:
        """End the further process, if there is one."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def write(self, judged: Sequence[Judged], *, batch: ApprovalBatch) -> dict[UUID, UUID]:
        """Store what is fit, in the caller's transaction; return the version stored for each resource.

        Raise `BatchNotOpen`, `ResourceOfOtherNode` where an id belongs to another node's resource.
        """
        fit = [each for each in judged if each.is_fit]
        _check_open(batch)
        known = _locked(each.record.resource_id for each in fit)
        _require_own_ids(fit, known)
        rows, numbers = Rows(self._circumstance(batch)), next_numbers(list(known))
        stored: list[PreparedRecord] = []
        for each in fit:
            rows.stored_files += _file_rows(each.prepared.content)
            if each.record.resource_id in known:
                number = numbers.get(each.record.resource_id, 1)
                numbers[each.record.resource_id] = number + 1
                rows.add_version(each.prepared, number=number)
            else:
                _add_new(rows, each)
            stored.append(each.prepared)
        rows.write()
        self._follow(fit, known)
        self._leave_trace(stored, batch)
        return {each.content.resource_id: each.content.version_id for each in stored}

    def _learn_types(self, records: Iterable[ForeignRecord]) -> None:
        wanted = {(each.content.get("standard"), each.content.get("type")) for each in records}
        for standard, code in wanted:
            if isinstance(standard, str) and isinstance(code, str) and (standard, code) not in self._schemas:
                found = schemas_of([code], standard=standard)
                if code in found:
                    self._schemas[standard, code] = found[code]

    def _circumstance(self, batch: ApprovalBatch) -> Circumstance:
        return Circumstance(
            person_id=None,
            batch_id=batch.pk,
            node_id=self.node_id,
            type_ids={code: schema.type_id for (_, code), schema in self._schemas.items()},
            category_ids=categories_by_code(),
        )

    def _follow(self, fit: Sequence[Judged], known: Mapping[UUID, Resource]) -> None:
        """Write what stands beside the versions: working version, owner, date and number of the origin."""
        further = [each for each in fit if each.record.resource_id in known]
        update_values(
            Resource,
            ("working_version_id", "origin_version", "owner_id"),
            [
                (
                    each.prepared.content.version_id,
                    each.record.origin_number,
                    each.record.owner_id,
                    each.record.resource_id,
                )
                for each in further
            ],
        )
        _give_dates(fit)
        _give_index_numbers(fit)
        for each in further:
            _classify_again(known[each.record.resource_id], each.prepared.content, self.actor)

    def _leave_trace(self, stored: Sequence[PreparedRecord], batch: ApprovalBatch) -> None:
        versions = [str(each.content.version_id) for each in stored]
        if versions:
            record(
                self.actor, "batch.admitted", batch, after=digest(versions), count=len(versions),
                first=versions[0], last=versions[-1],
            )  # fmt: skip


def _check_open(batch: ApprovalBatch) -> None:
    locked = ApprovalBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.status != ApprovalBatch.Status.OPEN:
        raise BatchNotOpen


def _file_rows(content: VersionContent) -> list[StoredFile]:
    """Return rows for the files it names, with what the origin says of them until they are here."""
    return [
        StoredFile(
            digest=file["digest"],
            size=file["size"],
            media_type=file["media_type"],
            extension=PurePosixPath(file["name"]).suffix.lstrip(".").lower()[:10],
        )
        for file in content.attachments
    ]


def _locked(resource_ids: Iterable[UUID]) -> dict[UUID, Resource]:
    rows = Resource.objects.select_for_update().filter(pk__in=set(resource_ids)).order_by("pk")
    return {row.pk: row for row in rows}


def _require_own_ids(fit: Sequence[Judged], known: Mapping[UUID, Resource]) -> None:
    for each in fit:
        resource = known.get(each.record.resource_id)
        if resource is not None and resource.origin_node != each.record.origin_node:
            raise ResourceOfOtherNode(fields={"id": str(resource.pk)})


def _add_new(rows: Rows, each: Judged) -> None:
    rows.add_resource(each.prepared)
    if each.like is not None and each.like.resource_id != each.record.resource_id:
        rows.add_relation(each.record.resource_id, each.like.resource_id)


def _give_dates(fit: Sequence[Judged]) -> None:
    """The origin's first approval gave the date of what bears none of its own."""
    dated = [
        (each.record.published_at, each.record.resource_id)
        for each in fit
        if each.record.published_at is not None and each.prepared.content.given_published_at is None
    ]
    update_values(Resource, ("published_at",), dated)


def _give_index_numbers(fit: Sequence[Judged]) -> None:
    """Carry the origin's 索引号 along, if it is the owner's and nobody else's here."""
    wanted = {
        each.record.index_number: each.record.resource_id
        for each in fit
        if each.record.index_number.startswith(f"{each.prepared.content.owner_code}/")
    }
    if not wanted:
        return
    taken = set(Resource.objects.filter(index_number__in=wanted).values_list("index_number", flat=True))
    numbered = set(
        Resource.objects.filter(pk__in=wanted.values(), index_number__isnull=False).values_list(
            "pk", flat=True
        )
    )
    rows = [(number, key) for number, key in wanted.items() if number not in taken and key not in numbered]
    update_values(Resource, ("index_number",), rows)


def _classify_again(resource: Resource, content: VersionContent, actor: Actor) -> None:
    named = ResourceVersion(
        pk=content.version_id, resource=resource, theme_code=content.theme_code,
        genre_code=content.genre_code, base_code=content.base_code, audience=content.audience,
    )  # fmt: skip
    classify_as_version(resource, named, actor=actor)
