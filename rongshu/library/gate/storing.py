"""Writing prepared records: resources, versions, fingerprints, classifications, files, in few statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db import connection, models
from django.db.models import Max

from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import add_counts, insert_rows, insert_values, take_numbers, update_values
from rongshu.foundation.change_marks import Kept
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.preparing import PreparedRecord
from rongshu.library.models import (
    Category,
    Classification,
    ClassificationEntry,
    FingerprintBand,
    Resource,
    ResourceRelation,
    ResourceVersion,
    StoredFile,
    StoredOnDay,
    VersionFile,
    VersionFingerprint,
)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What all records of a portion share: who brings them, in which batch, and the ids behind codes."""

    person_id: UUID | None
    batch_id: UUID | None
    node_id: UUID
    type_ids: Mapping[str, UUID]
    category_ids: Mapping[tuple[str, str], UUID]
    status: str = Resource.Status.IN_REVIEW
    at: datetime = field(default_factory=clock.now)


def categories_by_code() -> Mapping[tuple[str, str], UUID]:
    """Return `{(scheme, code): id}` of the active categories."""
    return _kept_categories(None)


def _read_categories(_: None) -> dict[tuple[str, str], UUID]:
    rows = Category.objects.filter(is_active=True).values_list("scheme_id", "code", "pk")
    return {(scheme, code): pk for scheme, code, pk in rows}


_kept_categories: Final = Kept("definitions", read=_read_categories)


Values = tuple[Any, ...]


@dataclass(slots=True)
class Rows:
    """The rows of a portion, gathered first and written together, parents before children."""

    circumstance: Circumstance
    resources: list[Values] = field(default_factory=list)
    versions: list[Values] = field(default_factory=list)
    working_versions: list[Values] = field(default_factory=list)
    relations: list[models.Model] = field(default_factory=list)
    files: list[models.Model] = field(default_factory=list)
    fingerprints: list[Values] = field(default_factory=list)
    bands: list[tuple[frozenset[int], int]] = field(default_factory=list)
    classifications: list[Values] = field(default_factory=list)
    classification_log: list[Values] = field(default_factory=list)
    stored_files: list[StoredFile] = field(default_factory=list)

    def add_resource(self, record: PreparedRecord) -> None:
        """Add a new resource with its first version as the working one."""
        self.resources.append(_resource(record.content, self.circumstance))
        self.working_versions.append((record.content.version_id, record.content.resource_id))
        self._add_version(record, number=1, similarity=None)
        self._classify(record)

    def add_version(self, record: PreparedRecord, *, number: int, similarity: int | None = None) -> None:
        """Add a further version of a resource that is in the library."""
        self._add_version(record, number=number, similarity=similarity)

    def add_relation(self, source_id: UUID, target_id: UUID) -> None:
        """Note that a new resource nearly repeats one that belongs to somebody else."""
        kind = ResourceRelation.Kind.NEAR_DUPLICATE
        self.relations.append(ResourceRelation(source_id=source_id, target_id=target_id, kind=kind))

    def write(self) -> None:
        """Insert everything, in the transaction of the caller."""
        if self.stored_files:
            StoredFile.objects.bulk_create(_once(self.stored_files), ignore_conflicts=True)
        self._write_resources()
        insert_values(ResourceVersion, tuple(_unset(ResourceVersion)), self.versions)
        if connection.vendor == "sqlite":
            # Afterwards: a reference to a version still to come makes SQLite look for it at every insert.
            update_values(Resource, ("working_version_id",), self.working_versions)
        insert_rows(self.relations)
        insert_rows(self.files)
        self._write_fingerprints()
        insert_values(Classification, _CLASSIFICATION, self.classifications)
        insert_values(ClassificationEntry, _CLASSIFICATION_ENTRY, self.classification_log)
        self._count()

    def _write_resources(self) -> None:
        rows = self.resources if connection.vendor == "sqlite" else self._resources_with_versions()
        insert_values(Resource, tuple(_unset(Resource)), rows)

    def _resources_with_versions(self) -> list[Values]:
        """PostgreSQL looks for the versions when the transaction ends: no row is written twice."""
        place = _PLACE["working_version_id"]
        both = zip(self.resources, self.working_versions, strict=True)
        return [(*row[:place], version_id, *row[place + 1 :]) for row, (version_id, _) in both]

    def first_resource(self) -> Resource:
        """Return the first of the new resources as it stands in the library once it is written."""
        values = self._resources_with_versions()[0]
        return Resource.from_db(connection.alias, list(_unset(Resource)), values)

    def _count(self) -> None:
        """Add what is new to the day's counts, which the overview shows (P2-15)."""
        day, type_at, owner_at = clock.today(), _PLACE["type_id"], _PLACE["owner_id"]
        stored = Counter((row[owner_at], row[type_at]) for row in self.resources)
        rows = sorted((day, owner, type_, count) for (owner, type_), count in stored.items())
        add_counts(StoredOnDay, ("day", "owner_id", "type_id", "count"), rows)

    def _add_version(self, record: PreparedRecord, *, number: int, similarity: int | None) -> None:
        self.versions.append(_version(record, self.circumstance, number=number, similarity=similarity))
        self.files += _file_rows(record.content)
        self._add_fingerprint(record)

    def _add_fingerprint(self, record: PreparedRecord) -> None:
        content, fingerprint = record.content, record.fingerprint
        if fingerprint is None:
            return
        self.fingerprints.append(
            (content.version_id, content.resource_id, fingerprint.text_digest, fingerprint.sketch)
        )
        self.bands.append((frozenset(fingerprint.bands), fingerprint.bits))

    def _write_fingerprints(self) -> None:
        """Number the fingerprints first: their bands name them by number."""
        numbers = take_numbers(VersionFingerprint, len(self.fingerprints))
        numbered = [(number, *row) for number, row in zip(numbers, self.fingerprints, strict=True)]
        insert_values(VersionFingerprint, _FINGERPRINT, numbered)
        rows = [
            (band, number, bits)
            for number, (bands, bits) in zip(numbers, self.bands, strict=True)
            for band in bands
        ]
        rows.sort()  # the order of the table: neighbours are written together
        insert_values(FingerprintBand, _BAND, rows)

    def _classify(self, record: PreparedRecord) -> None:
        content, circumstance = record.content, self.circumstance
        for each in record.assignments:
            category_id = circumstance.category_ids.get((each.scheme, each.code))
            if category_id is None:
                continue
            self.classifications.append((content.resource_id, category_id))
            person_id = circumstance.person_id if each.rule == "given" else None
            self.classification_log.append(
                (
                    content.resource_id, category_id, False, person_id, each.rule[:200], each.confidence,
                    circumstance.at,
                )
            )  # fmt: skip


_FINGERPRINT = ("id", "version_id", "resource_id", "text_digest", "sketch")
_BAND = ("band", "fingerprint_id", "bits")
_CLASSIFICATION = ("resource_id", "category_id")
_CLASSIFICATION_ENTRY = (
    "resource_id", "category_id", "is_removal", "person_id", "rule", "confidence", "at",
)  # fmt: skip


def _once(files: Iterable[StoredFile]) -> list[StoredFile]:
    return list({file.digest: file for file in files}.values())


def _resource(content: VersionContent, circumstance: Circumstance) -> Values:
    given = {
        "id": content.resource_id,
        "type_id": circumstance.type_ids[content.type_code],
        "owner_id": content.owner_id,
        "origin_node": content.origin_node or circumstance.node_id,
        "origin_version": content.origin_version or 1,
        "status": circumstance.status,
        "share_type": content.share_type,
        "legacy_index_number": content.legacy_index_number,
        "created_by_id": circumstance.person_id,
        "created_at": circumstance.at,
    }
    return tuple({**_unset(Resource), **given}.values())


def _version(
    record: PreparedRecord, circumstance: Circumstance, *, number: int, similarity: int | None
) -> Values:
    content = record.content
    given = {
        "id": content.version_id,
        "resource_id": content.resource_id,
        "number": number,
        "digest": record.digest,
        "publisher_id": content.publisher_id,
        "given_published_precision": content.published_precision,
        "external_key": content.key[:500],
        "source_app_id": content.source_app,
        "batch_id": circumstance.batch_id,
        "similarity": similarity,
        "created_by_id": circumstance.person_id,
        "created_at": circumstance.at,
    }
    same = {name: getattr(content, name) for name in _SAME_NAMES}
    return tuple({**_unset(ResourceVersion), **given, **same}.values())


@cache
def _unset(model: type[models.Model]) -> dict[str, Any]:
    """Return every column of a model with the value it has when nothing is given, in the order of columns."""
    blank = model()
    return {field.attname: getattr(blank, field.attname) for field in model._meta.concrete_fields}


_PLACE = {field.attname: place for place, field in enumerate(Resource._meta.concrete_fields)}

_SAME_NAMES: tuple[str, ...] = (
    "title", "subtitle", "description", "keywords", "body", "content_source", "author", "editor",
    "theme_code", "genre_code", "base_code", "form", "audience", "language", "open_type", "share_type",
    "image",
    "given_published_at", "elements", "attachments", "derived", "flags",
)  # fmt: skip


def _file_rows(content: VersionContent) -> Iterable[models.Model]:
    for position, file in enumerate(content.attachments):
        yield VersionFile(
            version_id=content.version_id,
            file_id=file["digest"],
            role=file["role"],
            name=file["name"],
            alt=file["alt"],
            position=position,
        )


def next_numbers(resource_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the number that the next version of each resource will bear."""
    rows = ResourceVersion.objects.filter(resource_id__in=resource_ids).values("resource_id")
    return {row["resource_id"]: row["last"] + 1 for row in rows.annotate(last=Max("number"))}
