"""Carry out a batch: some sites at a time, each in a process of its own, until every site has its report."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.leases import Lease, LeaseHeld, hold
from rongshu.intake.actions.plan_rules import plan_rules
from rongshu.intake.actions.sign_off import sign_off
from rongshu.intake.actions.start_run import start_run
from rongshu.intake.errors import RunInProgress
from rongshu.intake.extraction import TemplateRules
from rongshu.intake.models import BatchSite, IntakeBatch, IntakeRun
from rongshu.intake.queries.batches import batch_report

State = BatchSite.State
_LOOKS_EVERY: Final = 0.5
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG, sys/prctl.h
_REFUSAL: Final = re.compile(r"^(?P<sentence>.+)（(?P<code>[a-z0-9-]+)）$")

Look = Callable[[IntakeBatch], None]


@dataclass(frozen=True)
class BatchConduct:
    """Who carries the batch out, who signs, how polite to be to each site, how many sites at once."""

    actor: Person
    signers: tuple[str, ...] = ()
    per_second: float | None = 5.0
    at_once: int = 2
    look: Look = field(default=lambda batch: None)


def carry_batch(batch: IntakeBatch, conduct: BatchConduct) -> IntakeBatch:
    """Take over every site that is due and not finished; may be cut off anywhere and called again.

    A site that fails does not hold up the others: it keeps its reason, and the next call goes on with it.
    Raise `RunInProgress` while another process carries the batch out.
    """
    with _alone(batch) as lease, ExitStack() as stack:
        _settle_ended(batch, conduct.actor)
        waiting = list(_due(batch))
        running: list[_Taking] = []
        while waiting or running:
            lease.renew()
            while waiting and len(running) < conduct.at_once:
                running.append(stack.enter_context(_taking(waiting.pop(0), conduct)))
            for one in [one for one in running if one.process.poll() is not None]:
                running.remove(one)
                _settle(one.site, conduct.actor, *one.reason())
            conduct.look(batch)
            if running:
                time.sleep(_LOOKS_EVERY)
        _finish(batch, conduct.actor)
    conduct.look(batch)
    return batch


@dataclass
class _Taking:
    """A process that takes over one site."""

    site: BatchSite
    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def reason(self) -> tuple[str, str]:
        """Return (code, sentence) of what a process that failed said; ("", "") when it did not fail."""
        if self.process.returncode == 0:
            return "", ""
        self.said.seek(0)
        lines = self.said.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        for line in reversed(lines):
            if match := _REFUSAL.match(line.strip()):
                return match["code"], match["sentence"][:500]
        return "process-ended", f"进程意外结束（{self.process.returncode}）：{lines[-1] if lines else ''}"[
            :500
        ]


@contextmanager
def _taking(site: BatchSite, conduct: BatchConduct) -> Iterator[_Taking]:
    run = _run_of(site, conduct)
    command = [sys.executable, "-m", "rongshu.project.cli", "intake", "run", "--resume", str(run.pk)]
    command += ["--as", conduct.actor.handle, "--rate", str(conduct.per_second or 0)]
    command += ["--approved-by", ",".join(conduct.signers)] if conduct.signers else []
    folder = Path(settings.DATA_FOLDER) / "intake"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{run.pk}.log").open("w+b") as said:
        process = subprocess.Popen(
            [*command, "--report", os.devnull],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, no lock is taken
        )
        try:
            yield _Taking(site, process, said)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    (folder / f"{run.pk}.log").unlink(missing_ok=True)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _run_of(site: BatchSite, conduct: BatchConduct) -> IntakeRun:
    """Return the site's run, begun in the same transaction that names it: a kill doubles none."""
    with transaction.atomic():
        site = BatchSite.objects.select_for_update().select_related("site").get(pk=site.pk)
        run = site.run or _begin(site, conduct)
        site.run, site.state, site.code, site.reason = run, State.RUNNING, "", ""
        site.save(update_fields=["run", "state", "code", "reason"])
    return run


def _begin(site: BatchSite, conduct: BatchConduct) -> IntakeRun:
    run = start_run(
        actor=conduct.actor,
        site=site.site,
        source=site.source,
        allowed_hosts=site.allowed_hosts,
        mapping=site.mapping,
        application={"负责人": site.owner.name, "迁移日期": str(site.due_on or "")},
        per_second=conduct.per_second,
    )
    rules = {shape: TemplateRules.of(written) for shape, written in site.rules.items()}
    plan_rules(actor=conduct.actor, run=run, rules=rules)
    return run


def _settle(site: BatchSite, actor: Person, code: str, reason: str) -> None:
    """Write down how the process of a site ended; a finished and clean one is signed off."""
    site.refresh_from_db()
    run = site.run
    if run is None:
        return
    run.refresh_from_db()
    ends = {IntakeRun.Phase.FINISHED: State.FINISHED, IntakeRun.Phase.WAITING: State.WAITING}
    site.state = ends.get(IntakeRun.Phase(run.phase), State.FAILED)
    if site.state == State.FAILED:
        site.code, site.reason = code or "process-ended", reason or "进程意外结束，请再次执行本批次。"
    else:
        site.code, site.reason = "", ""
    with transaction.atomic():
        site.save(update_fields=["state", "code", "reason"])
        if site.state == State.FINISHED:
            sign_off(actor=actor, run=run)


def settle_run(*, actor: Person, run: IntakeRun) -> None:
    """Note in its batch how a run stands that was carried on elsewhere, as after the last signature.

    Whoever signs the last site of a batch ends the batch: nobody has to give its table again for that.
    """
    site = BatchSite.objects.select_related("batch").filter(run=run).exclude(state=State.FINISHED).first()
    if site is None:
        return
    with suppress(RunInProgress), _alone(site.batch):  # who carries the batch out settles it himself
        _settle(site, actor, "", "")
        _finish(site.batch, actor)


def _settle_ended(batch: IntakeBatch, actor: Person) -> None:
    """After a kill: what ended without anybody writing it down."""
    for site in batch.sites.filter(state__in=[State.RUNNING, State.WAITING], run__isnull=False):
        _settle(site, actor, "", "")


def _due(batch: IntakeBatch) -> Iterator[BatchSite]:
    rows = batch.sites.exclude(state=State.FINISHED)
    due = rows.filter(Q(due_on__isnull=True) | Q(due_on__lte=clock.today()))
    yield from due.select_related("site").order_by("position")


def _finish(batch: IntakeBatch, actor: Person) -> None:
    """Keep the report of the batch; it is finished when every site is."""
    report = batch_report(batch)
    with transaction.atomic():
        batch.report, batch.report_digest = report, digest(report)
        if report["is_finished"] and batch.finished_at is None:
            batch.finished_at = clock.now()
            record(actor, "intake-batch.finished", batch, after=batch.report_digest)
        batch.save(update_fields=["report", "report_digest", "finished_at"])


@contextmanager
def _alone(batch: IntakeBatch) -> Iterator[Lease]:
    try:
        with hold(f"intake-batch/{batch.pk}", seconds=300) as lease:
            yield lease
    except LeaseHeld as held:
        raise RunInProgress("这个批次正由另一个进程执行，请等它结束或停止后再继续。") from held
