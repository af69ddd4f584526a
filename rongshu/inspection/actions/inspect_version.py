"""Inspecting one version with the lexicon of its owner, once per version and lexicon (P7-04)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from rongshu.foundation.bulk_rows import insert_row, insert_rows
from rongshu.foundation.errors import NotFound
from rongshu.foundation.prepared import Prepared, PreparedModels
from rongshu.foundation.work import LISTS, WorkRequest, enqueue
from rongshu.inspection.checking import inspect_document
from rongshu.inspection.findings import Finding
from rongshu.inspection.found_right import surroundings
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.models import FoundProblem, Inspection, PictureText, Rescan
from rongshu.inspection.parts import Part, parts_of, pictures_of
from rongshu.inspection.queries.lexicons import lexicon_for
from rongshu.library.models import ResourceVersion
from rongshu.library.reading.document import Document

LINK_QUEUE: Final = "link-checks"
MOST_FINDINGS: Final = 500  # per version: a text with more is not read finding by finding
_AROUND: Final = 16


_OWNER: Final = Prepared(
    lambda key: ResourceVersion.objects.filter(pk=key, purged_at__isnull=True).values_list(
        "resource__owner_id"
    )
)
_VERSION: Final = PreparedModels(lambda key: ResourceVersion.objects.filter(pk=key, purged_at__isnull=True))
_KNOWN: Final = PreparedModels(
    lambda key, lexicon: Inspection.objects.filter(version_id=key, lexicon_version=lexicon)
)


def inspect_version(
    *, version_id: UUID, rescan: Rescan | None = None, version: ResourceVersion | None = None
) -> Inspection:
    """Inspect a version and keep the result; what is inspected already is returned as it is.

    Files are read and checked outside of any transaction. Pictures that no one has read yet are left to the
    background. `version`:
    the version itself where it is at hand; what it says never changes. Raise `NotFound`.
    """
    owner_id = next((row[0] for row in _OWNER.rows(version_id)), None)
    if owner_id is None:
        raise NotFound
    lexicon = lexicon_for(owner_id)
    known = _KNOWN.one(version_id, lexicon.version)
    if known is not None:
        return _within(known, rescan)
    version = version or _VERSION.one(version_id)
    if version is None:
        raise NotFound
    read = pictures_read(version)
    parts = [*parts_of(version), *picture_parts(version, read or {})]
    found = [problem for part in parts for problem in problems_in(part, lexicon)]
    try:
        return _keep(version, lexicon, found[:MOST_FINDINGS], rescan, waits_for_pictures=read is None)
    except IntegrityError:  # another inspected it meanwhile
        return Inspection.objects.get(version=version, lexicon_version=lexicon.version)


def pictures_read(version: ResourceVersion) -> Mapping[str, str] | None:
    """Return the words of a version's pictures by digest, or None while any of them is still to be read."""
    wanted = {file["digest"] for file in pictures_of(version)}
    if not wanted:
        return {}
    known = dict(PictureText.objects.filter(digest__in=wanted).values_list("digest", "text"))
    return known if wanted <= known.keys() else None


def picture_parts(version: ResourceVersion, words: Mapping[str, str]) -> Iterator[Part]:
    """Yield the pictures whose words are given as parts of the version."""
    for digest, name in {file["digest"]: file["name"] for file in pictures_of(version)}.items():
        if digest in words:
            # Line breaks of a picture are no paragraphs: what runs over two lines is read as one.
            text = Document(words[digest].replace("\n", ""))
            yield Part(f"picture:{digest}", f"图片文字 {name}", text)


def problems_in(part: Part, lexicon: Lexicon) -> list[FoundProblem]:
    """Return the findings of a part as rows that belong to no inspection yet."""
    return [as_row(part, finding) for finding in inspect_document(part.document, lexicon)]


def as_row(part: Part, finding: Finding) -> FoundProblem:
    """Return a finding of a part as a row that belongs to no inspection yet."""
    before = _shown(part.document, finding.start - _AROUND, finding.start)
    after = _shown(part.document, finding.end, finding.end + _AROUND) if part.document.text else ""
    left, right = surroundings(finding.text, before, after)
    words = f"{left}{finding.text}{right}" if finding.text else finding.suggestion
    said = f"{part.code.partition(':')[0]}|{finding.rule_code}|{words}"
    return FoundProblem(
        part=part.code,
        part_name=part.name[:200],
        error_class=finding.class_,
        severity=finding.severity.value,
        tier=finding.tier.value,
        start=finding.start,
        end=finding.end,
        text=finding.text[:500],
        before=before,
        after=after,
        rule=finding.rule[:100],
        suggestion=finding.suggestion[:500],
        fingerprint=hashlib.sha256(said.encode()).hexdigest()[:32],
    )


def _shown(document: Document, start: int, end: int) -> str:
    return document.text[max(start, 0) : max(end, 0)].replace("\n", " ")[:40]


def _within(known: Inspection, rescan: Rescan | None) -> Inspection:
    if rescan is not None and known.rescan_id != rescan.pk:
        known.rescan = rescan
        with transaction.atomic():
            known.save(update_fields=["rescan"])
            _ask_for_links(known)
    return known


def _keep(
    version: ResourceVersion,
    lexicon: Lexicon,
    found: list[FoundProblem],
    rescan: Rescan | None,
    *,
    waits_for_pictures: bool,
) -> Inspection:
    with transaction.atomic():
        inspection = Inspection(
            version=version, version_digest=version.digest, lexicon_version=lexicon.version, rescan=rescan,
            waits_for_pictures=waits_for_pictures, **_counts(found),
        )  # fmt: skip
        insert_row(inspection)
        for row in found:
            row.inspection = inspection
        insert_rows(found)
        _ask_for_links(inspection)
    return inspection


def _ask_for_links(inspection: Inspection) -> None:
    if settings.LINK_CHECK:
        enqueue([WorkRequest(LINK_QUEUE, str(inspection.pk), priority=LISTS)])


def add_problems(inspection: Inspection, found: list[FoundProblem]) -> None:
    """Add what was recognised in pictures; the inspection waits no longer."""
    with transaction.atomic():
        inspection = Inspection.objects.select_for_update().get(pk=inspection.pk)
        if not inspection.waits_for_pictures:
            return
        for row in found:
            row.inspection = inspection
        FoundProblem.objects.bulk_create(found, batch_size=200)
        for name, count in _counts(found).items():
            setattr(inspection, name, getattr(inspection, name) + count)
        inspection.waits_for_pictures = False
        inspection.save()


def _counts(found: Iterable[FoundProblem]) -> dict[str, int]:
    counted = Counter(row.severity for row in found)
    return {f"{severity}_count": counted[severity] for severity in ("severe", "general", "hint")}
