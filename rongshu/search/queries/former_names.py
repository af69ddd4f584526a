"""The names departments bore before: who knows an old one finds what is published under the new one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from rongshu.organizations.models import Organization, OrganizationName, OrganizationSuccession
from rongshu.organizations.queries import successors

NameSet = tuple[list[str], list[str]]
"""Words, and what they lead to; nothing: each other."""

# Other short ones are nobody's own: many a unit was an 办公室 once.
_TELLING: Final = re.compile(".{2}[局厅委部]|.{4,}")


def former_names(places: Collection[str]) -> Iterator[NameSet]:
    """Yield sets of names for the vocabulary; `places`: names of regions, which people leave out of names."""
    renamed = OrganizationName.objects.filter(valid_until__isnull=False).values("organization")
    for organization in Organization.objects.filter(pk__in=renamed).prefetch_related("names"):
        yield _set(_names_of(organization), (), places)
    gone = OrganizationSuccession.objects.values("predecessor")
    for organization in Organization.objects.filter(pk__in=gone).prefetch_related("names"):
        followers = [name for one in successors(organization) for name in (one.name, one.short_name)]
        yield _set(_names_of(organization), followers, places)


def _names_of(organization: Organization) -> list[str]:
    borne = [name for one in organization.names.all() for name in (one.name, one.short_name)]
    return [organization.name, organization.short_name, *borne]


def _set(names: Iterable[str], followers: Iterable[str], places: Collection[str]) -> NameSet:
    return _telling(names, places), _telling(followers, places)


def _telling(names: Iterable[str], places: Collection[str]) -> list[str]:
    """The names as they are, and without the place they begin with."""
    both = (form for name in names for form in (name, _without_place(name, places)))
    return list(dict.fromkeys(one for one in both if _TELLING.fullmatch(one)))


def _without_place(name: str, places: Collection[str]) -> str:
    begun = max((one for one in places if name.startswith(one)), key=len, default="")
    return name.removeprefix(begun)
