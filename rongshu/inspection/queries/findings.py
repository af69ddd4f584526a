"""What was found in versions, and what still stands against publishing them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotFound
from rongshu.foundation.prepared import PreparedModels
from rongshu.inspection.findings import Severity
from rongshu.inspection.models import FoundProblem, Inspection, Resolution
from rongshu.library.models import ResourceVersion
from rongshu.library.queries import get_version_for
from rongshu.library.queries.visibility import in_scope


@dataclass(frozen=True)
class ResolvedFinding:
    """A finding with what a person said to it last, if anybody did."""

    finding: FoundProblem
    resolution: Resolution | None

    @property
    def is_open(self) -> bool:
        """Whether it still stands against going on."""
        return self.resolution is None and self.finding.severity != Severity.HINT


_NEWEST: Final = PreparedModels(
    lambda key: Inspection.objects.filter(version_id=key).order_by("-inspected_at", "-pk")[:1]
)


def inspection_of(version: ResourceVersion) -> Inspection | None:
    """Return the newest inspection of a version."""
    return _NEWEST.one(version.pk)


def findings_of(viewer: Viewer, version: ResourceVersion) -> list[ResolvedFinding]:
    """Return the findings of the newest inspection with their resolutions. Raise `NotFound` for strangers.

    Findings are drafts' matter: who sees only the effective version of another's resource sees none.
    """
    get_version_for(viewer, version.pk)
    return resolved_findings(version) if may_read_findings(viewer, version) else []


def may_read_findings(viewer: Viewer, version: ResourceVersion) -> bool:
    """Whether findings of a version are the viewer's to see: it is in his scope, or he wrote it."""
    if version.created_by_id == viewer.person_id:
        return True
    return in_scope(viewer).filter(pk=version.resource_id).exists()


def finding_for(viewer: Viewer, finding_id: UUID) -> FoundProblem:
    """Return a finding of a version the viewer may read; raise `NotFound`."""
    found = FoundProblem.objects.filter(pk=finding_id).select_related("inspection__version__resource").first()
    if found is None:
        raise NotFound
    version = found.inspection.version
    if not any(each.finding.pk == found.pk for each in findings_of(viewer, version)):
        raise NotFound
    return found


def resolved_findings(version: ResourceVersion) -> list[ResolvedFinding]:
    """Return the findings of the newest inspection, each with its resolution."""
    inspection = inspection_of(version)
    return [] if inspection is None else _resolved(version, inspection)


def _resolved(version: ResourceVersion, inspection: Inspection) -> list[ResolvedFinding]:
    rows = list(inspection.findings.order_by("pk"))
    said = _resolutions(version, [row.fingerprint for row in rows])
    return [ResolvedFinding(row, _fitting(row, version, said)) for row in rows]


def blocking_findings(version: ResourceVersion) -> list[FoundProblem]:
    """Return the severe findings that nobody has released or marked as wrong (P7-05)."""
    return standing_findings(version)[0]


def unanswered_findings(version: ResourceVersion) -> list[FoundProblem]:
    """Return the general findings that nobody has answered."""
    return standing_findings(version)[1]


def standing_findings(
    version: ResourceVersion, inspection: Inspection | None = None
) -> tuple[list[FoundProblem], list[FoundProblem]]:
    """Return the severe and the general findings that stand against publishing, both by one look.

    `inspection`: the one to go by where it has just been made or read, else the newest.
    """
    inspection = inspection or inspection_of(version)
    if inspection is None or not (inspection.severe_count or inspection.general_count):
        return [], []
    found = [each for each in _resolved(version, inspection) if each.is_open]
    severe = [each.finding for each in found if _is_severe(each)]
    return severe, [each.finding for each in found if not _is_severe(each)]


def _is_severe(each: ResolvedFinding) -> bool:
    return each.finding.severity == Severity.SEVERE


def _resolutions(version: ResourceVersion, fingerprints: Iterable[str]) -> list[Resolution]:
    rows = Resolution.objects.filter(resource_id=version.resource_id, fingerprint__in=set(fingerprints))
    return list(rows.select_related("person").order_by("made_at"))


def _fitting(row: FoundProblem, version: ResourceVersion, said: Iterable[Resolution]) -> Resolution | None:
    """Return the last resolution that holds: a release only for the very version it was given for."""
    fitting = None
    for each in said:
        if each.fingerprint != row.fingerprint:
            continue
        if each.kind == Resolution.Kind.RELEASED and each.version_digest != version.digest:
            continue
        if row.severity == Severity.SEVERE and each.kind == Resolution.Kind.ANSWERED:
            continue
        fitting = each
    return fitting
