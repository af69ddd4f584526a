"""Relations between resources: interpretation, amendment, abolition, replacement, basis (P5-04)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.events import announce
from rongshu.library.actions.changing_validity import refresh_validity
from rongshu.library.actions.locking import lock_all
from rongshu.library.errors import RelationImpossible
from rongshu.library.events import ResourcesRelated, ResourcesUnrelated
from rongshu.library.models import Resource, ResourceRelation
from rongshu.library.permissions import may_write
from rongshu.library.queries.visibility import get_resource_for

Kind = ResourceRelation.Kind
_CHANGES_TARGET = {Kind.AMENDS, Kind.ABOLISHES, Kind.REPLACES}


def relate_resources(
    *, actor: Person, source: Resource, target: Resource, kind: str, on: date | None = None
) -> ResourceRelation:
    """Say that `source` interprets, amends, abolishes, replaces or is based on `target`; both pages show it.

    Amending, abolishing and replacing change the target's 时效性 (from the day `on`, default today), so the
    actor writes for both; otherwise the target need only be visible. Raise `RelationImpossible`,
    `NotAllowed`.
    """
    with transaction.atomic():
        viewer = viewer_for(actor)
        get_resource_for(viewer, target.pk)
        locked = lock_all([source.pk, target.pk])
        source, target = locked[source.pk], locked[target.pk]
        require(may_write(viewer, source.owner_id))
        if kind in _CHANGES_TARGET:
            require(may_write(viewer, target.owner_id))
        _check(source, target, kind)
        relation, is_new = ResourceRelation.objects.get_or_create(
            source=source, target=target, kind=kind, defaults={"created_by_id": actor.id}
        )
        if is_new:
            _end_target(target, kind, on or clock.today())
            record(actor, "resource.related", source, related=str(target.pk), kind=kind)
            announce(
                ResourcesRelated(source_id=source.pk, target_id=target.pk, relation=kind), actor_id=actor.id
            )
    return relation


def unrelate_resources(*, actor: Person, relation: ResourceRelation) -> None:
    """End a relation; a document amended by it is valid again, an abolished one keeps its date."""
    with transaction.atomic():
        locked = lock_all([relation.source_id, relation.target_id])
        source, target = locked[relation.source_id], locked[relation.target_id]
        require(may_write(viewer_for(actor), source.owner_id))
        kind = relation.kind
        relation.delete()
        if target.validity:
            refresh_validity(target)
        record(actor, "resource.unrelated", source, related=str(target.pk), kind=kind)
        announce(
            ResourcesUnrelated(source_id=source.pk, target_id=target.pk, relation=kind), actor_id=actor.id
        )


def _check(source: Resource, target: Resource, kind: str) -> None:
    if kind not in Kind.values or source.pk == target.pk:
        raise RelationImpossible
    if kind == Kind.INTERPRETS and not target.type.is_document:
        raise RelationImpossible("只能解读政策文件类资源。", fields={"target": "不是政策文件"})
    if kind in _CHANGES_TARGET and not (source.type.is_document and target.type.is_document):
        raise RelationImpossible(
            "修改、废止、替代关系只能建立在政策文件之间。", fields={"source": "不是政策文件"}
        )


def _end_target(target: Resource, kind: str, on: date) -> None:
    if kind in (Kind.ABOLISHES, Kind.REPLACES) and target.abolished_on is None:
        target.abolished_on = on
        target.save(update_fields=["abolished_on"])
    if kind in _CHANGES_TARGET and target.effective_version_id is not None:
        refresh_validity(target)
