"""Has the library got this already? Asked of what the actor may see, never beyond (P2-09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.text import text_of_clean_html
from rongshu.library.gate.fingerprints import comparable_text
from rongshu.library.gate.preparing import PreparedRecord
from rongshu.library.models import FingerprintBand, ResourceVersion, VersionFingerprint
from rongshu.library.near_duplicates import is_same_document, similarity
from rongshu.library.queries.visibility import may_see_drafts, visible

# A band that many share is a mould (a form letter); looking at all of its texts would stall the gate.
_MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The resource and version that the record repeats; similarity in per mille, 1000 = exact."""

    resource_id: UUID
    version_id: UUID
    owner_id: UUID
    similarity: int

    @property
    def is_exact(self) -> bool:
        """Whether title and text are the same but for spaces, punctuation and case."""
        return self.similarity == 1000


@dataclass(slots=True)
class _Known:
    """A text in the library, or one of this portion that is about to enter it."""

    resource_id: UUID
    version_id: UUID
    owner_id: UUID
    type_code: str
    sketch: bytes
    text: str | None = None


@dataclass(slots=True)
class DuplicateFinder:
    """Finds duplicates of a portion of records among what the viewer may see and among themselves.

    `threshold` in per mille; 0 looks for exact duplicates only.
    """

    viewer: Viewer
    threshold: int
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
        exact = self._by_digest.get(_digest_key(record.content.type_code, record.fingerprint.text_digest))
        if exact is not None:
            return _duplicate(exact, 1000)
        near = self._nearest(record) if self.threshold else None
        if near is None:
            self._remember(record)
        return near

    def _nearest(self, record: PreparedRecord) -> Duplicate | None:
        assert record.fingerprint is not None  # noqa: S101 - asked by the caller
        seen: set[UUID] = set()
        measured: list[tuple[int, _Known]] = []
        for band in record.fingerprint.bands:
            for known in self._by_band.get(band, ())[:_MOST_CANDIDATES]:
                if known.version_id not in seen and known.type_code == record.content.type_code:
                    seen.add(known.version_id)
                    measured.append((similarity(record.fingerprint.sketch, known.sketch), known))
        for per_mille, known in sorted(measured, key=lambda each: -each[0]):
            if per_mille < self.threshold:
                return None
            if is_same_document(_text(record), _text_of(known)):
                return _duplicate(known, min(per_mille, 999))
        return None

    def _remember(self, record: PreparedRecord) -> None:
        assert record.fingerprint is not None  # noqa: S101 - asked by the caller
        content = record.content
        known = _Known(
            content.resource_id, content.version_id, content.owner_id, content.type_code,
            record.fingerprint.sketch, _text(record),
        )  # fmt: skip
        self._by_digest[_digest_key(content.type_code, record.fingerprint.text_digest)] = known
        for band in record.fingerprint.bands:
            self._by_band[band].append(known)

    def _load(self, records: Sequence[PreparedRecord]) -> None:
        fingerprints = [record.fingerprint for record in records if record.fingerprint is not None]
        digests = {each.text_digest for each in fingerprints}
        bands = {band for each in fingerprints for band in each.bands} if self.threshold else set()
        with_band: dict[UUID, list[int]] = defaultdict(list)
        for band, version_id in _rows_of_bands(bands):
            with_band[version_id].append(band)
        for digest, known in self._visible_known(digests, set(with_band)):
            self._by_digest.setdefault(_digest_key(known.type_code, digest), known)
            for band in with_band.get(known.version_id, ()):
                self._by_band[band].append(known)

    def _visible_known(self, digests: set[str], version_ids: set[UUID]) -> Iterable[tuple[str, _Known]]:
        rows = VersionFingerprint.objects.select_related("resource__type").only(
            "version_id", "text_digest", "sketch", "resource__owner_id", "resource__effective_version_id",
            "resource__type__code",
        )  # fmt: skip
        found = {row.version_id: row for row in rows.filter(text_digest__in=digests)} if digests else {}
        missing = version_ids - set(found)
        if missing:
            found |= {row.version_id: row for row in rows.filter(version_id__in=missing)}
        if not found:
            return
        seen = set(
            visible(self.viewer)
            .filter(pk__in={row.resource_id for row in found.values()})
            .values_list("pk", flat=True)
        )
        # Oldest first: the original is what a duplicate is a duplicate of.
        for row in sorted(found.values(), key=lambda each: each.version_id):
            if row.resource_id in seen and self._may_know(row):
                yield row.text_digest, _Known(
                    row.resource_id, row.version_id, row.resource.owner_id, row.resource.type.code,
                    bytes(row.sketch),
                )  # fmt: skip

    def _may_know(self, row: VersionFingerprint) -> bool:
        is_effective = row.resource.effective_version_id == row.version_id
        return is_effective or may_see_drafts(self.viewer, row.resource.owner_id)


def _rows_of_bands(bands: set[int]) -> Iterable[tuple[int, UUID]]:
    if not bands:
        return []
    rows = FingerprintBand.objects.filter(band__in=bands).values_list("band", "version_id")
    return rows[: _MOST_CANDIDATES * len(bands)]


def _digest_key(type_code: str, digest: str) -> str:
    return f"{type_code} {digest}"


def _duplicate(known: _Known, per_mille: int) -> Duplicate:
    return Duplicate(known.resource_id, known.version_id, known.owner_id, per_mille)


def _text(record: PreparedRecord) -> str:
    return f"{record.content.title}\n{comparable_text(record.content)}"


def _text_of(known: _Known) -> str:
    if known.text is None:
        version = ResourceVersion.objects.only("title", "body").get(pk=known.version_id)
        known.text = f"{version.title}\n{text_of_clean_html(version.body)}"
    return known.text
