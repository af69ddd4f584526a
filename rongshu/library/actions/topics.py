"""Topics (专题): gathered by query, by category or by hand, and kept in step (P2-17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import NotFound
from rongshu.foundation.events import announce
from rongshu.library.actions.locking import lock
from rongshu.library.errors import RelationImpossible
from rongshu.library.events import TopicMembersChanged
from rongshu.library.models import Category, Resource, TopicMember, TopicSelection
from rongshu.library.permissions import may_write
from rongshu.library.queries.matching import check_query, effective_matching
from rongshu.library.queries.visibility import visible

Kind = TopicSelection.Kind


def gather_by_query(*, actor: Person, topic: Resource, query: dict[str, Any]) -> TopicSelection:
    """Add a query to a topic and take in what it selects now. Raise `QueryMalformed`, `NotAllowed`."""
    check_query(query)
    return _add_selection(actor, topic, TopicSelection(topic=topic, kind=Kind.QUERY, query=query))


def gather_by_category(*, actor: Person, topic: Resource, category: Category) -> TopicSelection:
    """Add a category, with its subcategories, to a topic and take in what stands there now."""
    return _add_selection(actor, topic, TopicSelection(topic=topic, kind=Kind.CATEGORY, category=category))


def add_to_topic(*, actor: Person, topic: Resource, resources: Sequence[Resource]) -> int:
    """Put resources into a topic by hand, behind what is there; return how many were new."""
    with transaction.atomic():
        topic = _locked_topic(actor, topic)
        viewer = viewer_for(actor)
        wanted = [each.pk for each in resources]
        if set(visible(viewer).filter(pk__in=wanted).values_list("pk", flat=True)) != set(wanted):
            raise NotFound
        new = _join(topic, wanted, selection=None)
        _leave_trace(actor, topic, "topic.resources-added", new)
    return new


def remove_from_topic(*, actor: Person, topic: Resource, resource: Resource) -> None:
    """Take a resource out of a topic; a query or category that selects it brings it back at its next turn."""
    with transaction.atomic():
        topic = _locked_topic(actor, topic)
        gone, _ = TopicMember.objects.filter(topic=topic, resource=resource).delete()
        _leave_trace(actor, topic, "topic.resource-removed", gone)


def end_selection(*, actor: Person, selection: TopicSelection) -> None:
    """End a query or category; what only it brought in leaves the topic."""
    with transaction.atomic():
        topic = _locked_topic(actor, selection.topic)
        gone = TopicMember.objects.filter(selection=selection).count()
        selection.delete()
        _leave_trace(actor, topic, "topic.selection-ended", max(gone, 1))


def refresh_topic(*, actor: Actor, topic: Resource) -> int:
    """Bring a topic in step with its queries and categories; return how many members came or went.

    Called when resources become effective, are classified or withdrawn; safe to repeat.
    """
    with transaction.atomic():
        topic = lock(topic)
        changed = sum(_bring_in_step(selection) for selection in topic.selections.order_by("created_at"))
        _leave_trace(actor, topic, "topic.refreshed", changed)
    return changed


def refresh_topics(*, actor: Actor) -> int:
    """Bring every topic in step, each in its own transaction; return how many changed."""
    kinds = (Kind.QUERY, Kind.CATEGORY)
    ids: Iterable[UUID] = TopicSelection.objects.filter(kind__in=kinds).values_list("topic_id", flat=True)
    topics = Resource.objects.filter(pk__in=set(ids)).order_by("pk")
    return sum(refresh_topic(actor=actor, topic=topic) > 0 for topic in topics)


def _add_selection(actor: Person, topic: Resource, selection: TopicSelection) -> TopicSelection:
    with transaction.atomic():
        topic = _locked_topic(actor, topic)
        selection.save(force_insert=True)
        _leave_trace(actor, topic, "topic.selection-added", max(_bring_in_step(selection), 1))
    return selection


def _locked_topic(actor: Person, topic: Resource) -> Resource:
    topic = lock(topic)
    require(may_write(viewer_for(actor), topic.owner_id))
    if topic.type.code != "topic":
        raise RelationImpossible("只能向专题类资源中添加内容。", fields={"topic": "不是专题"})
    return topic


def _bring_in_step(selection: TopicSelection) -> int:
    wanted = set(_selected(selection).values_list("pk", flat=True)) - {selection.topic_id}
    present = set(TopicMember.objects.filter(selection=selection).values_list("resource_id", flat=True))
    gone = TopicMember.objects.filter(selection=selection, resource_id__in=present - wanted)
    gone_count, _ = gone.delete()
    ordered = [pk for pk in _selected(selection).values_list("pk", flat=True) if pk in wanted - present]
    return gone_count + _join(selection.topic, ordered, selection=selection)


def _selected(selection: TopicSelection) -> Any:
    if selection.kind == Kind.CATEGORY and selection.category is not None:
        category = selection.category
        return effective_matching({"categories": [{"scheme": category.scheme_id, "code": category.code}]})
    return effective_matching(selection.query) if selection.kind == Kind.QUERY else Resource.objects.none()


def _join(topic: Resource, resource_ids: Sequence[UUID], *, selection: TopicSelection | None) -> int:
    members = TopicMember.objects.filter(topic=topic)
    present = set(members.filter(resource_id__in=resource_ids).values_list("resource_id", flat=True))
    last = members.aggregate(last=Max("position"))["last"]
    start = 0 if last is None else last + 1
    new = [pk for pk in resource_ids if pk not in present]
    TopicMember.objects.bulk_create(
        TopicMember(topic=topic, resource_id=pk, selection=selection, position=start + place)
        for place, pk in enumerate(new)
    )
    return len(new)


def _leave_trace(actor: Actor, topic: Resource, deed: str, changed: int) -> None:
    if changed:
        record(actor, deed, topic, count=changed)
        announce(TopicMembersChanged(topic_id=topic.pk), actor_id=actor.id)
