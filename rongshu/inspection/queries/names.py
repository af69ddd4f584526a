"""The names this installation knows: regions, organisations, sites, columns, staff. They are no mistakes."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from typing import Final

from rongshu.accounts.models import Account, Realm
from rongshu.inspection.lexicon import Lexicon, version_of
from rongshu.inspection.seed_lexicon import built_in_lexicon
from rongshu.organizations.models import Organization, Region
from rongshu.sites.models import Column, Site

_SECONDS: Final = 60
_SHORTEST: Final = 3  # a shorter name of a unit or column is an everyday word
_SHORTEST_PERSON: Final = 2


def local_lexicon(generation: int) -> Lexicon:
    """Return the built-in lexicon with the names; read anew each minute and after each change of words."""
    return _read(generation, int(time.monotonic()) // _SECONDS)


@lru_cache(maxsize=1)
def _read(generation: int, minute: int) -> Lexicon:
    names: set[str] = set()
    for rows in (
        Region.objects.values_list("name"),
        Organization.objects.values_list("name", "short_name"),
        Site.objects.values_list("name"),
        Column.objects.order_by().values_list("name").distinct(),
    ):
        names.update(name for row in rows.iterator() for name in row if len(name) >= _SHORTEST)
    staff = Account.objects.filter(realm=Realm.STAFF, is_active=True).values_list("person__name", flat=True)
    names.update(name for name in staff.iterator() if len(name) >= _SHORTEST_PERSON)
    built_in, ordered = built_in_lexicon(), sorted(names)
    version = version_of([built_in.version, *ordered])
    return replace(built_in, version=version, names=(*built_in.names, *ordered))
