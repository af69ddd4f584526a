"""File the papers of a run: what each phase of the migration leaves behind (P1-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.queries.chain import root_of
from rongshu.intake.queries.execution import execution_of
from rongshu.intake.queries.survey import assessment_of, plan_of, survey_of
from rongshu.sites.models import Site

Kind = IntakePaper.Kind


def file_paper(*, actor: Person, run: IntakeRun, kind: str, content: Mapping[str, Any]) -> IntakePaper:
    """Keep a paper with the digest of its content, in the transaction of the caller; papers never change."""
    paper = IntakePaper(run=run, kind=kind, content=dict(content), digest=digest(content), person=actor)
    paper.save(force_insert=True)
    return paper


def file_survey(*, actor: Person, run: IntakeRun) -> None:
    """File survey, assessment and plan of a run that has read its source, once; later looks need none."""
    if run.follows_id or run.papers.filter(kind=Kind.PLAN).exists():
        return
    papers = {Kind.SURVEY: survey_of(run), Kind.ASSESSMENT: assessment_of(run), Kind.PLAN: plan_of(run)}
    with transaction.atomic():
        for kind, content in papers.items():
            file_paper(actor=actor, run=run, kind=kind, content=content)


def file_execution(*, actor: Person, run: IntakeRun) -> None:
    """File how a run was carried out, once: when, what became of its articles, and by whose approval."""
    root, content = root_of(run), execution_of(run)
    known = root.papers.filter(kind=Kind.EXECUTION).values_list("content", flat=True)
    if any(one["run"] == content["run"] for one in known):
        return
    with transaction.atomic():
        file_paper(actor=actor, run=root, kind=Kind.EXECUTION, content=content)


def file_trial(*, actor: Person, run: IntakeRun, test: IntakePaper) -> None:
    """Note that a tested run is on trial: where it is to be looked at, by which report."""
    root = root_of(run)
    content = {
        "addresses": [root.site.base_url],
        "old_hosts": root.old_hosts,
        "report": test.digest,
        "since": timezone.localtime(clock.now()).isoformat(timespec="seconds"),
    }
    with transaction.atomic():
        file_paper(actor=actor, run=root, kind=Kind.TRIAL, content=content)


def application_for(
    site: Site, *, source: str, applicant: Person, given: Mapping[str, str]
) -> dict[str, Any]:
    """Return the application form (DB37/T 4560.2, annex B): what is given, else what the site says."""
    form = {
        "网站名称": site.name,
        "网站标识码": site.identification_code,
        "主办单位": site.sponsor.name,
        "承办单位": site.operator,
        "联系方式": site.contact,
        "ICP备案编号": site.icp_number,
        "原网址": source,
        "新网址": site.base_url,
        "迁移内容": "全部栏目、文章、附件和图片，保留原网址",
        "迁移方式": "整站采集",
        "申请人": applicant.name,
        "申请日期": f"{clock.today():%Y-%m-%d}",
    }
    return {**form, **given}
