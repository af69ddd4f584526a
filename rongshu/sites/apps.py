"""Django application of sites and columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import AppConfig

if TYPE_CHECKING:
    from rongshu.accounts.scopes import Place


class SitesConfig(AppConfig):
    name = "rongshu.sites"
    label = "rongshu_sites"
    verbose_name = "站点与栏目"

    def ready(self) -> None:
        """Tell persons where sites and columns lie."""
        from rongshu.accounts.scopes import register_scope  # noqa: PLC0415 - models first

        register_scope("site", _places_of_site)
        register_scope("column", _places_of_column)


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
