"""Change the elements of a column."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.library.models import Resource
from rongshu.sites.column_elements import check, cleaned
from rongshu.sites.errors import ColumnInUse
from rongshu.sites.events import ColumnChanged
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_manage_column
from rongshu.sites.placing import changed, tell


def change_column(*, actor: Actor, column: Column, **elements: Any) -> Column:
    """Set elements of `column_elements.CHANGEABLE`; slug and parent change by `move_column`.

    From the moment a column holds updates, its placements stay on the version they show now; when it
    stops, they follow the effective version again.
    """
    given = cleaned(elements)
    with transaction.atomic():
        column = Column.objects.select_for_update(of=("self",)).select_related("site").get(pk=column.pk)
        require(may_manage_column(viewer_for(actor), column))
        before = {name: str(getattr(column, name)) for name in given}
        held = column.hold_updates
        for name, value in given.items():
            setattr(column, name, value)
        after = {name: str(getattr(column, name)) for name in given}
        if before == after:
            return column
        check(column)
        if column.status == Column.Status.CLOSED and before.get("status") != Column.Status.CLOSED:
            raise ColumnInUse("停用栏目请使用“停用”，系统会先检查栏目下是否仍有内容。")
        column.save()
        if column.hold_updates != held:
            _hold(column) if column.hold_updates else _let_go(column, actor)
        record(
            actor,
            "column.changed",
            column,
            elements={name: [before[name], after[name]] for name in given if before[name] != after[name]},
        )
        announce(ColumnChanged(site_id=column.site_id, column_id=column.id), actor_id=actor.id)
    return column


def _hold(column: Column) -> None:
    """Let every showing placement stay on the version that is effective now."""
    showing = Placement.objects.filter(
        column=column, state=Placement.State.SHOWING, held_version__isnull=True
    )
    effective = Resource.objects.filter(effective_version__isnull=False)
    for placement in showing.filter(resource__in=effective).annotate(
        version=F("resource__effective_version")
    ):
        placement.held_version_id = placement.version
        placement.save(update_fields=["held_version"])


def _let_go(column: Column, actor: Actor) -> None:
    held = Placement.objects.filter(column=column, held_version__isnull=False)
    behind = list(
        held.filter(state=Placement.State.SHOWING).exclude(held_version=F("resource__effective_version"))
    )
    held.update(held_version=None)
    tell([changed(placement) for placement in behind], actor.id)
