"""Answering, releasing, and marking findings as wrong."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import record
from rongshu.inspection.actions.teaching import Lesson, propose, teach
from rongshu.inspection.errors import NotReleasable, PhraseUnfit, ReasonMissing, SecondPersonNeeded
from rongshu.inspection.findings import Severity
from rongshu.inspection.found_right import SHORTEST_PHRASE, around_in, surroundings
from rongshu.inspection.models import FoundProblem, Resolution
from rongshu.inspection.permissions import may_answer, may_manage_dictionary, may_release
from rongshu.inspection.queries.findings import finding_for
from rongshu.library.queries.approvals import is_writer
from rongshu.library.refusals import refusals_logged


def answer_finding(*, actor: Person, finding_id: UUID, reason: str) -> Resolution:
    """Answer a general finding or a hint: why it stays as it is. Raise `NotReleasable` for a severe one."""
    viewer, finding = _reached(actor, finding_id)
    resource = finding.inspection.version.resource
    require(may_answer(viewer, resource))
    if finding.severity == Severity.SEVERE:
        raise NotReleasable
    with transaction.atomic():
        return _said(actor, finding, Resolution.Kind.ANSWERED, reason)


def release_finding(*, actor: Person, finding_id: UUID, reason: str) -> Resolution:
    """Release a severe finding of this version; not by who wrote at it, and with a reason (P7-05).

    A refusal is logged. Raise `SecondPersonNeeded`, `ReasonMissing`, `NotReleasable`.
    """
    viewer, finding = _reached(actor, finding_id)
    version = finding.inspection.version
    with refusals_logged(actor, "finding.release-refused", version.resource, finding=finding.rule):
        require(may_release(viewer, version.resource))
        if finding.severity != Severity.SEVERE:
            raise NotReleasable
        if is_writer(actor.pk, version.resource, version):
            raise SecondPersonNeeded
        with transaction.atomic():
            return _said(actor, finding, Resolution.Kind.RELEASED, reason)


def mark_wrong(*, actor: Person, finding_id: UUID, reason: str, phrase: str = "") -> Resolution:
    """Say that a finding is wrong; who manages the unit's dictionaries teaches its list of exceptions by it.

    Anybody else's mark holds for the piece and waits as a proposal to the list. What is taught is the text
    within `phrase`, or within the words around it, never the bare short word.
    A severe finding is marked as wrong only by whom may release it, and not by the writer.
    Raise `PhraseUnfit`.
    """
    viewer, finding = _reached(actor, finding_id)
    around = _around(finding, phrase.strip())
    version = finding.inspection.version
    with refusals_logged(actor, "finding.mark-refused", version.resource, finding=finding.rule):
        if finding.severity == Severity.SEVERE:
            require(may_release(viewer, version.resource))
            if is_writer(actor.pk, version.resource, version):
                raise SecondPersonNeeded
        else:
            require(may_answer(viewer, version.resource))
        with transaction.atomic():
            said = _said(actor, finding, Resolution.Kind.WRONG, reason)
            _teach(actor, viewer, finding, around, reason)
    return said


def _reached(actor: Person, finding_id: UUID) -> tuple[Viewer, FoundProblem]:
    viewer = viewer_for(actor)
    return viewer, finding_for(viewer, finding_id)


def _said(actor: Person, finding: FoundProblem, kind: Resolution.Kind, reason: str) -> Resolution:
    if not reason.strip():
        raise ReasonMissing
    version = finding.inspection.version
    said = Resolution.objects.create(
        resource=version.resource, version_digest=version.digest, fingerprint=finding.fingerprint, kind=kind,
        reason=reason.strip()[:300], person=actor,
    )  # fmt: skip
    record(
        actor, f"finding.{kind.value}", version.resource, after=version.digest, reason=said.reason,
        rule=finding.rule, part=finding.part,
    )  # fmt: skip
    return said


def _around(finding: FoundProblem, phrase: str) -> tuple[str, str]:
    """Return what must stand on either side of the text for it to be right."""
    own = surroundings(finding.text, finding.before, finding.after)
    if not phrase or not finding.text:
        return own
    around = around_in(phrase, finding.text, finding.before, finding.after)
    if around is None or len(phrase) < min(SHORTEST_PHRASE, len(finding.phrase)):
        raise PhraseUnfit
    return around


def _teach(
    actor: Person, viewer: Viewer, finding: FoundProblem, around: tuple[str, str], reason: str
) -> None:
    """Personal data and marks of secrecy teach nothing: their text must not be kept in a list."""
    if not finding.is_teachable:
        return
    owner_id = finding.inspection.version.resource.owner_id
    lesson = Lesson(owner_id, finding.rule_code, finding.text, *around)
    deed = teach if may_manage_dictionary(viewer, owner_id) else propose
    deed(actor, lesson, reason.strip()[:300])
