"""The editable table of holidays and make-up working days (调休)."""

from __future__ import annotations

from django.db import models


class CalendarYear(models.Model):
    """A year and the official notice its days come from; without a notice it is provisional."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    notice = models.CharField(max_length=300, blank=True)
    is_provisional = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday on a weekday or a working weekend."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
