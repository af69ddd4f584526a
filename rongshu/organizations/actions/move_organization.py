"""Put an organisation below another superior, with everything below it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.organizations.errors import OrganizationCircle, OrganizationNotActive
from rongshu.organizations.events import OrganizationMoved
from rongshu.organizations.models import Organization
from rongshu.organizations.permissions import require_manager
from rongshu.organizations.queries import subtree


def move_organization(
    *, actor: Actor, organization: Organization, parent: Organization | None, reason: str = ""
) -> Organization:
    """Move a subtree; refused when `parent` lies inside it or is no longer active."""
    with transaction.atomic():
        organization = Organization.objects.select_for_update().get(pk=organization.pk)
        superior = Organization.objects.select_for_update().get(pk=parent.pk) if parent else None
        require_manager(actor, organization)
        require_manager(actor, superior)
        if superior is not None and superior.status != Organization.Status.ACTIVE:
            raise OrganizationNotActive
        if superior is not None and superior.path.startswith(organization.path):
            raise OrganizationCircle
        _move(organization, superior)
        record(
            actor,
            "organization.moved",
            organization,
            reason=reason,
            parent=str(superior.id if superior else ""),
        )
        announce(OrganizationMoved(organization_id=organization.id), actor_id=actor.id)
    return organization


def _move(organization: Organization, superior: Organization | None) -> None:
    old = organization.path
    new = f"{superior.path if superior else '/'}{organization.id}/"
    rest = Substr(F("path"), len(old) + 1)
    subtree(organization).update(path=Concat(Value(new), rest))
    organization.parent, organization.path = superior, new
    organization.save(update_fields=["parent", "path"])
