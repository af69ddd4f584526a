"""Which resources stand on a site: the app that keeps sites says it; without it none does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

Clause = Callable[[UUID], Q]
_clauses: list[Clause] = []


def register_site_clause(clause: Clause) -> None:
    """Say which resources stand, or wait, on a site; called from an AppConfig.ready."""
    _clauses[:] = [clause]


def placed_at(rows: QuerySet[Any], site_id: UUID) -> QuerySet[Any]:
    """Return those of some resources that stand, or wait, on a site."""
    return rows.filter(_clauses[0](site_id)) if _clauses else rows.none()
