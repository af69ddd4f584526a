"""Sign the batch of a waiting run; the last signature lets the run go on in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation.audit import record
from rongshu.foundation.worker import Drained, drain, living_workers
from rongshu.intake.actions.approve_run import batch_of
from rongshu.intake.actions.carry_batch import settle_run
from rongshu.intake.actions.carry_out import Conduct, Politeness, carry_out
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.waiting_for_pages import wait_for_pages
from rongshu.library.actions.batches import close_batch, reject_batch
from rongshu.library.actions.reopen_batch import reopen_batch
from rongshu.library.actions.sign_batch import sign_batch
from rongshu.library.errors import BatchNotWaiting
from rongshu.library.models import Approval, ApprovalBatch

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


def resubmit_run(*, actor: Person, run: IntakeRun, reason: str) -> None:
    """Put a batch that was sent back up for signing again, from the first level; `reason` says what was done.

    What was corrected meanwhile is in it; what nobody wants is recycled in the library beforehand. Raise
    `BatchNotWaiting` for one that was not sent back.
    """
    require(may_run_intake(viewer_for(actor), run.site))
    with transaction.atomic():
        batch = batch_of(run)
        if batch.status != ApprovalBatch.Status.REJECTED:
            raise BatchNotWaiting("本批没有被退回，不需要重新送审，请刷新后查看。")
        reopen_batch(actor=actor, batch=batch, reason=reason)
        batch = close_batch(actor=actor, batch=batch)
        record(actor, "intake.resubmitted", run, after=batch.manifest_digest, reason=reason)


def resume_run(*, actor: Person, run: IntakeRun) -> LongWork:
    """Go on with a run that was cut off, in the background."""
    require(may_run_intake(viewer_for(actor), run.site))
    return _begin(actor, run, on_behalf_of=actor)


def carry_on(hand: WorkInHand) -> str:
    """Go on with a run until its pages are there; the way of this kind of long work."""
    run = IntakeRun.objects.select_related("site").get(pk=hand.payload["run"])
    address = reverse("intake-run", args=[run.pk])
    actor = Person.objects.get(pk=hand.payload["on_behalf_of"])
    carry_out(run, conduct_in_hand(hand, run, actor))
    settle_run(actor=actor, run=run)
    return address


def conduct_in_hand(hand: WorkInHand, run: IntakeRun, actor: Person) -> Conduct:
    """Return how a run is carried out as long work of the back office."""

    def tell(phase: str, done: int, left: int) -> None:
        hand.advance(done, done + left if left >= 0 else None, phase)

    def write_pages(tell_left: Callable[[int], None]) -> Drained:
        # Beside a worker at work the pages are its matter; draining here would do everybody's work.
        return wait_for_pages(str(run.site_id), tell_left) if living_workers() else drain(tell_left)

    return Conduct(
        actor, politeness=Politeness(per_second=run.per_second), progress=tell, write_pages=write_pages
    )


def _begin(actor: Person, run: IntakeRun, *, on_behalf_of: Person) -> LongWork:
    title = f"采集：{run.source} → {run.site.name}"
    payload = {"run": str(run.pk), "on_behalf_of": str(on_behalf_of.pk)}
    return begin_work(actor=actor, kind=CARRY_ON, title=title, payload=payload, unit="篇")
