"""How many findings the first inspection of each version gave: what statistics count."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from rongshu.inspection.models import Inspection


def findings_counted(version_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return by version how many findings there were in all and how many of them severe."""
    rows = Inspection.objects.filter(version_id__in=version_ids, rescan__isnull=True).order_by(
        "-inspected_at"
    )
    names = ("version_id", "severe_count", "general_count", "hint_count")
    # The earliest of a version comes last and stays: a later state of the dictionaries changes no past.
    return {
        version_id: (severe + general + hint, severe)
        for version_id, severe, general, hint in rows.values_list(*names)
    }
