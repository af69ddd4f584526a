"""What a person who signs a run's batch looks at: how far it is, a sample, and what is held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.console.one_page import asked_once
from rongshu.foundation.errors import NotFound
from rongshu.foundation.models import AuditRecord
from rongshu.inspection.models import Inspection
from rongshu.inspection.queries.findings import blocking_findings
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.runs import runs_concerning
from rongshu.library.models import ApprovalBatch, ApprovalSignature, ResourceVersion
from rongshu.library.queries.approvals import batch_versions
from rongshu.library.queries.batch_standing import (
    BatchStanding,
    may_approve_batch,
    may_sign_batch,
    refusal_of,
    standings_of_batches,
)
from rongshu.library.queries.titles import TEXTS

_LOOKING: Final = ("resource.read", "resource.approve", "intake.run")
_MOST_HELD: Final = 100
_MOST_WAITING: Final = 50


@dataclass(frozen=True)
class HeldVersion:
    """A version that is left out of the batch's approval, and why."""

    version: ResourceVersion
    reasons: Sequence[str]


@dataclass(frozen=True)
class Return:
    """That a batch was sent back: by whom, at which level, why, and what was answered to it since."""

    refusal: ApprovalSignature
    answer: AuditRecord | None


def return_of(run: IntakeRun) -> Return | None:
    """Return how a run's batch was sent back last; None where it never was."""
    refusal = refusal_of(run.batch) if run.batch is not None else None
    if refusal is None:
        return None
    said = AuditRecord.objects.filter(
        object_kind=run._meta.model_name, object_id=str(run.pk), action="intake.resubmitted"
    )
    return Return(refusal, said.filter(at__gte=refusal.signed_at).order_by("-at").first())


def may_look_into(viewer: Viewer, batch: ApprovalBatch, standing: BatchStanding) -> bool:
    """Whether the batch's titles and texts are the viewer's to see: he signs, reads or runs all of it."""
    if batch.created_by_id == viewer.person_id:
        return True
    wanted = {*_LOOKING, *standing.route.capabilities}
    return any(may_approve_batch(viewer, batch, standing.owner_ids, one) for one in wanted)


def runs_to_sign(viewer: Viewer) -> list[IntakeRun]:
    """Return the waiting runs whose next level the viewer may sign, the oldest first."""
    return asked_once(("runs to sign", viewer.person_id), lambda: _runs_to_sign(viewer))


def _runs_to_sign(viewer: Viewer) -> list[IntakeRun]:
    waiting = runs_concerning(viewer).filter(
        phase=IntakeRun.Phase.WAITING, batch__status=ApprovalBatch.Status.WAITING
    )
    rows = waiting.select_related("batch").order_by("started_at")[:_MOST_WAITING]
    pairs = [(run, run.batch) for run in rows if run.batch is not None]
    standings = standings_of_batches([batch for _, batch in pairs])
    return [
        run
        for (run, batch), standing in zip(pairs, standings, strict=True)
        if may_sign_batch(viewer, batch, standing)
    ]


def sample_of(batch: ApprovalBatch) -> list[ResourceVersion]:
    """Return the versions drawn for looking at when the batch was closed, in their order."""
    rows = batch_versions(batch).filter(pk__in=batch.sample).select_related("resource__owner")
    return list(rows.defer(*TEXTS))


def get_sampled(batch: ApprovalBatch, version_id: UUID) -> ResourceVersion:
    """Return a version of the sample or of what is held back; raise `NotFound` for any other."""
    version = batch_versions(batch).select_related("resource__type").filter(pk=version_id).first()
    if version is None:
        raise NotFound
    return version


def held_back_of(batch: ApprovalBatch) -> list[HeldVersion]:
    """Return what an approval leaves for a person of its own: severe findings, and likely doubles.

    Findings are those of the inspections there are; approving inspects what was not looked at yet.
    """
    found = [HeldVersion(one, ["与已有内容近似，须单独审核"]) for one in _likely_doubles(batch)]
    looked = Inspection.objects.filter(version__batch=batch, severe_count__gt=0).order_by("version_id")
    rows = batch_versions(batch).filter(pk__in=looked.values("version_id")).defer(*TEXTS)
    for version in rows[:_MOST_HELD]:
        reasons = list(dict.fromkeys(f"{one.class_name}：{one.text}" for one in blocking_findings(version)))
        if reasons:
            found.append(HeldVersion(version, reasons[:5]))
    return found[:_MOST_HELD]


def _likely_doubles(batch: ApprovalBatch) -> list[ResourceVersion]:
    doubles = batch_versions(batch).filter(similarity__isnull=False, became_effective_at__isnull=True)
    return list(doubles.defer(*TEXTS)[:_MOST_HELD])
