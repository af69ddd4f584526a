"""A run from its source to pages on disk: each phase may be cut off and is taken up where it stopped."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.db import OperationalError, transaction
from django.db.models import Count
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation import work
from rongshu.foundation.audit import record
from rongshu.foundation.leases import Lease, LeaseHeld, hold
from rongshu.foundation.worker import Drained, drain
from rongshu.intake.actions.admit_articles import admit_articles
from rongshu.intake.actions.approve_run import approval_of, approve_run, check_signers, needs_approval
from rongshu.intake.actions.file_papers import file_execution, file_survey, file_trial
from rongshu.intake.actions.keep_addresses import keep_addresses, keep_addresses_of_articles
from rongshu.intake.actions.learn_templates import learn_templates
from rongshu.intake.actions.place_articles import place_articles
from rongshu.intake.actions.prove_run import prove_run
from rongshu.intake.actions.read_records import read_records, reads_records
from rongshu.intake.actions.stop_run import go_on_after_stop, stopping
from rongshu.intake.collecting import collect, files_folder
from rongshu.intake.crawling import Politeness
from rongshu.intake.errors import DiskFull, PagesNotWritten, RunInProgress
from rongshu.intake.following import look_again
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.chain import root_of

__all__ = ["Conduct", "Politeness", "Progress", "carry_out", "silent"]

Phase = IntakeRun.Phase
READING = "读取"
Progress = Callable[[str, int, int], None]


def silent(phase: str, done: int, left: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Conduct:
    """Who runs it, who signs, how polite to be, whom to tell (phase, done, left; left is -1 when unknown).

    `write_pages` does the work that is left, or waits for who does it; it tells how much.
    """

    actor: Person
    signers: Sequence[Person] = ()
    politeness: Politeness = field(default_factory=Politeness)
    progress: Progress = silent
    write_pages: Callable[[Callable[[int], None]], Drained] = drain


def carry_out(run: IntakeRun, conduct: Conduct) -> IntakeRun:
    """Go on with a run until its pages are on disk, or until it waits for approval.

    Raise `RunInProgress` when another process is at it, `SourceSilent` when the source went away meanwhile,
    `DiskFull` when nothing more can be kept, `RunStopped` when somebody asked for it; in every case the run
    may be taken up again.
    """
    check_signers(run, conduct.signers)
    try:
        with hold(f"intake/{run.id}", seconds=900) as lease:
            run.refresh_from_db()
            go_on_after_stop(run)
            conduct = replace(conduct, progress=_renewing(lease, stopping(run), conduct.progress))
            while run.phase != Phase.FINISHED:
                lease.renew()
                before = run.phase
                _enter(run, _PHASES[Phase(before)](run, conduct), conduct.actor)
                if run.phase == Phase.WAITING:
                    break
    except LeaseHeld as held:
        raise RunInProgress from held
    except (OSError, OperationalError) as error:
        if _is_disk_full(error):
            raise DiskFull from error
        raise
    return run


def _is_disk_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return any(words in str(error) for words in ("disk is full", "No space left"))


def _renewing(lease: Lease, stop_if_asked: Callable[[], None], progress: Progress) -> Progress:
    def tell(phase: str, done: int, left: int) -> None:
        lease.renew()
        stop_if_asked()
        progress(phase, done, left)

    return tell


def _enter(run: IntakeRun, phase: Phase, actor: Person) -> None:
    with transaction.atomic():
        if phase == Phase.TESTING:  # what is tested is the finished work
            run.finished_at = timezone.now()
        if phase == Phase.FINISHED:
            outcomes = run.articles.values_list("outcome").annotate(count=Count("id")).order_by("outcome")
            record(actor, "intake.finished", run, site=run.site.slug, **dict(outcomes))
        run.phase = phase
        run.save(update_fields=["phase", "finished_at"])


def _crawl(run: IntakeRun, conduct: Conduct) -> Phase:
    if reads_records(run):
        read_records(run, progress=lambda done, left: conduct.progress(READING, done, left))
        return Phase.ADMITTING
    if run.follows_id:
        return _look_again(run, conduct)
    collect(
        run,
        politeness=conduct.politeness,
        progress=lambda done, left: conduct.progress(Phase.CRAWLING.label, done, left),
    )
    file_survey(actor=conduct.actor, run=run)
    return Phase.LEARNING


def _look_again(run: IntakeRun, conduct: Conduct) -> Phase:
    look_again(
        root_of(run),
        run,
        begin=lambda: run,
        politeness=conduct.politeness,
        progress=lambda done, left: conduct.progress(Phase.CRAWLING.label, done, left),
    )
    return Phase.LEARNING


def _learn(run: IntakeRun, conduct: Conduct) -> Phase:
    learn_templates(run, progress=lambda done, left: conduct.progress(Phase.LEARNING.label, done, left))
    return Phase.ADMITTING


def _admit(run: IntakeRun, conduct: Conduct) -> Phase:
    admit_articles(
        actor=conduct.actor,
        run=run,
        folder=files_folder(run),
        progress=lambda done: conduct.progress(Phase.ADMITTING.label, done, -1),
    )
    return Phase.APPROVING


def _approve(run: IntakeRun, conduct: Conduct) -> Phase:
    if not needs_approval(run):
        return Phase.PLACING
    approval = approve_run(
        actor=conduct.actor,
        run=run,
        signers=conduct.signers,
        progress=lambda done: conduct.progress(Phase.APPROVING.label, done, -1),
    )
    return Phase.WAITING if approval is None else Phase.PLACING


def _place(run: IntakeRun, conduct: Conduct) -> Phase:
    if needs_approval(run):
        keep_addresses_of_articles(actor=conduct.actor, run=run)
        place_articles(
            actor=conduct.actor,
            run=run,
            approval=approval_of(run),
            progress=lambda done: conduct.progress(Phase.PLACING.label, done, -1),
        )
    keep_addresses(actor=conduct.actor, run=run)
    return Phase.PUBLISHING


def _publish(run: IntakeRun, conduct: Conduct) -> Phase:
    drained = conduct.write_pages(lambda left: conduct.progress(Phase.PUBLISHING.label, 0, left))
    failed = work.failing().filter(partition=str(run.site_id)).first()
    if drained.errors or drained.left or failed:
        reasons = [*drained.errors, *([failed.last_error] if failed else []), f"待处理 {drained.left}"]
        raise PagesNotWritten(fields={"publishing": reasons[0][:200]})
    shutil.rmtree(files_folder(run), ignore_errors=True)
    run.addresses.exclude(links=[]).update(links=[])
    file_execution(actor=conduct.actor, run=run)
    return Phase.TESTING


def _test(run: IntakeRun, conduct: Conduct) -> Phase:
    conduct.progress(Phase.TESTING.label, 0, -1)
    file_trial(actor=conduct.actor, run=run, test=prove_run(actor=conduct.actor, run=run))
    return Phase.FINISHED


_PHASES: dict[Phase, Callable[[IntakeRun, Conduct], Phase]] = {
    Phase.CRAWLING: _crawl,
    Phase.LEARNING: _learn,
    Phase.ADMITTING: _admit,
    Phase.APPROVING: _approve,
    # A waiting run that is resumed asks again whether it may go on.
    Phase.WAITING: _approve,
    Phase.PLACING: _place,
    Phase.PUBLISHING: _publish,
    Phase.TESTING: _test,
}
