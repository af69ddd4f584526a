"""Let go of old messages: all that nobody will send any more, older than the log is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q

from rongshu.federation.models import Message
from rongshu.federation.trust_rules import span_in
from rongshu.foundation import clock
from rongshu.foundation.rules import rule_value

_PORTION: Final = 1000
_LEAST: Final = timedelta(days=183)
"""网络安全法 第二十一条: logs are kept for six months at least, whatever the rule says."""
# A pull that failed is not tried again as this message: the next one has a row of its own.
_TO_SEND: Final = Q(
    direction=Message.Direction.OUT, status__in=[Message.Status.WAITING, Message.Status.FAILED]
)


def trim_messages() -> int:
    """Delete one portion of messages older than the rule `federation.message_log` keeps; return how many.

    What still is to be sent stays, however old it is.
    """
    old = Message.objects.filter(~_TO_SEND, at__lt=clock.now() - kept_for()).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:_PORTION])
    Message.objects.filter(pk__in=keys).delete()
    return len(keys)


def kept_for() -> timedelta:
    """Return how long messages are kept."""
    return max(span_in(rule_value("federation.message_log")["keep"]), _LEAST)
