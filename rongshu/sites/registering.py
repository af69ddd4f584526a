"""What sites and columns register with the apps below, once all models are loaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connections

from rongshu.accounts.scopes import Place, register_scope
from rongshu.foundation.change_marks import watch
from rongshu.foundation.consumers import register as register_consumer
from rongshu.foundation.worker import register_duty
from rongshu.library.queries.placed import register_site_clause
from rongshu.library.queries.usage import register_uses
from rongshu.library.queries.visibility import register_scope_clause
from rongshu.sites.actions.create_columns_from_standard import seed_column_standards
from rongshu.sites.clockwork import close_announced_sites, register_clockwork
from rongshu.sites.keeping_placements import keep_placements, placements_consumer
from rongshu.sites.models import Column, ColumnStandard, Site
from rongshu.sites.queries.placements import placed_in_scope, placed_on_site, placements_of
from rongshu.sites.web.registering import register_screens


def register_sites() -> None:
    """Tell persons where sites and columns lie, and the clock and the worker what to do here."""
    register_screens()
    watch("columns", Column)
    register_clockwork()
    register_uses(placements_of)
    register_consumer(placements_consumer())
    register_duty("placing", keep_placements, every=1, lane="sites")
    register_duty("site-closing", close_announced_sites, every=60, lane="sites")
    register_scope("site", _places_of_site)
    register_scope_clause(placed_in_scope)
    register_site_clause(placed_on_site)
    register_scope("column", _places_of_column)


def seed_standards(*, using: str, **_: Any) -> None:
    """Write the built-in column standards; a migration back to zero has dropped the table."""
    if ColumnStandard._meta.db_table in connections[using].introspection.table_names():
        seed_column_standards()


def _places_of_site(site_id: UUID) -> Iterable[Place]:
    sponsors = Site.objects.filter(pk=site_id).values_list("sponsor_id", flat=True)
    return [{"site_id": site_id, "organization_id": sponsor_id} for sponsor_id in sponsors]


def _places_of_column(column_id: UUID) -> Iterable[Place]:
    columns = Column.objects.filter(pk=column_id).values_list("site_id", "site__sponsor_id")
    return [
        {"column_id": column_id, "site_id": site_id, "organization_id": sponsor_id}
        for site_id, sponsor_id in columns
    ]
