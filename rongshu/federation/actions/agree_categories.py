"""Agree with a partner on categories: which of ours it may have, and which of its we want."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.errors import PartnerMalformed
from rongshu.federation.models import Partner, PartnerCategory
from rongshu.federation.models.partners import EVERYTHING
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation import clock
from rongshu.foundation.audit import record

_CATEGORY: Final = re.compile(r"(?:type|theme):[A-Za-z0-9_-]{1,40}")


def agree_categories(*, actor: Person, partner: Partner, direction: str, categories: Iterable[str]) -> None:
    """Replace the categories of one direction; what is granted no more is refused from then on.

    What is granted or wanted more than before lies behind the cursor: it comes by the manifest.
    """
    wanted = set(categories)
    if EVERYTHING in wanted:
        wanted = {EVERYTHING}
    if unknown := sorted(one for one in wanted if one != EVERYTHING and not _CATEGORY.fullmatch(one)):
        raise PartnerMalformed(fields={"categories": f"没有这样的类别：{'、'.join(unknown)[:100]}"})
    with transaction.atomic():
        partner = Partner.objects.select_for_update().get(pk=partner.pk)
        require(may_manage_federation(viewer_for(actor)))
        rows = PartnerCategory.objects.filter(partner=partner, direction=direction)
        before = sorted(rows.values_list("category", flat=True))
        rows.exclude(category__in=wanted).delete()
        for category in sorted(wanted - set(before)):
            PartnerCategory.objects.create(partner=partner, direction=direction, category=category)
        if wanted - set(before):
            _compare(partner, direction)
        record(
            actor, "federation.categories-agreed", partner, direction=direction, categories=sorted(wanted),
            were=before,
        )  # fmt: skip


def _compare(partner: Partner, direction: str) -> None:
    """Who has read nothing yet will read all of it anyway."""
    if direction == PartnerCategory.Direction.GIVEN:
        partner.granted_more_at = clock.now() if partner.given_number else None
    elif partner.cursor > 0:
        partner.needs_reconciling, partner.next_poll_at = True, clock.now()
    partner.save(update_fields=["granted_more_at", "needs_reconciling", "next_poll_at"])
