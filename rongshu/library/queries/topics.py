"""The members of a topic, in its order."""

from __future__ import annotations

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource
from rongshu.library.queries.visibility import visible


def topic_members(viewer: Viewer, topic: Resource) -> QuerySet[Resource]:
    """Return the effective, visible members of a topic in the order of their positions."""
    members = visible(viewer).filter(topics__topic=topic, status=Resource.Status.EFFECTIVE)
    return members.order_by("topics__position", "topics__pk")
