"""Say what is written over the pictures of a unit and of those below it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.text import normalise_line
from rongshu.newsroom.models.drafting import Watermark
from rongshu.newsroom.queries.watermarks import KEEPS
from rongshu.organizations.models import Organization


def keep_watermark(
    *, actor: Person, owner: Organization, text: str, place: str, strength: int, size: int, is_usual: bool
) -> Watermark:
    """Set a unit's watermark; pictures that have been uploaded stay as they are."""
    wish: dict[str, Any] = {
        "text": normalise_line(text), "place": place, "strength": strength, "size": size,
        "is_usual": is_usual,
    }  # fmt: skip
    if place not in Watermark.Place.values or size not in Watermark.Size.values or not 10 <= strength <= 100:
        raise InvalidInput("水印的位置、字号或不透明度不在可选范围内。", fields={"place": "请重新选择"})
    with transaction.atomic():
        require(viewer_for(actor).may(KEEPS, organization_id=owner.pk))
        row, _ = Watermark.objects.update_or_create(owner=owner, defaults=wish)
        record(actor, "watermark.kept", owner, **wish)
    return row


def drop_watermark(*, actor: Person, watermark: Watermark) -> None:
    """Let the unit have what the unit above it has."""
    with transaction.atomic():
        require(viewer_for(actor).may(KEEPS, organization_id=watermark.owner_id))
        record(actor, "watermark.dropped", watermark.owner)
        watermark.delete()
