"""Give an organisation another name; the old one stays in its history."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import today
from rongshu.foundation.events import announce
from rongshu.foundation.text import normalise_line
from rongshu.organizations.actions.create_organization import check_elements
from rongshu.organizations.errors import OrganizationNotActive
from rongshu.organizations.events import OrganizationRenamed
from rongshu.organizations.models import Organization, OrganizationName
from rongshu.organizations.permissions import require_manager


def rename_organization(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    short_name: str = "",
    from_day: date | None = None,
    document: str = "",
) -> Organization:
    """Rename from a day on; `document` is the paper that orders it."""
    name, short_name = normalise_line(name), normalise_line(short_name)
    check_elements(name, short_name, organization.level, organization.kind)
    day = from_day or today()
    with transaction.atomic():
        organization = Organization.objects.select_for_update().get(pk=organization.pk)
        require_manager(actor, organization)
        if organization.status != Organization.Status.ACTIVE:
            raise OrganizationNotActive
        before = organization.name
        organization.names.filter(valid_until__isnull=True).update(valid_until=day)
        OrganizationName.objects.create(
            organization=organization, name=name, short_name=short_name, valid_from=day
        )
        organization.name, organization.short_name = name, short_name
        organization.save(update_fields=["name", "short_name"])
        record(
            actor,
            "organization.renamed",
            organization,
            reason=document,
            former=before,
            name=name,
            day=str(day),
        )
        announce(OrganizationRenamed(organization_id=organization.id), actor_id=actor.id)
    return organization
