"""Let go of old messages: what arrived, or was refused, longer ago than the log is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from rongshu.federation.models import Message
from rongshu.federation.trust_rules import span_in
from rongshu.foundation import clock
from rongshu.foundation.rules import rule_value

_PORTION: Final = 1000
_LEAST: Final = timedelta(days=183)
"""网络安全法 第二十一条: logs are kept for six months at least, whatever the rule says."""
_SETTLED: Final = (Message.Status.DONE, Message.Status.REFUSED)


def trim_messages() -> int:
    """Delete one portion of messages older than the rule `federation.message_log` keeps; return how many.

    What still is to be sent stays, however old it is.
    """
    old = Message.objects.filter(at__lt=clock.now() - kept_for(), status__in=_SETTLED).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:_PORTION])
    Message.objects.filter(pk__in=keys).delete()
    return len(keys)


def kept_for() -> timedelta:
    """Return how long messages are kept."""
    return max(span_in(rule_value("federation.message_log")["keep"]), _LEAST)
