"""Which changes are a partner's to have: by category, by sharing, and never its own back again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from rongshu.federation.envelope import EVERYTHING
from rongshu.federation.errors import CategoryNotGiven
from rongshu.federation.models import Change, Partner, PartnerCategory
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.installation import node_id
from rongshu.library.models import ShareGrant
from rongshu.library.models.versions import ShareType

GROUP: Final = "federation_partners"


def categories_given(partner_id: UUID) -> frozenset[str]:
    """Return the categories a partner may have."""
    return _kept_categories((partner_id, PartnerCategory.Direction.GIVEN))


def categories_wanted(partner_id: UUID) -> frozenset[str]:
    """Return the categories we want of a partner."""
    return _kept_categories((partner_id, PartnerCategory.Direction.WANTED))


def is_among(categories: frozenset[str], of_record: list[str]) -> bool:
    """Whether a record of these categories is among the granted or wanted ones."""
    return EVERYTHING in categories or not categories.isdisjoint(of_record)


def require_given(partner: Partner, categories: Iterable[str]) -> None:
    """Raise `CategoryNotGiven`: a category's name is public, what is in it need not be."""
    given = categories_given(partner.pk)
    for category in categories:
        if EVERYTHING not in given and category not in given:
            raise CategoryNotGiven(fields={"category": category[:60]})


def require_giving(partner: Partner) -> None:
    """Raise `CategoryNotGiven` for a partner that may have nothing of us: its cursor stays where it is."""
    if not partner.gives:
        raise CategoryNotGiven(fields={"category": EVERYTHING})


def changes_given(partner: Partner, categories: frozenset[str] = frozenset()) -> QuerySet[Change]:
    """Return the rows of the feed that concern a partner, withdrawals of what it once could have included.

    `categories` narrows them. Raise `CategoryNotGiven`.
    """
    if not partner.gives:
        return Change.objects.none()
    once_granted = ShareGrant.objects.filter(
        resource=OuterRef("resource_id"), organization=partner.organization_id
    )
    rows = Change.objects.filter(Q(was_open=True) | Exists(once_granted)).exclude(origin_node=partner.pk)
    if not partner.relays:
        rows = rows.filter(origin_node=node_id())
    given = categories_given(partner.pk)
    if categories:
        require_given(partner, categories)
        rows = rows.filter(_of(categories))
    return rows if EVERYTHING in given else rows.filter(_of(given))


def is_withheld(change: Change, partner: Partner) -> bool:
    """Whether the partner may no longer have what it once could: it is told that it is withdrawn."""
    granted = str(partner.organization_id) in change.grants
    return change.share_type != ShareType.UNCONDITIONAL and not granted


def _of(categories: frozenset[str]) -> Q:
    named = [category.partition(":") for category in categories]
    types = [code for kind, _, code in named if kind == "type"]
    themes = [code for kind, _, code in named if kind == "theme"]
    return Q(type_code__in=types) | Q(theme_code__in=themes)


def _read_categories(asked: tuple[UUID, str]) -> frozenset[str]:
    partner_id, direction = asked
    rows = PartnerCategory.objects.filter(partner_id=partner_id, direction=direction)
    return frozenset(rows.values_list("category", flat=True))


_kept_categories: Final = Kept(GROUP, read=_read_categories)
