"""Move a column with everything below it, or close it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.actions.create_column import require_arranger
from rongshu.sites.column_elements import LONGEST_PATH, check, path_below
from rongshu.sites.errors import ColumnInUse, ColumnMalformed, ColumnPathTaken, ColumnTreeCircular
from rongshu.sites.events import ColumnMoved, ColumnRemoved
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_manage_column

_LEFT = (Placement.State.ENDED, Placement.State.REMOVED)


def move_column(
    *,
    actor: Actor,
    column: Column,
    parent: Column | None,
    slug: str | None = None,
    position: int | None = None,
) -> Column:
    """Put a column below another one of its site (None: at the top), under its own or another slug.

    Refused when `parent` is the column itself or lies below it. Article addresses don't change.
    """
    with transaction.atomic():
        column = _locked(column)
        target = _locked(parent) if parent is not None else None
        viewer = viewer_for(actor)
        require(may_manage_column(viewer, column))
        require_arranger(viewer, column.site, target)
        _check_target(column, target)
        before = column.path
        column.parent, column.slug = target, slug or column.slug
        column.position = column.position if position is None else position
        column.path = path_below(target, column.slug)
        check(column)
        if column.path != before:
            _check_path(column, before)
            _move_below(column, before)
        column.save(update_fields=["parent", "slug", "path", "position"])
        record(actor, "column.moved", column, origin=before, path=column.path, position=column.position)
        announce(
            ColumnMoved(site_id=column.site_id, column_id=column.id, from_path=before), actor_id=actor.id
        )
    return column


def remove_column(*, actor: Actor, column: Column, reason: str = "") -> Column:
    """Close a column that holds neither content nor open columns; its record and addresses stay taken."""
    with transaction.atomic():
        column = _locked(column)
        require(may_manage_column(viewer_for(actor), column))
        if column.status == Column.Status.CLOSED:
            return column
        if column.children.exclude(status=Column.Status.CLOSED).exists():
            raise ColumnInUse(f"栏目“{column.name}”下仍有下级栏目，请先移走或停用。")
        if column.placements.exclude(state__in=_LEFT).exists():
            raise ColumnInUse(f"栏目“{column.name}”下仍有内容，请先移走再停用。")
        column.status, column.show_in_navigation = Column.Status.CLOSED, False
        column.save(update_fields=["status", "show_in_navigation"])
        column.selections.update(is_active=False)
        record(actor, "column.removed", column, reason=reason, path=column.path)
        announce(
            ColumnRemoved(site_id=column.site_id, column_id=column.id, from_path=column.path),
            actor_id=actor.id,
        )
    return column


def _locked(column: Column) -> Column:
    return Column.objects.select_for_update(of=("self",)).select_related("site").get(pk=column.pk)


def _check_target(column: Column, target: Column | None) -> None:
    if target is None:
        return
    if target.site_id != column.site_id:
        raise ColumnMalformed("栏目只能在本站点内移动。", fields={"parent": "不在本站"})
    if target.path.startswith(column.path):
        raise ColumnTreeCircular
    if target.status == Column.Status.CLOSED:
        raise ColumnMalformed("上级栏目已停用，请另选上级。", fields={"parent": "已停用"})


def _check_path(column: Column, before: str) -> None:
    others = Column.objects.filter(site_id=column.site_id).exclude(pk=column.pk)
    if others.filter(path=column.path).exists():
        raise ColumnPathTaken(f"路径“{column.path}”已有栏目，请换一个代号。", fields={"slug": "已被使用"})
    below = others.filter(path__startswith=before).order_by("-path").values_list("path", flat=True)
    longest = max((len(path) for path in below), default=0)
    if longest - len(before) + len(column.path) > LONGEST_PATH:
        raise ColumnMalformed("移动后下级栏目的路径超过 600 个字符。", fields={"parent": "层级过深"})


def _move_below(column: Column, before: str) -> None:
    below = Column.objects.filter(site_id=column.site_id, path__startswith=before).exclude(pk=column.pk)
    below.update(path=Concat(Value(column.path), Substr(F("path"), len(before) + 1)))
