"""The installation: its identity as a node and the operator recorded at set-up."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.foundation.identifiers import new_id


class Installation(models.Model):
    """The single row that names this node; `node_id` is the origin of what is made here."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    node_id = models.UUIDField(default=new_id)
    name = models.CharField(max_length=100)
    operator_id = models.UUIDField(null=True)
    is_demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_single")]

    def __str__(self) -> str:
        return self.name
