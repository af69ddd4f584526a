"""Keeping 时效性 in step with dates, relations and the clock."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from rongshu.foundation import clock, due
from rongshu.foundation.audit import Clock, record
from rongshu.foundation.events import announce
from rongshu.library.actions.locking import lock
from rongshu.library.events import ResourceValidityChanged
from rongshu.library.models import Resource, ResourceRelation
from rongshu.library.validity import ValidityFacts

DUE_KIND = "resource.validity"


def facts_of(resource: Resource, declared: str) -> ValidityFacts:
    """Return what decides about the validity of a resource now."""
    changing = ResourceRelation.objects.filter(target=resource, kind=ResourceRelation.Kind.AMENDS)
    return ValidityFacts(
        effective_on=resource.effective_on,
        expires_on=resource.expires_on,
        abolished_on=resource.abolished_on,
        is_amended=changing.filter(source__status=Resource.Status.EFFECTIVE).exists(),
        declared=declared,
    )


def plan_changes(resource: Resource, facts: ValidityFacts) -> None:
    """Have the clock look at the resource on every coming day on which its mark may change."""
    due.cancel(DUE_KIND, resource.pk)
    for day in facts.turning_points():
        if day > clock.today():
            due.schedule(DUE_KIND, resource.pk, _start_of(day))


def refresh_validity(resource: Resource, *, on: date | None = None) -> bool:
    """Set the mark to what the facts say, in the caller's transaction; return whether it changed.

    Without `on` the facts may have changed, and the coming turning points are planned anew.
    """
    declared = resource.effective_version.elements.get("Aging", "") if resource.effective_version else ""
    facts = facts_of(resource, declared)
    if on is None:
        plan_changes(resource, facts)
    validity = facts.on(on or clock.today())
    if validity == resource.validity:
        return False
    resource.validity = validity
    resource.save(update_fields=["validity"])
    announce(ResourceValidityChanged(resource_id=resource.pk))
    return True


def change_validity_when_due(subject_id: UUID, due_at: datetime) -> None:
    """Carry out a due change; safe to run twice, and for a resource that is gone."""
    resource = Resource.objects.filter(pk=subject_id).first()
    if resource is None or not resource.validity:
        return
    resource, before = lock(resource), resource.validity
    if refresh_validity(resource, on=timezone.localdate(max(due_at, clock.now()))):
        record(Clock(), "resource.validity-changed", resource, before=before, after=resource.validity)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
