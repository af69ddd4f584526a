"""Has the library got this already? Asked of what the actor may see, never beyond (P2-09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.prepared import Prepared
from rongshu.foundation.text import text_of_clean_html
from rongshu.library.gate.likeness import MOST_CANDIDATES, likely_near, sketches_of
from rongshu.library.gate.preparing import PreparedRecord
from rongshu.library.models import ResourceVersion, VersionFingerprint
from rongshu.library.near_duplicates import Fingerprint, is_same_document, similarity
from rongshu.library.queries.visibility import may_see_drafts, visible


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The resource and version that the record repeats; similarity in per mille, 1000 = exact."""

    resource_id: UUID
    version_id: UUID
    owner_id: UUID
    similarity: int

    @property
    def is_exact(self) -> bool:
        """Whether title, text (but for spaces, punctuation and case) and files are the same."""
        return self.similarity == 1000


@dataclass(slots=True)
class _Known:
    """A text in the library, or one of this portion that is about to enter it."""

    resource_id: UUID
    version_id: UUID
    owner_id: UUID
    type_code: str
    text_digest: str
    sketch: bytes
    files: frozenset[str] = frozenset()
    record: PreparedRecord | None = None
    text: str | None = None


@dataclass(slots=True)
class DuplicateFinder:
    """Finds duplicates of a portion of records among what the viewer may see and among themselves.

    `threshold` in per mille; 0 looks for exact duplicates only. `remembers_near`: near duplicates become
    resources themselves, so that what repeats one later in the portion is its exact duplicate.
    """

    viewer: Viewer
    threshold: int
    remembers_near: bool = False
    _by_digest: dict[str, _Known] = field(default_factory=dict)
    _by_band: dict[int, list[_Known]] = field(default_factory=lambda: defaultdict(list))

    def find(self, records: Sequence[PreparedRecord]) -> list[Duplicate | None]:
        """Return the duplicate of each record, None for a new one. Reads only."""
        self._by_digest, self._by_band = {}, defaultdict(list)
        self._load(records)
        return [self._find_one(record) for record in records]

    def _find_one(self, record: PreparedRecord) -> Duplicate | None:
        if record.fingerprint is None:
            return None
        exact = self._by_digest.get(_key_of(record))
        if exact is not None:
            return _duplicate(exact, 1000)
        near = self._nearest(record) if self.threshold else None
        if near is None or self.remembers_near:
            self._remember(record)
        return near

    def _nearest(self, record: PreparedRecord) -> Duplicate | None:
        assert record.fingerprint is not None  # noqa: S101 - asked by the caller
        seen: set[UUID] = set()
        measured: list[tuple[int, _Known]] = []
        for band in record.fingerprint.bands:
            for known in self._by_band.get(band, ())[:MOST_CANDIDATES]:
                if known.version_id not in seen and known.type_code == record.content.type_code:
                    seen.add(known.version_id)
                    measured.append((similarity(record.fingerprint.sketch, known.sketch), known))
        for per_mille, known in sorted(measured, key=lambda each: -each[0]):
            if per_mille < self.threshold:
                return None
            if is_same_document(_text(record.content.title, record.content.body), _text_of(known)):
                return _duplicate(known, min(per_mille, 999))
        return None

    def _remember(self, record: PreparedRecord) -> None:
        assert record.fingerprint is not None  # noqa: S101 - asked by the caller
        content = record.content
        known = _Known(
            content.resource_id, content.version_id, content.owner_id, content.type_code,
            record.fingerprint.text_digest, record.fingerprint.sketch, _files_of(content.attachments),
            record,
        )  # fmt: skip
        self._by_digest[_key_of(record)] = known
        for band in record.fingerprint.bands:
            self._by_band[band].append(known)

    def _load(self, records: Sequence[PreparedRecord]) -> None:
        fingerprints = [record.fingerprint for record in records if record.fingerprint is not None]
        repeated = _versions_with_digests({each.text_digest for each in fingerprints})
        bands_of = self._similar_versions(fingerprints) if self.threshold else {}
        for row in self._known({*repeated, *bands_of}, repeated):
            self._by_digest.setdefault(_digest_key(row.type_code, row.text_digest, row.files), row)
            for band in bands_of.get(row.version_id, ()):
                self._by_band[band].append(row)

    def _similar_versions(self, fingerprints: Sequence[Fingerprint]) -> dict[UUID, set[int]]:
        """Return the versions whose sketch is near enough to one they share a band with, and the bands of
        those they are near to."""
        likely = likely_near(fingerprints, self.threshold)
        rows = sketches_of(likely)
        near: dict[UUID, set[int]] = {}
        for number, version_id, sketch in rows:
            stored = bytes(sketch)
            alike = [fingerprints[place] for place in likely[number]]
            bands = [each.bands for each in alike if similarity(each.sketch, stored) >= self.threshold]
            if bands:
                near[version_id] = set().union(*bands)
        return near

    def _known(self, version_ids: set[UUID], repeated: set[UUID]) -> Iterable[_Known]:
        if not version_ids:
            return
        attachments = ResourceVersion.objects.filter(pk__in=repeated).values_list("pk", "attachments")
        files = {pk: _files_of(listed) for pk, listed in attachments}
        rows = VersionFingerprint.objects.filter(version_id__in=version_ids).select_related("resource__type")
        rows = rows.filter(resource__in=visible(self.viewer))
        # Oldest first: the original is what a duplicate is a duplicate of.
        for row in rows.order_by("version_id"):
            if self._may_know(row):
                yield _Known(
                    row.resource_id, row.version_id, row.resource.owner_id, row.resource.type.code,
                    row.text_digest, bytes(row.sketch), files.get(row.version_id, frozenset()),
                )  # fmt: skip

    def _may_know(self, row: VersionFingerprint) -> bool:
        is_effective = row.resource.effective_version_id == row.version_id
        return is_effective or may_see_drafts(self.viewer, row.resource.owner_id)


def _versions_with_digests(digests: set[str]) -> set[UUID]:
    return {row[0] for row in _WITH_DIGESTS.rows(sorted(digests))} if digests else set()


_WITH_DIGESTS: Final = Prepared(
    lambda digests: VersionFingerprint.objects.filter(text_digest__in=digests).values_list("version_id")
)


def _key_of(record: PreparedRecord) -> str:
    assert record.fingerprint is not None  # noqa: S101 - asked by the caller
    content = record.content
    return _digest_key(content.type_code, record.fingerprint.text_digest, _files_of(content.attachments))


def _digest_key(type_code: str, digest: str, files: frozenset[str]) -> str:
    """Two tables of one title whose text only says “see the attachment” are two documents."""
    return f"{type_code} {digest} {' '.join(sorted(files))}"


def _files_of(attachments: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(file["digest"] for file in attachments)


def _duplicate(known: _Known, per_mille: int) -> Duplicate:
    return Duplicate(known.resource_id, known.version_id, known.owner_id, per_mille)


def _text(title: str, body: str) -> str:
    return f"{title}\n{text_of_clean_html(body)}"


def _text_of(known: _Known) -> str:
    """Return title and text; read only when two sketches are near each other, which is seldom."""
    if known.text is None and known.record is not None:
        known.text = _text(known.record.content.title, known.record.content.body)
    if known.text is None:
        version = ResourceVersion.objects.only("title", "body").get(pk=known.version_id)
        known.text = _text(version.title, version.body)
    return known.text
