"""Putting a resource under a category by hand, and taking it out again; both are logged (P2-10)."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.events import announce
from rongshu.library.actions.locking import lock
from rongshu.library.errors import CategoryUnknown
from rongshu.library.events import ResourceClassified
from rongshu.library.models import Category, Classification, ClassificationEntry, Resource
from rongshu.library.permissions import may_write


def classify_resource(*, actor: Person, resource: Resource, category: Category) -> None:
    """Put a resource under a category; nothing happens when it stands there. Raise `CategoryUnknown`."""
    with transaction.atomic():
        resource = _locked(actor, resource)
        if not category.is_active:
            raise CategoryUnknown
        _, is_new = Classification.objects.get_or_create(resource=resource, category=category)
        if is_new:
            _leave_trace(actor, resource, category, is_removal=False)


def declassify_resource(*, actor: Person, resource: Resource, category: Category) -> None:
    """Take a resource out of a category; nothing happens when it does not stand there."""
    with transaction.atomic():
        resource = _locked(actor, resource)
        gone, _ = Classification.objects.filter(resource=resource, category=category).delete()
        if gone:
            _leave_trace(actor, resource, category, is_removal=True)


def _locked(actor: Person, resource: Resource) -> Resource:
    resource = lock(resource)
    require(may_write(viewer_for(actor), resource.owner_id))
    return resource


def _leave_trace(actor: Person, resource: Resource, category: Category, *, is_removal: bool) -> None:
    ClassificationEntry.objects.create(
        resource=resource, category=category, person=actor, rule="by-hand", is_removal=is_removal
    )
    deed = "resource.declassified" if is_removal else "resource.classified"
    record(actor, deed, resource, scheme=category.scheme_id, code=category.code)
    announce(ResourceClassified(resource_id=resource.pk), actor_id=actor.id)
