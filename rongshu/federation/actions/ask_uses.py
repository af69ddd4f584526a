"""Ask partners where they show what we gave them, once a day or when somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.calling import get
from rongshu.federation.errors import BatchMalformed
from rongshu.federation.models import Partner, UseElsewhere
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.local import local_node
from rongshu.federation.queries.partners import is_open_now
from rongshu.federation.signing.proofs import read_moment
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.bulk_rows import upsert_rows
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.installation import node_id
from rongshu.library.models import Resource

_OFTEN: Final = timedelta(days=1)
_AFTER_FAILURE: Final = timedelta(hours=1)
_PART: Final = 100
_MOST_OF_ONE: Final = 2_000_000
"""Uses one partner may tell of: a page after the other without end is no answer."""
_KEY: Final = ("partner_id", "node", "resource_id", "url", "column")
_CHANGED: Final = ("node_name", "site", "since", "told_at")


def ask_everyone(*, actor: Person) -> int:
    """Have every partner that may have our resources asked within the minute; return how many."""
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        asked = _may_use().update(uses_due_at=None)
        record(actor, "federation.uses-asked", local_node(), partners=asked)
    return asked


def ask_due() -> bool:
    """Ask the next partner whose turn it is; return whether there was one."""
    now = clock.now()
    due = _may_use().filter(Q(uses_due_at=None) | Q(uses_due_at__lte=now)).order_by("uses_due_at", "pk")
    partner = next((each for each in due if is_open_now(each, now)), None)
    if partner is None:
        return False
    try:
        ask_uses(partner)
    except RongshuError:
        # Away, or of before this was asked: the calls themselves tell of who is away.
        Partner.objects.filter(pk=partner.pk).update(uses_due_at=clock.now() + _AFTER_FAILURE)
    return True


def ask_uses(partner: Partner) -> int:
    """Ask one partner, keep what it tells and forget what it tells no more; return how many uses there are.

    Raise what the partner's answers raise; then what it told before stays.
    """
    began, count = clock.now(), 0
    for part in _told_by(partner, began):
        upsert_rows(part, key=_KEY, changed=_CHANGED)
        count += len(part)
        if count > _MOST_OF_ONE:
            raise BatchMalformed
    with transaction.atomic():
        UseElsewhere.objects.filter(partner=partner, told_at__lt=began).delete()
        Partner.objects.filter(pk=partner.pk).update(uses_told_at=began, uses_due_at=began + _OFTEN)
    return count


def _may_use() -> QuerySet[Partner]:
    return Partner.objects.filter(gives=True, state__in=[Partner.State.ACTIVE, Partner.State.SILENT])


def _told_by(partner: Partner, at: datetime) -> Iterator[list[UseElsewhere]]:
    after = ""
    while True:
        said = get(partner, "/uses", {"after": after} if after else {}).json()
        if not isinstance(said, Mapping) or not isinstance(said.get("uses"), list):
            raise BatchMalformed
        rows = {_key_of(row): row for row in (_read(partner, use, at) for use in said["uses"])}
        known = set(_here(row.resource_id for row in rows.values()))
        kept = [row for row in rows.values() if row.resource_id in known and row.node != node_id()]
        yield from (kept[start : start + _PART] for start in range(0, len(kept), _PART))
        following = said.get("next")
        if following is None:
            return
        if not isinstance(following, str) or following <= after:
            raise BatchMalformed
        after = following


def _here(ids: Iterator[UUID]) -> Iterator[UUID]:
    yield from Resource.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)


def _read(partner: Partner, use: Any, at: datetime) -> UseElsewhere:
    """Read one use; its page is a link for people, and so an address of the web or nothing."""
    try:
        url = str(use["url"])[:400]
        return UseElsewhere(
            partner=partner,
            node=UUID(use["node"]),
            node_name=str(use["name"])[:100],
            resource_id=UUID(use["resource"]),
            site=str(use["site"])[:200],
            column=str(use["column"])[:200],
            url=url if urlsplit(url).scheme in {"http", "https"} else "",
            since=read_moment(use["since"]),
            told_at=at,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BatchMalformed from error


def _key_of(row: UseElsewhere) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEY)
