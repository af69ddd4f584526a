"""Keep what was taken over in step with a source that goes on being updated, until the switch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput, RongshuError
from rongshu.foundation.holders import this_process
from rongshu.foundation.leases import Lease, LeaseHeld, hold
from rongshu.foundation.worker import living_workers
from rongshu.intake.actions.carry_out import Conduct, carry_out
from rongshu.intake.actions.start_run import start_run
from rongshu.intake.crawling import Politeness
from rongshu.intake.errors import RunInProgress, RunNotFinished, RunSwitched
from rongshu.intake.following import look_again
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import root_of
from rongshu.intake.waiting_for_pages import wait_for_pages

Phase = IntakeRun.Phase
SHORTEST: Final = 5
"""Minutes between two looks, at least: the old server is somebody else's."""

log = structlog.get_logger("rongshu.intake")


def follow_run(*, run: IntakeRun, conduct: Conduct) -> IntakeRun | None:
    """Look at the source once; return the pass that brings what is new or changed, None where nothing is.

    A pass that waits for approval or was cut off is gone on with first. Raise `RunNotFinished`,
    `RunSwitched`, `RunInProgress`, `SourceSilent`.
    """
    root = root_of(run)
    require(may_run_intake(viewer_for(conduct.actor), root.site))
    root.refresh_from_db()
    _require_followable(root)
    with _alone_at(root) as lease:
        pass_ = root.passes.exclude(phase=Phase.FINISHED).order_by("started_at").first()
        if pass_ is None or pass_.phase == Phase.CRAWLING:
            pass_ = _look(root, pass_, conduct, lease)
    if pass_ is not None:
        pass_ = carry_out(IntakeRun.objects.select_related("site", "batch").get(pk=pass_.pk), conduct)
    IntakeRun.objects.filter(pk=root.pk).update(followed_at=clock.now())
    return pass_


def keep_following(*, actor: Person, run: IntakeRun, every: int | None) -> None:
    """Let the worker look at the source every so many minutes until the switch; None: no more."""
    root = root_of(run)
    require(may_run_intake(viewer_for(actor), root.site))
    if every is not None and every < SHORTEST:
        raise InvalidInput(f"同步间隔至少 {SHORTEST} 分钟，请改大后重试。", fields={"every": str(every)})
    if every is not None:
        _require_followable(root)
    with transaction.atomic():
        root = IntakeRun.objects.select_for_update().get(pk=root.pk)
        root.follow_every = every
        root.save(update_fields=["follow_every"])
        record(actor, "intake.following", root, every=every or 0)


def follow_due() -> bool:
    """Look at the source of the run that is most overdue; the duty of the worker, and of nobody else."""
    if not _is_worker():  # a command that drains the work does not crawl
        return False
    run = next((one for one in _followed() if _is_due(one)), None)
    if run is None:
        return False
    conduct = Conduct(
        run.started_by,
        politeness=Politeness(per_second=run.per_second),
        write_pages=lambda tell: wait_for_pages(str(run.site_id), tell),
    )
    try:
        follow_run(run=run, conduct=conduct)
    except RongshuError as error:
        log.warning("following-failed", run=str(run.pk), code=error.code, reason=error.message)
        IntakeRun.objects.filter(pk=run.pk).update(followed_at=clock.now())
    return True


def _look(root: IntakeRun, pass_: IntakeRun | None, conduct: Conduct, lease: Lease) -> IntakeRun | None:
    def begin() -> IntakeRun:
        return start_run(
            actor=conduct.actor,
            site=root.site,
            source=root.source,
            allowed_hosts=root.allowed_hosts,
            mapping=root.mapping,
            follows=root,
            per_second=root.per_second,
        )

    def tell(done: int, left: int) -> None:
        lease.renew()
        conduct.progress(Phase.CRAWLING.label, done, left)

    found = look_again(root, pass_, begin=begin, politeness=conduct.politeness, progress=tell)
    if found is not None:
        IntakeRun.objects.filter(pk=found.pk, phase=Phase.CRAWLING).update(phase=Phase.LEARNING)
    return found


@contextmanager
def _alone_at(root: IntakeRun) -> Iterator[Lease]:
    try:
        with hold(f"intake/{root.id}", seconds=900) as lease:
            yield lease
    except LeaseHeld as held:
        raise RunInProgress from held


def _require_followable(root: IntakeRun) -> None:
    if root.is_switched:
        raise RunSwitched("旧主机已经切换到本平台，旧网址由本平台回答，不再同步。")
    if root.phase != Phase.FINISHED:
        raise RunNotFinished


def _followed() -> list[IntakeRun]:
    runs = IntakeRun.objects.filter(follow_every__isnull=False, is_switched=False, phase=Phase.FINISHED)
    return list(runs.select_related("site", "started_by").order_by("followed_at"))


def _is_due(run: IntakeRun) -> bool:
    since = run.followed_at or run.finished_at or run.started_at
    if run.passes.filter(phase=Phase.WAITING).exists():
        return False  # what was brought waits for its signatures: first those
    return clock.now() - since >= timedelta(minutes=run.follow_every or 0)


def _is_worker() -> bool:
    mine = this_process()
    return any(lease.holder.startswith(mine) for lease in living_workers())
