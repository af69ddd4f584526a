"""Turn the old hosts of a migration over to the new site, and back."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.intake.actions.file_papers import file_paper
from rongshu.intake.errors import NotSwitched, ReportNotClean, RunNotFinished, RunNotTested, RunSwitched
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.queries.chain import root_of
from rongshu.intake.queries.papers import newest_paper
from rongshu.intake.queries.standing import is_tested_since_last_change
from rongshu.sites.actions.turn_over_hosts import turn_back_hosts, turn_over_hosts

Kind = IntakePaper.Kind


def switch_run(*, actor: Person, run: IntakeRun, despite: str = "") -> IntakePaper:
    """Let the old addresses answer from now on: 301 to the new page, or 410.

    Raise `RunNotTested` without a test report newer than the last change, `ReportNotClean` where it has
    blocking findings and no reason is given to go live despite them, `RunNotFinished`, `RunSwitched`.
    """
    root = root_of(run)
    require(may_run_intake(viewer_for(actor), root.site))
    with transaction.atomic():
        root = IntakeRun.objects.select_for_update().select_related("site").get(pk=root.pk)
        if root.is_switched:
            raise RunSwitched
        if root.phase != IntakeRun.Phase.FINISHED:
            raise RunNotFinished
        test = newest_paper(root, Kind.TEST)
        if not despite:
            _require_clean(root, test)
        hosts = turn_over_hosts(actor=actor, site=root.site, hosts=root.old_hosts)
        root.is_switched = True
        root.save(update_fields=["is_switched"])
        content = {
            "hosts": root.old_hosts,
            "turned_over": hosts,
            "report": test.digest if test else "",
            "despite": despite,
        }
        paper = file_paper(actor=actor, run=root, kind=Kind.LIVE, content=content)
        record(actor, "intake.switched", root, after=paper.digest, hosts=root.old_hosts, reason=despite)
    return paper


def switch_back(*, actor: Person, run: IntakeRun, reason: str = "") -> IntakePaper:
    """Let the old addresses answer no more, at once; what was taken over stays. Raise `NotSwitched`."""
    root = root_of(run)
    require(may_run_intake(viewer_for(actor), root.site))
    with transaction.atomic():
        root = IntakeRun.objects.select_for_update().select_related("site").get(pk=root.pk)
        if not root.is_switched:
            raise NotSwitched
        hosts = turn_back_hosts(actor=actor, site=root.site, hosts=root.old_hosts)
        for one in IntakeRun.objects.filter(site=root.site, is_switched=True):
            if set(one.old_hosts) & set(root.old_hosts):  # an earlier migration from the same hosts
                one.is_switched = False
                one.save(update_fields=["is_switched"])
        content = {"hosts": hosts, "reason": reason}
        paper = file_paper(actor=actor, run=root, kind=Kind.BACK, content=content)
        record(actor, "intake.switched-back", root, after=paper.digest, hosts=hosts, reason=reason)
    return paper


def _require_clean(root: IntakeRun, test: IntakePaper | None) -> None:
    if test is None or not is_tested_since_last_change(root, test):
        raise RunNotTested(
            "这个迁移任务还没有测试报告，或出具报告后内容有变化；"
            f"请先运行 rongshu intake report {root.pk} --renew。"
        )
    if not test.content["is_clean"]:
        blocking = [one for one in test.content["findings"] if one["level"] == "blocking"]
        raise ReportNotClean(fields={one["code"]: f"{one['message']}（{one['count']}）" for one in blocking})
