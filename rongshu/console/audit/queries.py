"""The audit trail as one viewer may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.models import Person, SignInAttempt
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.guards import get_one
from rongshu.foundation.models import AuditRecord, AuditSeal
from rongshu.foundation.sealing import unsealed


@dataclass(frozen=True)
class SealState:
    """How far the trail is sealed."""

    sealed: int
    waiting: int
    head: str
    sealed_at: datetime | None


def records_for(viewer: Viewer) -> QuerySet[AuditRecord]:
    """Return what the viewer may read: everything, or the deeds of the persons of his organisations."""
    if viewer.may("audit.read"):
        return AuditRecord.objects.all()
    persons = Person.objects.filter(organization__in=viewer.organizations_with("audit.read"))
    return AuditRecord.objects.filter(actor_id__in=persons.values("pk"))


def record_for(viewer: Viewer, record_id: UUID) -> AuditRecord:
    """Return one record, or raise NotFound."""
    return get_one(records_for(viewer).select_related("seal"), pk=record_id)


def sign_ins_for(viewer: Viewer) -> QuerySet[SignInAttempt]:
    """Return the attempts to sign in which the viewer may read; unknown names are the platform's matter."""
    attempts = SignInAttempt.objects.select_related("account__person")
    if viewer.holds_on_platform("audit.read", "session.manage"):
        return attempts
    organizations = viewer.organizations_with("audit.read") | viewer.organizations_with("session.manage")
    return attempts.filter(account__person__organization__in=organizations)


def seal_state() -> SealState:
    """Return how far the trail is sealed; cheap, unlike its verification."""
    last = AuditSeal.objects.order_by("-number").first()
    waiting = unsealed(recent=True)[:10_001].count()
    if last is None:
        return SealState(0, waiting, "", None)
    return SealState(last.number, waiting, last.head, last.sealed_at)
