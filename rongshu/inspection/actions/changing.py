"""Telling every running process that dictionaries or exceptions have changed."""

from __future__ import annotations

import secrets
from typing import Final

from django.db.models import F

from rongshu.inspection.models import LexiconState

_LONGEST_STEP: Final = 1 << 20


def changed() -> None:
    """Count up the generation, in the caller's transaction.

    By a step that nobody can foresee (docs/decisions/0023): what a process kept under the number of a change
    that was rolled back is not taken for that of the change that came instead.
    """
    step = 1 + secrets.randbelow(_LONGEST_STEP)
    if not LexiconState.objects.filter(pk=1).update(generation=F("generation") + step):
        LexiconState.objects.get_or_create(pk=1, defaults={"generation": step})
