"""Who is where in the tree of organisations and regions, also under former names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.foundation.change_marks import Kept
from rongshu.organizations.errors import UnknownOrganization, UnknownRegion
from rongshu.organizations.models import Organization, OrganizationName, Region


def subtree(organization: Organization) -> QuerySet[Organization]:
    """Return the organisation and everything below it."""
    return Organization.objects.filter(path__startswith=organization.path)


def subtree_ids(organization: Organization) -> frozenset[UUID]:
    """Return the ids of the organisation and of everything below it."""
    return frozenset(subtree(organization).values_list("id", flat=True))


def subtree_ids_of(roots: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return the subtree of every root in one read; unknown roots are left out."""
    wanted = set(roots)
    if not wanted:
        return {}
    members: dict[UUID, set[UUID]] = defaultdict(set)
    paths = dict(Organization.objects.filter(pk__in=wanted).values_list("path", "id"))
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    for path, member in Organization.objects.filter(below).values_list("path", "id") if paths else ():
        for ancestor in ids_in_path(path):
            if ancestor in wanted:
                members[ancestor].add(member)
    return {root: frozenset(found) for root, found in members.items()}


def ids_in_path(path: str) -> list[UUID]:
    """Return the ids of the ancestors and the organisation itself, from the root."""
    return [UUID(part) for part in path.strip("/").split("/")]


def _read_organization(organization_id: UUID) -> Organization:
    return Organization.objects.get(pk=organization_id)


_kept_organization: Final = Kept("organizations", read=_read_organization)


def kept_organization(organization_id: UUID) -> Organization:
    """Return an organisation as it is now, out of memory where it can be: shared, so leave it as it is."""
    return _kept_organization(organization_id)


def organization_named(name: str) -> Organization:
    """Return the organisation by credit code, full name, short name or former name.

    A name that several bear is refused rather than guessed.
    """
    name = name.strip()
    by_code = Organization.objects.filter(credit_code=name.upper()).first()
    if by_code is not None:
        return by_code
    active = Organization.objects.filter(status=Organization.Status.ACTIVE)
    for found in (active.filter(name=name), active.filter(short_name=name), _formerly(name)):
        candidates = list(found[:2])
        if len(candidates) > 1:
            raise UnknownOrganization(f"有不止一个机构名为“{name}”，请改用统一社会信用代码。")
        if candidates:
            return candidates[0]
    raise UnknownOrganization(f"没有名为“{name}”的机构，请核对名称或统一社会信用代码。")


def name_on(organization: Organization, day: date) -> str:
    """Return the name the organisation bore on a day."""
    former = OrganizationName.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day), organization=organization, valid_from__lte=day
    ).order_by("-valid_from")
    found = former.first()
    return found.name if found else organization.name


def successors(organization: Organization) -> list[Organization]:
    """Return the organisations, active now, into which this one went over; itself while it is active."""
    seen: set[UUID] = set()
    found: list[Organization] = []
    waiting = [organization]
    while waiting:
        one = waiting.pop(0)
        if one.id in seen:
            continue
        seen.add(one.id)
        if one.status == Organization.Status.ACTIVE:
            found.append(one)
        waiting += [succession.successor for succession in one.successions.select_related("successor")]
    return found


def region_with_code(code: str) -> Region:
    """Return the region in use here with this code, or raise UnknownRegion."""
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise UnknownRegion(f"本平台没有代码为“{code}”的行政区划，请先登记。")
    return region


def _formerly(name: str) -> QuerySet[Organization]:
    return Organization.objects.filter(names__name=name).distinct()
