"""What follows from a resource becoming or ceasing to be effective, for those it is related to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from rongshu.foundation.events import announce_many
from rongshu.library.actions.changing_validity import refresh_validity
from rongshu.library.events import ResourcesRelated
from rongshu.library.models import Resource, ResourceRelation, ResourceVersion

_CHANGES_TARGET = (
    ResourceRelation.Kind.AMENDS,
    ResourceRelation.Kind.ABOLISHES,
    ResourceRelation.Kind.REPLACES,
)


def refresh_targets(source_ids: Sequence[UUID]) -> None:
    """Set the 时效性 of documents that these resources amend anew: an amendment counts while it is
    effective."""
    if not source_ids:
        return
    relations = ResourceRelation.objects.filter(source_id__in=source_ids, kind__in=_CHANGES_TARGET)
    targets = Resource.objects.filter(relations_to__in=relations, effective_version__isnull=False)
    for target in targets.distinct().order_by("pk"):
        refresh_validity(target)


def link_interpretations(versions: Sequence[ResourceVersion], actor_id: UUID | None) -> None:
    """Relate interpretations to the policy their element PolicyRef names, so that both pages link (P5-05)."""
    wanted = {(version.resource_id, _policy_of(version)) for version in versions}
    named = {policy for _, policy in wanted if policy is not None}
    if not named:
        return
    known = set(Resource.objects.filter(pk__in=named, type__is_document=True).values_list("pk", flat=True))
    kind = ResourceRelation.Kind.INTERPRETS
    events = []
    for source_id, policy in sorted(wanted, key=str):
        if policy is None or policy not in known:
            continue
        _, is_new = ResourceRelation.objects.get_or_create(
            source_id=source_id, target_id=policy, kind=kind, defaults={"created_by_id": actor_id}
        )
        if is_new:
            events.append(ResourcesRelated(source_id=source_id, target_id=policy, relation=kind))
    announce_many(events, actor_id=actor_id)


def _policy_of(version: ResourceVersion) -> UUID | None:
    try:
        return UUID(str(version.elements.get("PolicyRef", "")))
    except ValueError:
        return None
