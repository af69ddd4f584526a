"""Change level, kind, region or order of an organisation; its name and place have deeds of their own."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from rongshu.foundation.audit import Actor, record
from rongshu.organizations.actions.create_organization import check_elements
from rongshu.organizations.errors import OrganizationMalformed, OrganizationNotActive
from rongshu.organizations.models import Organization
from rongshu.organizations.permissions import require_manager

CHANGEABLE: Final = frozenset({"level", "kind", "region", "position"})


def change_organization(*, actor: Actor, organization: Organization, **elements: Any) -> Organization:
    """Set elements of `CHANGEABLE`."""
    unknown = elements.keys() - CHANGEABLE
    if unknown:
        raise OrganizationMalformed(fields=dict.fromkeys(sorted(unknown), "不能这样修改"))
    with transaction.atomic():
        organization = Organization.objects.select_for_update().get(pk=organization.pk)
        require_manager(actor, organization)
        if organization.status != Organization.Status.ACTIVE:
            raise OrganizationNotActive
        former = {name: str(getattr(organization, name)) for name in elements}
        for name, value in elements.items():
            setattr(organization, name, value)
        check_elements(organization.name, organization.short_name, organization.level, organization.kind)
        organization.save(update_fields=list(elements))
        changed = {name: [former[name], str(value)] for name, value in elements.items()}
        record(actor, "organization.changed", organization, elements=changed)
    return organization
