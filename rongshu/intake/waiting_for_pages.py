"""Waiting for the pages of a site while the worker writes them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from rongshu.foundation import work
from rongshu.foundation.consumers import have_followed
from rongshu.foundation.models import Event, Work
from rongshu.foundation.stream import stream
from rongshu.foundation.worker import Drained

_LOOKS_EVERY: Final = 0.5


def wait_for_pages(partition: str, tell: Callable[[int], None]) -> Drained:
    """Wait until the worker has followed what was changed, and written the pages of a site."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    while newest and Event.objects.filter(number__isnull=True, pk__lte=newest).exists():
        _rest(tell, -1)
    changed_until = stream().last_number
    waiting = Work.objects.filter(partition=partition, attempts=0)
    while not have_followed(changed_until) or waiting.exists():
        _rest(tell, waiting.count())
    return Drained(work.failing().filter(partition=partition).count(), 0)


def _rest(tell: Callable[[int], None], left: int) -> None:
    tell(left)
    time.sleep(_LOOKS_EVERY)
