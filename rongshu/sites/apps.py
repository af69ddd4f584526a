"""Django application of sites and columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from rongshu.accounts.scopes import Place


class SitesConfig(AppConfig):
    name = "rongshu.sites"
    label = "rongshu_sites"
    verbose_name = "站点与栏目"

    def ready(self) -> None:
        """Tell persons where sites and columns lie, and the clock and the worker what to do here."""
        from rongshu.accounts.scopes import register_scope  # noqa: PLC0415 - models first
        from rongshu.foundation.change_marks import watch  # noqa: PLC0415 - models first
        from rongshu.foundation.consumers import register as register_consumer  # noqa: PLC0415
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415 - models first
        from rongshu.library.queries.placed import register_site_clause  # noqa: PLC0415 - models first
        from rongshu.library.queries.usage import register_uses  # noqa: PLC0415 - models first
        from rongshu.library.queries.visibility import register_scope_clause  # noqa: PLC0415
        from rongshu.sites.clockwork import close_announced_sites, register_clockwork  # noqa: PLC0415
        from rongshu.sites.keeping_placements import (  # noqa: PLC0415
            keep_placements,
            placements_consumer,
        )
        from rongshu.sites.models import Column  # noqa: PLC0415 - models first
        from rongshu.sites.queries.placements import (  # noqa: PLC0415 - models first
            placed_in_scope,
            placed_on_site,
            placements_of,
        )
        from rongshu.sites.web.registering import register_screens  # noqa: PLC0415 - models first

        register_screens()
        watch("columns", Column)
        register_clockwork()
        register_uses(placements_of)
        register_consumer(placements_consumer())
        register_duty("placing", keep_placements, every=1, lane="sites")
        post_migrate.connect(_seed_standards, sender=self)
        register_duty("site-closing", close_announced_sites, every=60, lane="sites")
        register_scope("site", _places_of_site)
        register_scope_clause(placed_in_scope)
        register_site_clause(placed_on_site)
        register_scope("column", _places_of_column)


def _seed_standards(*, using: str, **_: Any) -> None:
    from rongshu.sites.actions.create_columns_from_standard import (  # noqa: PLC0415 - models first
        seed_column_standards,
    )
    from rongshu.sites.models import ColumnStandard  # noqa: PLC0415 - models first

    # A migration back to zero has dropped the table.
    if ColumnStandard._meta.db_table in connections[using].introspection.table_names():
        seed_column_standards()


def _places_of_site(site_id: UUID) -> Iterable[Place]:
    from rongshu.sites.models import Site  # noqa: PLC0415 - models first

    sponsors = Site.objects.filter(pk=site_id).values_list("sponsor_id", flat=True)
    return [{"site_id": site_id, "organization_id": sponsor_id} for sponsor_id in sponsors]


def _places_of_column(column_id: UUID) -> Iterable[Place]:
    from rongshu.sites.models import Column  # noqa: PLC0415 - models first

    columns = Column.objects.filter(pk=column_id).values_list("site_id", "site__sponsor_id")
    return [
        {"column_id": column_id, "site_id": site_id, "organization_id": sponsor_id}
        for site_id, sponsor_id in columns
    ]
