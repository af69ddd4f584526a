"""Change a person's name or organisation, or take the person out of office."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import (
    may_handle_credentials,
    may_manage_person,
    may_manage_persons,
    require,
)
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.text import normalise_line
from rongshu.organizations.models import Organization


def change_person(*, actor: Actor, person: Person, name: str, organization: Organization | None) -> Person:
    """Set name and organisation; who moves a person manages the persons of both organisations."""
    name = normalise_line(name)
    if not name or len(name) > 100:
        raise InvalidInput("姓名须为 1–100 个字。", fields={"name": "须为 1–100 个字"})
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        viewer = viewer_for(actor)
        require(may_manage_person(viewer, person))
        require(may_manage_persons(viewer, organization.id if organization else None))
        person.name, person.organization = name, organization
        person.save(update_fields=["name", "organization"])
        record(actor, "person.changed", person, name=name)
    return person


def retire_person(*, actor: Actor, person: Person, reason: str) -> Person:
    """Take a person out of office: accounts are closed and grants revoked, the name stays in the records.

    It takes back every grant, so whoever does it must be able to give each of them.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        require(may_handle_credentials(viewer_for(actor), person))
        person.is_active = False
        person.save(update_fields=["is_active"])
        person.accounts.update(is_active=False)
        person.grants.filter(revoked_at__isnull=True).update(revoked_at=now())
        record(actor, "person.retired", person, reason=reason)
    return person
