"""Where somebody who found nothing may ask a person: the site's column for questions and complaints."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import F

from rongshu.foundation.change_marks import Kept
from rongshu.sites.models import Column

# The 栏目类别 that the column standards give 互动交流, where people write.
_TYPE: Final = "咨询投诉"


def letters_path(site_id: UUID) -> str:
    """Return the address of the column on its site, "" where it has none."""
    return _PATHS(site_id)


def _read(site_id: UUID) -> str:
    columns = Column.objects.filter(site_id=site_id, type=_TYPE, status=Column.Status.ACTIVE)
    top_first = columns.order_by(F("parent").asc(nulls_first=True), "position", "id")
    return top_first.values_list("path", flat=True).first() or ""


_PATHS: Final[Kept[UUID, str]] = Kept("columns", read=_read)
