"""What sites and columns are called where a role is given for them; only the project knows both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from rongshu.accounts.models import RoleGrant
from rongshu.accounts.viewers import Viewer
from rongshu.console.scope_names import ScopeNames, register_scope_names
from rongshu.foundation.errors import InvalidInput
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.columns import columns_for
from rongshu.sites.queries.sites import sites_for

_AT_ONCE = 12


def register_sites_and_columns() -> None:
    """Let the console name sites and columns; called from the project's `ready`."""
    register_scope_names(RoleGrant.Scope.SITE, ScopeNames(_site_names, _site_id, _suggest_sites))
    register_scope_names(RoleGrant.Scope.COLUMN, ScopeNames(_column_names, _column_id, _suggest_columns))


def _site_names(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    return dict(Site.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _site_id(name: str) -> UUID:
    found = Site.objects.filter(name=name) | Site.objects.filter(slug=name)
    return _only(list(found.values_list("pk", flat=True)[:2]), f"没有名称或代号为“{name}”的站点，请核对。")


def _suggest_sites(viewer: Viewer, text: str) -> list[str]:
    return list(sites_for(viewer).filter(name__icontains=text).values_list("name", flat=True)[:_AT_ONCE])


def _column_names(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    columns = Column.objects.filter(pk__in=list(ids)).select_related("site")
    return {column.pk: f"{column.site.name} {column.name}" for column in columns}


def _column_id(name: str) -> UUID:
    """Find a column by `site path`, as it is suggested."""
    slug, _, path = name.partition(" ")
    found = Column.objects.filter(site__slug=slug, path=path.strip()).values_list("pk", flat=True)
    return _only(list(found[:2]), "请按“站点代号 栏目路径”填写，如“portal /news/”，或从提示中选择。")


def _suggest_columns(viewer: Viewer, text: str) -> list[str]:
    columns = columns_for(viewer).filter(name__icontains=text).select_related("site")[:_AT_ONCE]
    return [f"{column.site.slug} {column.path}" for column in columns]


def _only(ids: list[UUID], problem: str) -> UUID:
    if len(ids) != 1:
        raise InvalidInput(problem, fields={"place": problem})
    return ids[0]
