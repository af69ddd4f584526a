"""Mandates for sites: those a viewer may see, who may sign one, and where one stands."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.guards import get_one
from rongshu.library.models import Mandate
from rongshu.library.queries.approvals import mandates_of_signer, may_sign_mandates
from rongshu.library.routes import BATCHES, Route, strictest_route
from rongshu.organizations.queries import ids_in_path
from rongshu.sites.models import Site

SEEING: Final = ("site.manage", "intake.run", "placement.approve")
_SIGNING: Final = frozenset(
    {"resource.approve", "placement.approve", "review.first", "review.second", "review.final"}
)
_MOST_OFFERED: Final = 100


def mandates_for(viewer: Viewer) -> QuerySet[Mandate]:
    """Return the mandates for the viewer's sites, and those that name him, each with its `site_name`."""
    at_his_sites = Mandate.objects.filter(target_site_id__in=_sites_of(viewer).values("pk"))
    is_named = Q(pk__in=mandates_of_signer(viewer.person_id).values("pk")) if viewer.person_id else Q()
    site_name = Subquery(Site.objects.filter(pk=OuterRef("target_site_id")).values("name"))
    found = Mandate.objects.filter(Q(pk__in=at_his_sites.values("pk")) | is_named)
    return found.annotate(site_name=site_name).prefetch_related("signers__person")


def get_mandate_for(viewer: Viewer, mandate_id: UUID) -> Mandate:
    """Return a mandate of the viewer's; raise `NotFound` for any other."""
    return get_one(mandates_for(viewer), pk=mandate_id)


def route_of_batches(site: Site) -> Route:
    """Return the route of what comes to a site in bulk: as many persons sign a mandate."""
    return strictest_route([site.sponsor_id], way=BATCHES)


def persons_who_may_sign(site: Site) -> list[Person]:
    """Return who may approve for a site, by grants there, at its sponsor or above; a short list, by name."""
    roles = [one.code for one in Role.objects.all() if _SIGNING & set(one.capabilities)]
    above = ids_in_path(site.sponsor.path)
    near = Q(scope=RoleGrant.Scope.SITE, scope_id=site.pk) | Q(scope=RoleGrant.Scope.PLATFORM)
    near |= Q(scope=RoleGrant.Scope.ORGANIZATION, scope_id__in=above)
    near |= Q(scope=RoleGrant.Scope.UNIT, scope_id=site.sponsor_id)
    grants = RoleGrant.objects.filter(near, role__in=roles, person=OuterRef("pk"), revoked_at__isnull=True)
    held = Person.objects.filter(Exists(grants), is_active=True).order_by("name")[:_MOST_OFFERED]
    return [one for one in held if may_sign_mandates(viewer_for(one), site.pk)]


def is_waiting(mandate: Mandate) -> bool:
    """Whether a signature is still to come, and would bring it into force."""
    is_open = mandate.revoked_at is None and mandate.ends_on >= clock.today()
    return is_open and any(one.signed_at is None for one in mandate.signers.all())


def is_in_force(mandate: Mandate) -> bool:
    """Whether batches are approved by it today."""
    is_signed = all(one.signed_at is not None for one in mandate.signers.all())
    in_time = mandate.starts_on <= clock.today() <= mandate.ends_on
    return mandate.revoked_at is None and is_signed and in_time


def _sites_of(viewer: Viewer) -> QuerySet[Site]:
    if viewer.holds_on_platform(*SEEING):
        return Site.objects.all()
    sites = [one for one, held in viewer.by_site.items() if held & set(SEEING)]
    units = frozenset().union(*(viewer.organizations_with(one) for one in SEEING))
    return Site.objects.filter(Q(pk__among=sites) | Q(sponsor_id__among=units))
