"""Telling every running process that dictionaries or exceptions have changed."""

from __future__ import annotations

from django.db.models import F

from rongshu.inspection.models import LexiconState


def changed() -> None:
    """Count up the generation, in the caller's transaction."""
    if not LexiconState.objects.filter(pk=1).update(generation=F("generation") + 1):
        LexiconState.objects.get_or_create(pk=1, defaults={"generation": 1})
