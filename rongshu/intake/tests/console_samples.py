"""Records for intake's pages that show one: a run whose batch waits to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream
from rongshu.intake.actions.define_task import uploads_folder
from rongshu.intake.crawling import SavedPage, write_saved
from rongshu.intake.frontier import key_of
from rongshu.intake.models import (
    BatchSite,
    IntakeArticle,
    IntakeBatch,
    IntakePaper,
    IntakeRun,
    IntakeTask,
    IntakeTemplate,
    TaskRun,
)
from rongshu.intake.saved_pages import path_of_page
from rongshu.library.actions.admit import admit
from rongshu.library.actions.batches import close_batch, open_batch
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.sites.actions.create_site import create_site


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make a run with one piece in its batch; needs the demonstration's ranges."""
    EventStream.objects.get_or_create(pk=1)
    seed_standard()
    region = register_region(actor=Clock(), code="990011", name="示范旧城")
    owner = create_organization(
        actor=Clock(),
        name="示范旧城人民政府",
        credit_code=demonstration_credit_code("990011", 3),
        level="city",
        region=region,
    )
    site = create_site(
        actor=person, slug="old-town", name="示范旧城", sponsor=owner, region=region, type="department",
        admin_level="city", domain="old-town.localhost",
    )  # fmt: skip
    batch = open_batch(actor=person, kind="intake", source="http://old.example.cn/", target_site_id=site.pk)
    record = IncomingRecord(
        type_code="article", owner=owner, title="旧城改造进展情况", body_html="<p>旧城改造进展顺利。</p>",
        content_source="示范旧城人民政府", source_app="migration",
    )  # fmt: skip
    admission = admit(actor=person, record=record, batch=batch)
    run = IntakeRun.objects.create(
        site=site, source="http://old.example.cn/", batch=batch, started_by=person,
        phase=IntakeRun.Phase.WAITING,
    )  # fmt: skip
    run.refusals.create(url="http://old.example.cn/x.html", key="x", code="http-error", reason="网址打不开")
    article, template = _doubtful(run)
    close_batch(actor=person, batch=batch)
    one = {"run_id": run.pk}
    return {
        "intake-run": one,
        "intake-version": {**one, "version_id": admission.version_id},
        "intake-sign": one,
        "intake-return": one,
        "intake-resubmit": one,
        "intake-review": one,
        "intake-article": {**one, "article_id": article.pk},
        "intake-template": {**one, "pattern_id": template.pk},
        **dict.fromkeys(("intake-progress", "intake-survey", "intake-reconciliation", "intake-live"), one),
        "intake-paper": {**one, "paper_id": _paper(run).pk},
        "intake-batch": {"many_id": _many_sites(run).pk},
        **_tasks(run, person),
    }


def _paper(run: IntakeRun) -> IntakePaper:
    """Add the paper of a survey."""
    columns = [{"old": "政务公开 > 通知公告", "articles": 12}]
    content = {"source": run.source, "articles": 12, "columns": columns, "encodings": {"gb18030": 12}}
    return run.papers.create(kind="survey", content=content, digest="sha256:0", person=run.started_by)


def _tasks(run: IntakeRun, person: Person) -> dict[str, Mapping[str, Any]]:
    """Add a task over a file, read once, with a record that failed."""
    file = uploads_folder() / "sample.csv"
    file.write_text(
        "编号,标题,正文,时间,栏目\n1,旧城照明改造公告,<p>照明已经改造。</p>,某日,通知公告\n", encoding="utf-8"
    )
    fields = {"Title": "标题", "Content": {"field": "正文", "as": "html"}, "PubDate": "时间"}
    task = IntakeTask.objects.create(
        site=run.site, name="旧城文章库", kind="file", settings={"path": str(file), "key": "编号"},
        mapping={"type": "article", "fields": fields, "column": "栏目"}, state=IntakeTask.State.READ,
        created_by=person,
    )  # fmt: skip
    reading = IntakeRun.objects.create(
        site=run.site, source="task:旧城文章库", started_by=person, phase=IntakeRun.Phase.WAITING
    )
    TaskRun.objects.create(run=reading, task=task, expected=1, read_count=1)
    task.rows.create(
        key="1", title="旧城照明改造公告", run=reading, code="type-mismatch", reason="“某日”看不出是哪一天"
    )
    one = {"task_id": task.pk}
    names = ("intake-task", "intake-task-rows", "intake-task-source", "intake-task-mapping")
    return dict.fromkeys(names, one)


def _many_sites(run: IntakeRun) -> IntakeBatch:
    """Add a batch of two sites: one under way, one to come."""
    batch = IntakeBatch.objects.create(name="旧城第一批", table_digest="0" * 64, started_by=run.started_by)
    states = BatchSite.State
    batch.sites.create(
        position=1, source=run.source, site=run.site, owner=run.started_by, run=run, state=states.WAITING
    )
    batch.sites.create(
        position=2, source="http://more.example.cn/", site=run.site, owner=run.started_by,
        state=states.FAILED, code="source-silent", reason="来源网站没有响应",
    )  # fmt: skip
    return batch


def _doubtful(run: IntakeRun) -> tuple[IntakeArticle, IntakeTemplate]:
    """Add a page whose date was not found, with its saved copy and the rules of its template."""
    url = "http://old.example.cn/zwgk/12.html"
    page = "<html><body><h1>旧城供水通知</h1><p>旧城供水管线改造完成。</p></body></html>"
    found = {
        "title": "旧城供水通知", "published_at": None, "source": None, "author": None,
        "document_number": None, "body_text": "旧城供水管线改造完成。",
        "body_html": "<p>旧城供水管线改造完成。</p>", "attachments": [], "images": [],
        "column_path": ["通知公告"], "confidence": {"title": 0.9, "body": 0.5},
        "found_by": {"title": "heading-score", "body": "density"},
    }  # fmt: skip
    article = run.articles.create(
        position=0, url=url, key=key_of(url), extracted=found, shape="/*/0.html 0", review="open",
        anchors={"title": ["h1", ""]}, doubts=["published_at-missing", "body-unsure"], outcome="refused",
        code="published-at-missing", reason="缺少发布时间",
    )  # fmt: skip
    write_saved(path_of_page(run.pk, article.key), [SavedPage(url, "utf-8", page.encode())])
    template = run.templates.create(shape="/*/0.html 0", pages=12, sample=url)
    place = {"path": "div.mid/h1", "label": "", "share": 0.9, "pages": 11, "by": "learned"}
    shown = {"path": "div.ln", "label": "发布时间", "share": 0, "pages": 0, "by": "person"}
    rules = {"places": {"title": [place]}, "furniture_lines": ["本网站转载请注明出处"]}
    template.versions.create(number=1, rules=rules, reason="由 12 个页面归纳")
    rules["places"] = {"title": [place], "published_at": [shown]}
    template.versions.create(number=2, rules=rules, reason="更正发布时间", made_by=run.started_by)
    return article, template
