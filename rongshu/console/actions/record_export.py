"""Leave a trace of who took a list out of the platform."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.foundation.audit import record


def record_export(*, actor: Person, list_code: str, kind: str) -> None:
    """Record that the person exported a list."""
    with transaction.atomic():
        record(actor, "list.exported", actor, list=list_code, kind=kind)
