"""Put a column where a hand put it: below another one, before one of its siblings."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.actions.create_column import require_arranger
from rongshu.sites.actions.move_column import move_column
from rongshu.sites.errors import ColumnMalformed
from rongshu.sites.events import ColumnMoved
from rongshu.sites.models import Column
from rongshu.sites.permissions import may_manage_column


def arrange_column(
    *, actor: Actor, column: Column, parent: Column | None, before: Column | None = None
) -> Column:
    """Put a column below `parent` (None: at the top), before the sibling `before` (None: last).

    Its path changes with its parent only. The other siblings keep their order.
    """
    with transaction.atomic():
        if column.parent_id != (parent.id if parent else None):
            column = move_column(actor=actor, column=column, parent=parent)
        viewer = viewer_for(actor)
        require(may_manage_column(viewer, column))
        require_arranger(viewer, column.site, parent)
        siblings = list(_siblings(column))
        order = _with_column(siblings, column, before)
        moved = [one for position, one in enumerate(order) if _stands_at(one, position)]
        if moved:
            Column.objects.bulk_update(moved, ["position"])
            record(actor, "column.arranged", column, order=[one.path for one in order])
            announce(
                ColumnMoved(site_id=column.site_id, column_id=column.id, from_path=column.path),
                actor_id=actor.id,
            )
        column.refresh_from_db()
    return column


def siblings_of(column: Column) -> list[Column]:
    """Return the open columns beside a column and itself, in their order."""
    beside = Column.objects.filter(site_id=column.site_id, parent_id=column.parent_id)
    return list(beside.exclude(status=Column.Status.CLOSED).order_by("position", "id"))


def _siblings(column: Column) -> list[Column]:
    beside = Column.objects.select_for_update().filter(site_id=column.site_id, parent_id=column.parent_id)
    return list(beside.exclude(status=Column.Status.CLOSED).order_by("position", "id"))


def _with_column(siblings: list[Column], column: Column, before: Column | None) -> list[Column]:
    order = [one for one in siblings if one.id != column.id]
    if before is None:
        return [*order, column]
    places = [one.id for one in order]
    if before.id not in places:
        raise ColumnMalformed(
            "排在其前的栏目不在同一上级下，请刷新页面后再移动。", fields={"before": "不在同级"}
        )
    at = places.index(before.id)
    return [*order[:at], column, *order[at:]]


def _stands_at(column: Column, position: int) -> bool:
    """Give the column its position; whether that changed it."""
    was, column.position = column.position, position
    return was != position
