"""Ask a run to stop: it stops at its next step, wherever it is carried out, and may be taken up again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.intake.errors import RunStopped
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake

_LOOKS_EVERY: Final = 1.0


def stop_run(*, actor: Person, run: IntakeRun) -> None:
    """Ask a run to stop; what it has brought stays. Nothing happens when it has ended."""
    require(may_run_intake(viewer_for(actor), run.site))
    with transaction.atomic():
        run = IntakeRun.objects.select_for_update().get(pk=run.pk)
        if run.phase in {IntakeRun.Phase.FINISHED, IntakeRun.Phase.WAITING} or run.stop_asked_at:
            return
        run.stop_asked_at = clock.now()
        run.save(update_fields=["stop_asked_at"])
        record(actor, "intake.stop-asked", run)


def go_on_after_stop(run: IntakeRun) -> None:
    """Forget an earlier wish to stop: the run is taken up again."""
    if run.stop_asked_at is not None:
        run.stop_asked_at = None
        run.save(update_fields=["stop_asked_at"])


def stopping(run: IntakeRun) -> Callable[[], None]:
    """Return a look whether the run is to stop, taken once a second at most; it raises `RunStopped`."""
    looked_at = time.monotonic()

    def look() -> None:
        nonlocal looked_at
        if time.monotonic() - looked_at < _LOOKS_EVERY:
            return
        looked_at = time.monotonic()
        if IntakeRun.objects.filter(pk=run.pk, stop_asked_at__isnull=False).exists():
            raise RunStopped

    return look
