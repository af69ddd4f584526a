"""Marks that change whenever one of a group of tables does."""

from __future__ import annotations

from django.db import models


class ChangeMark(models.Model):
    """The present state of a group of tables by name. Never equal again to a mark of another state.

    Triggers write it (foundation/change_marks.py); a mark taken back with its transaction never recurs.
    """

    group = models.CharField(primary_key=True, max_length=40)
    mark = models.CharField(max_length=36)

    def __str__(self) -> str:
        return f"{self.group} {self.mark}"
