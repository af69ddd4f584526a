"""Send messages again that did not arrive; a partner that has one already takes it once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.models import Message
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation import clock
from rongshu.foundation.audit import record


def send_again(*, actor: Person, message_ids: Sequence[UUID]) -> int:
    """Put outgoing messages at the head of the queue; return how many are sent again.

    What came in is left alone, and so is what has no body any more.
    """
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        rows = Message.objects.select_for_update().filter(
            pk__in=message_ids, direction=Message.Direction.OUT, body__isnull=False
        )
        found = list(rows)
        for message in found:
            message.status, message.next_try_at, message.attempts = Message.Status.WAITING, clock.now(), 0
            message.error_code = message.error = ""
            message.save(update_fields=["status", "next_try_at", "attempts", "error_code", "error"])
            record(actor, "federation.message-sent-again", message, kind=message.kind)
    return len(found)
