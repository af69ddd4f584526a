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
from rongshu.foundation.audit import record

_CATEGORY: Final = re.compile(r"(?:type|theme):[A-Za-z0-9_-]{1,40}")


def agree_categories(*, actor: Person, partner: Partner, direction: str, categories: Iterable[str]) -> None:
    """Replace the categories of one direction; what is granted no more is refused from then on."""
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
        record(
            actor, "federation.categories-agreed", partner, direction=direction, categories=sorted(wanted),
            were=before,
        )  # fmt: skip
