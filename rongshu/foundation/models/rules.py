"""Thresholds, deadlines and word lists as data, with an effective date and a source."""

from __future__ import annotations

from django.db import models

from rongshu.foundation.identifiers import new_id


class RuleValue(models.Model):
    """The value of one rule from a day on, for everyone or for one organisation.

    JSON null for an organisation: from this day on it follows everyone's value again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=80)
    organization_id = models.UUIDField(null=True)
    effective_on = models.DateField()
    value = models.JSONField()
    source = models.CharField(max_length=300)
    is_verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "organization_id", "effective_on"],
                name="rule_once_per_day",
                nulls_distinct=False,
            ),
            # SQLite knows no other way to say that a missing organisation equals a missing one.
            models.UniqueConstraint(
                fields=["code", "effective_on"],
                condition=models.Q(organization_id__isnull=True),
                name="rule_for_everyone_once_per_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.effective_on}"
