"""Remember which messages have been here, until they would be refused for their age."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from rongshu.federation.models import SeenNonce
from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import insert_row

_PORTION = 2000


class StoredNonces:
    """The store of nonces in the database: the same for every process, also after a crash."""

    def is_first(self, node: UUID, nonce: str, until: datetime) -> bool:
        """Remember a nonce; return False when it was known. Both at once: two copies can't both be first."""
        try:
            with transaction.atomic():
                insert_row(SeenNonce(node=node, nonce=nonce, until=until))
        except IntegrityError:
            return False
        return True


def forget_old_nonces() -> int:
    """Forget what would be refused for its age anyway, a portion at a time; return how many."""
    old = SeenNonce.objects.filter(until__lt=clock.now()).order_by("until").values_list("pk", flat=True)
    keys = list(old[:_PORTION])
    SeenNonce.objects.filter(pk__in=keys).delete()
    return len(keys)
