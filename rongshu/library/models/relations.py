"""Relations between resources, and topics (专题)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models.classification import Category
from rongshu.library.models.resources import Resource


class ResourceRelation(models.Model):
    """`source` stands in a relation to `target`; shown on both pages."""

    class Kind(models.TextChoices):
        INTERPRETS = "interprets", "解读"
        AMENDS = "amends", "修改"
        ABOLISHES = "abolishes", "废止"
        REPLACES = "replaces", "替代"
        BASED_ON = "based-on", "依据"
        NEAR_DUPLICATE = "near-duplicate", "近似"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="relations_from")
    target = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="relation_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="relation_not_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class TopicSelection(models.Model):
    """How a topic (a resource of type topic) gathers its members: by query, category or hand."""

    class Kind(models.TextChoices):
        QUERY = "query", "按条件"
        CATEGORY = "category", "按分类"
        HAND = "hand", "人工"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="selections")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    query = models.JSONField(default=dict)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.topic_id} {self.kind}"


class TopicMember(models.Model):
    """A resource belongs to a topic, chosen by hand or kept in step by a selection."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="members")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="topics")
    selection = models.ForeignKey(TopicSelection, on_delete=models.CASCADE, null=True, related_name="members")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "resource"], name="topic_member_once")]

    def __str__(self) -> str:
        return f"{self.resource_id} ∈ {self.topic_id}"
