"""Opening a conditionally shared (有条件共享) resource to an organisation, and closing it again."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.events import announce
from rongshu.library.actions.locking import lock
from rongshu.library.events import ResourceSharingChanged
from rongshu.library.models import Resource, ShareGrant
from rongshu.library.permissions import may_approve
from rongshu.organizations.models import Organization


def grant_share(*, actor: Person, resource: Resource, organization: Organization) -> ShareGrant:
    """Open a resource to an organisation; a grant in force is returned as it is. Raise `NotAllowed`."""
    with transaction.atomic():
        resource = lock(resource)
        require(may_approve(viewer_for(actor), resource))
        grant, is_new = ShareGrant.objects.get_or_create(
            resource=resource, organization=organization, revoked_at=None, defaults={"granted_by": actor}
        )
        if is_new:
            record(actor, "share.granted", resource, organization=organization.credit_code)
            _tell(actor, grant)
    return grant


def revoke_share(*, actor: Person, grant: ShareGrant) -> None:
    """End a grant at once; placements made under it are the concern of who made them."""
    with transaction.atomic():
        resource = lock(grant.resource)
        require(may_approve(viewer_for(actor), resource))
        ended = ShareGrant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
        if ended:
            record(actor, "share.revoked", resource, organization=grant.organization.credit_code)
            _tell(actor, grant)


def _tell(actor: Person, grant: ShareGrant) -> None:
    event = ResourceSharingChanged(resource_id=grant.resource_id, organization_id=grant.organization_id)
    announce(event, actor_id=actor.id)
