"""Where a resource is used, and who called it: the library's own uses, and those higher apps register
(P2-18)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.models import AuditRecord
from rongshu.library.models import Resource, ResourceRelation, TopicMember
from rongshu.library.queries.visibility import may_see_drafts, visible


@dataclass(frozen=True)
class Use:
    """One place that uses a resource: its kind ("placement", "topic", …), where, and since when."""

    kind: str
    label: str
    place: str
    since: datetime | None = None
    details: dict[str, Any] | None = None


UseFinder = Callable[[Viewer, Resource], Iterable[Use]]
_finders: list[UseFinder] = []


def register_uses(finder: UseFinder) -> None:
    """Let a higher app say where it uses a resource; it shows the viewer only what is his to see."""
    if finder not in _finders:
        _finders.append(finder)


def where_used(viewer: Viewer, resource: Resource) -> list[Use]:
    """Return every use of a resource that the viewer may see."""
    own: list[UseFinder] = [_topics, _relations]
    return [use for finder in (*own, *_finders) for use in finder(viewer, resource)]


def usage_trace(viewer: Viewer, resource: Resource) -> list[Use]:
    """Return who did what with a resource, newest first; for its owner's people only."""
    if not may_see_drafts(viewer, resource.owner_id):
        return []
    rows = AuditRecord.objects.filter(object_kind="resource", object_id=str(resource.pk)).order_by("-at")
    return [Use("deed", row.action, row.actor_name, row.at, {"via": row.via}) for row in rows[:500]]


def _topics(viewer: Viewer, resource: Resource) -> Iterator[Use]:
    members = TopicMember.objects.filter(resource=resource, topic__in=visible(viewer))
    for member in members.select_related("topic__effective_version", "topic__working_version"):
        yield Use("topic", _title(member.topic), str(member.topic_id))


def _relations(viewer: Viewer, resource: Resource) -> Iterator[Use]:
    relations = ResourceRelation.objects.filter(target=resource, source__in=visible(viewer))
    for relation in relations.select_related("source__effective_version", "source__working_version"):
        label = f"{relation.get_kind_display()}：{_title(relation.source)}"
        yield Use("relation", label, str(relation.source_id), relation.created_at)


def _title(resource: Resource) -> str:
    version = resource.effective_version or resource.working_version
    return version.title if version else ""
