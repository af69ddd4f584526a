"""Refused attempts are logged although what was attempted is rolled back (P7-02)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models, transaction

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import Conflict, NotAllowed


@contextmanager
def refusals_logged(actor: Actor, action: str, target: models.Model, **details: Any) -> Iterator[None]:
    """Record a refusal of what stands inside, in a transaction of its own, and let it go on to the caller.

    Stands outside of the transaction of the deed. What the database itself refuses becomes a `Conflict`.
    """
    try:
        yield
    except (NotAllowed, Conflict) as refusal:
        with transaction.atomic():
            record(actor, action, target, reason=refusal.message, code=refusal.code, **details)
        raise
    except IntegrityError as refusal:
        with transaction.atomic():
            record(actor, action, target, reason=str(refusal)[:300], code="refused-by-database", **details)
        raise Conflict from refusal
