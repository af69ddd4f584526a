"""The message log, what waits in quarantine and what was confirmed: for who manages the federation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import Message, Quarantined, Receipt
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation.guards import get_one


def messages_for(viewer: Viewer) -> QuerySet[Message]:
    """Return the log of messages."""
    rows = Message.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()


def get_message_for(viewer: Viewer, message_id: UUID) -> Message:
    """Return one message, or raise `NotFound`."""
    return get_one(messages_for(viewer), pk=message_id)


def quarantined_for(viewer: Viewer) -> QuerySet[Quarantined]:
    """Return the records that could not come in."""
    rows = Quarantined.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()


def get_quarantined_for(viewer: Viewer, quarantined_id: UUID) -> Quarantined:
    """Return one of them, or raise `NotFound`."""
    return get_one(quarantined_for(viewer), pk=quarantined_id)


def receipts_for(viewer: Viewer) -> QuerySet[Receipt]:
    """Return what other nodes confirmed."""
    rows = Receipt.objects.select_related("partner")
    return rows if may_manage_federation(viewer) else rows.none()
