"""Create a column in a site."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.organizations.models import Organization
from rongshu.sites.column_elements import check, cleaned, path_below, usual_idle_days
from rongshu.sites.errors import ColumnMalformed, ColumnPathTaken, StatusForbids
from rongshu.sites.events import ColumnChanged
from rongshu.sites.models import Column, Site
from rongshu.sites.permissions import may_arrange_site, may_manage_column


def create_column(
    *,
    actor: Actor,
    site: Site,
    slug: str,
    name: str,
    type: str,  # noqa: A002 - the element's name
    description: str = "",
    keywords: str = "",
    parent: Column | None = None,
    owner: Organization | None = None,
    update_class: str = Column.UpdateClass.OTHER,
    max_idle_days: int | None = None,
    position: int | None = None,
    **elements: Any,
) -> Column:
    """Create a column below `parent` (None: at the top), last among its siblings unless `position` says.

    Description and keywords default to the name; idle days to those of the update class (14, 180, 365).
    A closed column at the same path is opened again, so that its history stays one.
    """
    given = cleaned({"name": name, "type": type, "description": description or name, **elements})
    given["keywords"] = keywords or given["name"]
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require_arranger(viewer_for(actor), site, parent)
        _check_place(site, parent)
        column = _present(site, parent, slug) or Column(site=site, parent=parent, slug=slug)
        for element, value in given.items():
            setattr(column, element, value)
        column.path = path_below(parent, slug)
        column.owner = owner or site.sponsor
        column.update_class = update_class
        column.max_idle_days = usual_idle_days(update_class) if max_idle_days is None else max_idle_days
        column.position = _next_position(site, parent) if position is None else position
        column.status = given.get("status", Column.Status.ACTIVE)
        check(column)
        column.save()
        record(actor, "column.created", column, path=column.path, name=column.name)
        announce(ColumnChanged(site_id=site.id, column_id=column.id), actor_id=actor.id)
    return column


def require_arranger(viewer: Viewer, site: Site, parent: Column | None) -> None:
    """Raise NotAllowed unless the viewer may arrange columns at this place."""
    require(may_manage_column(viewer, parent) if parent else may_arrange_site(viewer, site))


def _check_place(site: Site, parent: Column | None) -> None:
    if site.status == Site.Status.CLOSED:
        raise StatusForbids("站点已永久下线，不能再增设栏目。")
    if parent is not None and parent.site_id != site.id:
        raise ColumnMalformed("上级栏目须在同一站点。", fields={"parent": "不在本站"})
    if parent is not None and parent.status == Column.Status.CLOSED:
        raise ColumnMalformed("上级栏目已停用，请另选上级。", fields={"parent": "已停用"})


def _present(site: Site, parent: Column | None, slug: str) -> Column | None:
    column = Column.objects.filter(site=site, path=path_below(parent, slug)).first()
    if column is not None and column.status != Column.Status.CLOSED:
        raise ColumnPathTaken(
            f"路径“{column.path}”已有栏目“{column.name}”，请换一个代号。", fields={"slug": "已被使用"}
        )
    return column


def _next_position(site: Site, parent: Column | None) -> int:
    last = Column.objects.filter(site=site, parent=parent).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
