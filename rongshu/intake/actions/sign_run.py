"""Sign the batch of a waiting run; the last signature lets the run go on in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation.worker import Drained, drain, living_workers
from rongshu.intake.actions.approve_run import batch_of
from rongshu.intake.actions.carry_out import Conduct, carry_out
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.waiting_for_pages import wait_for_pages
from rongshu.library.actions.batches import reject_batch
from rongshu.library.actions.sign_batch import sign_batch
from rongshu.library.models import Approval

CARRY_ON: Final = "intake.carry-on"


def sign_run(*, actor: Person, run: IntakeRun, comment: str = "") -> LongWork | None:
    """Sign the next level of a run's batch; return the work that goes on with it after the last one."""
    approval = sign_batch(actor=actor, batch=batch_of(run), comment=comment)
    if approval.outcome != Approval.Outcome.APPROVED:
        return None
    # Who signs need not be allowed to place: what follows is the deed of who began the run.
    return _begin(actor, run, on_behalf_of=run.started_by)


def return_run(*, actor: Person, run: IntakeRun, reason: str) -> None:
    """Send a run's batch back: what it took in stays in the library as drafts."""
    reject_batch(actor=actor, batch=batch_of(run), reason=reason)


def resume_run(*, actor: Person, run: IntakeRun) -> LongWork:
    """Go on with a run that was cut off, in the background."""
    require(may_run_intake(viewer_for(actor), run.site))
    return _begin(actor, run, on_behalf_of=actor)


def carry_on(hand: WorkInHand) -> str:
    """Go on with a run until its pages are there; the way of this kind of long work."""
    run = IntakeRun.objects.select_related("site").get(pk=hand.payload["run"])
    address = reverse("intake-run", args=[run.pk])

    def tell(phase: str, done: int, left: int) -> None:
        hand.advance(done, done + left if left >= 0 else None, phase)

    def write_pages(tell_left: Callable[[int], None]) -> Drained:
        # Beside a worker at work the pages are its matter; draining here would do everybody's work.
        return wait_for_pages(str(run.site_id), tell_left) if living_workers() else drain(tell_left)

    actor = Person.objects.get(pk=hand.payload["on_behalf_of"])
    carry_out(run, Conduct(actor, progress=tell, write_pages=write_pages))
    return address


def _begin(actor: Person, run: IntakeRun, *, on_behalf_of: Person) -> LongWork:
    title = f"采集：{run.source} → {run.site.name}"
    payload = {"run": str(run.pk), "on_behalf_of": str(on_behalf_of.pk)}
    return begin_work(actor=actor, kind=CARRY_ON, title=title, payload=payload, unit="篇")
