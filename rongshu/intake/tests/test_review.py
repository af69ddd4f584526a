"""The review list: what is missing or unsure, corrected beside the saved page for all pages of a template."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.models import LongWork
from rongshu.console.progress import do_waiting_work
from rongshu.intake.models import IntakeArticle, IntakeRules, IntakeRun
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite
from rongshu.library.models import Resource
from rongshu.publishing.tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]
_TEXT = "全市上下要认真贯彻落实会议精神，压实责任，细化举措，确保各项任务按期完成，把工作落到实处。"
PAGES = 6


def _page(number: int) -> str:
    """An article whose date no general rule can read, and whose source bears no label."""
    return f"""<html><head><title>关于第{number}批防汛物资储备工作的通知</title></head><body>
      <div class="nav"><a href="/">首页</a></div>
      <div class="mid"><h1>关于第{number}批防汛物资储备工作的通知</h1>
      <div class="ln">示范市第{number}应急中心</div><div class="no">发 布 日：一五年三月{number}日</div>
      <div class="when">归档 2015-03-{number + 10:02d} 09:{number:02d}:00 第 {number} 卷</div>
      <div class="tx"><p>第{number}批物资已经到位，共{number}00件。{_TEXT}</p>
      {f"<p>{_TEXT}</p>" * (12 + number)}</div></div></body></html>"""


@pytest.fixture
def waiting(world: World, run_intake: RunIntake) -> IntakeRun:
    """A run over pages whose dates stand in no usual place: there is nothing to approve as yet."""
    with OldSite() as site:
        links = "".join(f'<li><a href="/tz/{n}.html">第{n}批</a></li>' for n in range(1, PAGES + 1))
        site.page("/", f"<html><body><ul>{links}</ul></body></html>")
        for number in range(1, PAGES + 1):
            # Far from the title: behind the body, where no general rule looks for a date.
            page = _page(number)
            start, end = page.index('<div class="when">'), page.index('<div class="tx">')
            when = page[start:end]
            site.page(f"/tz/{number}.html", page.replace(when, "").replace("</body>", f"{when}</body>"))
        run_intake(site.url + "/", approved_by="")
    return IntakeRun.objects.get()


def _operator(world: World) -> ConsoleClient:
    return sign_in(ConsoleClient(), world.library.operator)


def test_what_has_no_date_is_listed_and_never_given_the_day_of_the_run(
    waiting: IntakeRun, world: World
) -> None:
    rows = list(waiting.articles.all())
    assert len(rows) == PAGES
    assert {(row.outcome, row.review) for row in rows} == {("refused", "open")}
    assert all("published_at-missing" in row.doubts and row.code for row in rows)
    assert not Resource.objects.exists()
    client, address = _operator(world), reverse("intake-review", args=[waiting.pk])
    shown = "关于第3批防汛物资储备工作的通知"
    assert shown in client.get(address, {"doubt": "published_at-missing"}).content.decode()
    assert shown not in client.get(address, {"doubt": "title-missing"}).content.decode()


def test_one_correction_betters_the_rule_for_all_pages_of_the_template(
    waiting: IntakeRun, world: World
) -> None:
    client = _operator(world)
    article = waiting.articles.get(url__endswith="/tz/3.html")
    address = reverse("intake-article", args=[waiting.pk, article.pk])
    page = client.get(address)
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    saved = client.get(reverse("intake-saved-page", args=[waiting.pk, article.pk]))
    assert "归档 2015-03-13 09:03:00" in saved.content.decode()
    assert "<script" not in saved.content.decode()
    assert "sandbox" in saved["Content-Security-Policy"]

    said = {"title": article.extracted["title"], "published_at": "2015-03-13 09:03"}
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    preview = client.post(correct, said).content.decode()
    assert f"这个模板有 {PAGES} 个网页，其中 {PAGES} 个会变" in preview
    assert "2015-03-15 09:05" in preview
    assert IntakeRules.objects.count() == 1  # a preview changes nothing

    answer = client.post(correct, {**said, "step": "template"})
    assert answer.status_code == 302
    assert do_waiting_work()
    assert LongWork.objects.latest("created_at").status == "done", LongWork.objects.latest("created_at").note
    rows = {row.url[-6]: row for row in waiting.articles.all()}
    assert {row.outcome for row in rows.values()} == {"stored"}
    assert rows["5"].extracted["published_at"] == "2015-03-15 09:05"
    assert rows["5"].extracted["found_by"]["published_at"] == "template-rule"
    assert not rows["5"].doubts
    assert rows["3"].review == IntakeArticle.Review.CORRECTED
    waiting.refresh_from_db()
    assert waiting.batch is not None
    assert (waiting.batch.status, waiting.batch.item_count) == ("waiting", PAGES)
    rules = IntakeRules.objects.get(number=2)
    assert rules.made_by == world.library.operator


def test_what_is_stored_already_is_admitted_as_a_new_version(waiting: IntakeRun, world: World) -> None:
    client = _operator(world)
    article = waiting.articles.get(url__endswith="/tz/3.html")
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    client.post(correct, {"published_at": "2015-03-13", "step": "template"})
    assert do_waiting_work()
    waiting.refresh_from_db()
    before = waiting.batch.manifest_digest if waiting.batch else ""
    client.post(correct, {"source": "示范市第3应急中心", "step": "template"})
    assert do_waiting_work()
    waiting.refresh_from_db()
    assert waiting.batch is not None
    assert waiting.batch.manifest_digest not in {before, ""}
    assert waiting.batch.status == "waiting"
    assert waiting.batch.item_count == PAGES, "what was replaced is not signed for"
    newest = set(Resource.objects.values_list("working_version_id", flat=True))
    assert {UUID(one) for one in waiting.batch.sample} == newest
    resources = Resource.objects.select_related("working_version")
    assert resources.count() == PAGES
    sources = {one.working_version.content_source for one in resources if one.working_version}
    assert sources == {f"示范市第{number}应急中心" for number in range(1, PAGES + 1)}


def test_a_correction_for_one_page_leaves_the_others_alone(waiting: IntakeRun, world: World) -> None:
    client = _operator(world)
    article = waiting.articles.get(url__endswith="/tz/2.html")
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    client.post(correct, {"published_at": "2014-01-02", "step": "page"})
    assert do_waiting_work()
    assert waiting.articles.filter(outcome="stored").get() == article
    assert IntakeRules.objects.count() == 1
    article.refresh_from_db()
    assert article.extracted["published_at"] == "2014-01-02"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"published_at": "下周三"}, "请写成 2021-03-05"),
        ({}, "还没有更正任何一项"),
        ({"body_block": "99999"}, "没有可作正文的内容"),
        ({"title": "长" * 201}, "200"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(
    waiting: IntakeRun, world: World, said: dict[str, str], problem: str
) -> None:
    article = waiting.articles.order_by("pk")[0]
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    answer = _operator(world).post(correct, {**said, "step": "template"})
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    article.refresh_from_db()
    assert article.corrections == {}
    assert not LongWork.objects.exists()


def test_what_is_approved_is_corrected_by_a_pass_that_is_signed_again(
    waiting: IntakeRun, world: World, run_intake: RunIntake
) -> None:
    client = _operator(world)
    article = waiting.articles.get(url__endswith="/tz/3.html")
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    client.post(correct, {"published_at": "2015-03-13", "step": "template"})
    assert do_waiting_work()
    run_intake(resume=str(waiting.pk))
    before = dict(Resource.objects.values_list("pk", "effective_version_id"))
    assert None not in before.values()

    page = client.get(reverse("intake-article", args=[waiting.pk, article.pk])).content.decode()
    assert "更正另成一批" in page
    client.post(correct, {"source": "示范市第3应急中心", "step": "template"})
    assert do_waiting_work()
    assert LongWork.objects.latest("created_at").status == "done", LongWork.objects.latest("created_at").note
    pass_ = IntakeRun.objects.get(follows=waiting)
    assert (pass_.phase, pass_.articles.count()) == ("waiting", PAGES)
    assert dict(Resource.objects.values_list("pk", "effective_version_id")) == before, "nothing is public yet"
    # The address of the old row shows what counts now; a further correction goes into the same pass.
    client.post(correct, {"title": "关于第三批防汛物资储备工作的通知", "step": "page"})
    assert do_waiting_work()
    assert IntakeRun.objects.filter(follows=waiting).count() == 1

    run_intake(resume=str(pass_.pk))
    public = Resource.objects.select_related("effective_version")
    sources = {one.effective_version.content_source for one in public if one.effective_version}
    assert sources == {f"示范市第{number}应急中心" for number in range(1, PAGES + 1)}
    assert public.filter(effective_version__title="关于第三批防汛物资储备工作的通知").count() == 1
    assert public.count() == PAGES
    waiting.refresh_from_db()
    test = waiting.papers.filter(kind="test").latest("at").content
    assert test["is_clean"], test["findings"]
    assert (test["counts"]["stored"], test["counts"]["passes"]) == (PAGES, 1)


def test_two_persons_at_one_page_do_not_undo_each_other(waiting: IntakeRun, world: World) -> None:
    client = _operator(world)
    article = waiting.articles.get(url__endswith="/tz/3.html")
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    title = article.extracted["title"]
    seen = {"title": title, "was-title": title, "was-published_at": "", "was-source": "", "step": "page"}
    client.post(correct, {**seen, "title": "关于第三批防汛物资储备工作的通知"})
    assert do_waiting_work()
    # The other one opened the page before; what he did not touch is no correction of his.
    client.post(correct, {**seen, "published_at": "2015-03-13"})
    assert do_waiting_work()
    article.refresh_from_db()
    assert article.extracted["title"] == "关于第三批防汛物资储备工作的通知"
    assert article.extracted["published_at"] == "2015-03-13"
    refused = client.post(correct, {**seen, "title": "关于第3批物资的通知"})
    assert refused.status_code == 422
    assert "已由他人更正为" in refused.content.decode()
    article.refresh_from_db()
    assert article.corrections["title"] == "关于第三批防汛物资储备工作的通知"


def test_while_a_run_is_under_way_nothing_is_corrected(waiting: IntakeRun, world: World) -> None:
    client = _operator(world)
    article = waiting.articles.order_by("pk")[0]
    IntakeRun.objects.update(phase=IntakeRun.Phase.PLACING)
    correct = reverse("intake-correct", args=[waiting.pk, article.pk])
    answer = client.post(correct, {"published_at": "2014-01-02", "step": "page"})
    assert answer.status_code == 422
    assert "请等它停在" in answer.content.decode()
    accept = client.post(reverse("intake-accept", args=[waiting.pk, article.pk]), follow=True)
    assert "不能直接确认" in accept.content.decode()
    article.refresh_from_db()
    assert article.review == IntakeArticle.Review.OPEN


def test_rules_go_back_to_an_earlier_version(waiting: IntakeRun, world: World) -> None:
    client = _operator(world)
    article = waiting.articles.get(url__endswith="/tz/3.html")
    client.post(
        reverse("intake-correct", args=[waiting.pk, article.pk]),
        {"published_at": "2015-03-13", "step": "template"},
    )
    assert do_waiting_work()
    template = waiting.templates.get(versions__number=2)
    page = reverse("intake-template", args=[waiting.pk, template.pk])
    assert "人工更正" in client.get(page).content.decode()
    change = reverse("intake-template-change", args=[waiting.pk, template.pk])
    assert client.post(change, {"drop": "published_at:9"}).status_code == 404
    assert client.post(change, {"restore": "1"}).status_code == 302
    assert template.versions.count() == 3
    assert template.versions.get(number=3).rules == template.versions.get(number=1).rules
