"""The operator's screens of a run: how far it is, plan, reconciliation, the switch and the way back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.progress import do_waiting_work
from rongshu.foundation.leases import hold
from rongshu.intake.actions.carry_out import Conduct, carry_out
from rongshu.intake.actions.stop_run import stop_run
from rongshu.intake.errors import RunStopped
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite, article, small_site, text
from rongshu.library.models import Resource
from rongshu.publishing.tests.world import World
from rongshu.sites.models import Placement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


def _operator(world: World) -> ConsoleClient:
    return sign_in(ConsoleClient(), world.library.operator)


def _is_switched() -> bool:
    return IntakeRun.objects.get().is_switched


def _address(name: str, run: IntakeRun) -> str:
    return reverse(name, args=[run.pk])


@pytest.mark.requirement("P1-08")
def test_a_finished_run_is_reconciled_switched_and_turned_back(world: World, run_intake: RunIntake) -> None:
    with small_site(6) as site:
        site.home("/tzgg/", "/gzdt/", "/nowhere.html")
        report = run_intake(f"{site.url}/")
    run = IntakeRun.objects.get()
    client = _operator(world)
    sums = client.get(_address("intake-reconciliation", run)).content.decode()
    assert f"旧站文章 <strong>{report['source_count']}</strong>" in sums
    assert report["refused"][0]["code"] in sums
    assert "没有去向 0" in sums
    listed = client.get(_address("intake-addresses", run))
    assert listed["Content-Type"].startswith("text/csv")
    assert b"301" in b"".join(listed.streaming_content)  # type: ignore[attr-defined]

    live = client.get(_address("intake-live", run)).content.decode()
    assert "切换到本平台…" in live
    switch = _address("intake-switch", run)
    assert "可以随时切回" in client.post(switch).content.decode()
    assert not _is_switched()  # asked first, nothing changed
    assert client.post(switch, {"confirmed": "yes"}).status_code == 302
    assert _is_switched()
    back = _address("intake-go-back", run)
    assert client.post(back, {"confirmed": "yes", "reason": " "}).status_code == 422
    client.post(back, {"confirmed": "yes", "reason": "示范域名尚未备案"})
    assert not _is_switched()
    assert "迁移测试报告" in client.get(_address("intake-proof", run)).content.decode()
    papers = {one.kind: reverse("intake-paper", args=[run.pk, one.pk]) for one in run.papers.all()}
    assert papers["application"] in client.get(_address("intake-live", run)).content.decode()
    assert "主办单位" in client.get(papers["application"]).content.decode()
    assert "示范域名尚未备案" in client.get(papers["back"]).content.decode()
    assert client.get(papers["test"])["Location"].endswith("/proof")

    client.post(_address("intake-renew-report", run))
    assert do_waiting_work()
    assert IntakePaper.objects.filter(kind="test").count() == 2


def test_the_plan_is_changed_while_the_run_waits(world: World, run_intake: RunIntake) -> None:
    column = world.portal.columns.order_by("path").first()
    assert column is not None
    with OldSite() as site:
        site.home("/a.html", "/b.html")
        site.page("/a.html", article("关于示范甲的通知", text("a"), column="示范旧栏甲"))
        site.page("/b.html", article("关于示范乙的通知", text("b"), column="示范旧栏乙"))
        run_intake(f"{site.url}/", approved_by="")
    run = IntakeRun.objects.get()
    client = _operator(world)
    page = client.get(_address("intake-survey", run)).content.decode()
    assert "示范旧栏甲" in page
    assert "没有对应栏目" in page
    plan = _address("intake-plan", run)
    said = client.post(plan, {"old": ["示范旧栏甲"], "to": ["/no/such/"]}, follow=True)
    assert "没有栏目 /no/such/" in said.content.decode()
    said = client.post(plan, {"old": ["示范旧栏甲"], "to": [""]}, follow=True)
    assert "不能再改为不迁移" in said.content.decode()
    run.refresh_from_db()
    assert run.mapping == {}
    client.post(plan, {"old": ["示范旧栏甲", "示范旧栏乙"], "to": [column.path, "新建"]})
    run.refresh_from_db()
    assert run.mapping == {"示范旧栏甲": column.path}
    run_intake(resume=str(run.pk))
    placed = dict(Placement.objects.values_list("resource__effective_version__title", "column__name"))
    assert placed == {"关于示范甲的通知": column.name, "关于示范乙的通知": "示范旧栏乙"}
    said = client.post(plan, {"old": ["示范旧栏甲"], "to": ["新建"]}, follow=True)
    assert "不能再改" in said.content.decode()


def test_progress_is_told_and_a_run_stops_when_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rongshu.intake.actions.stop_run._LOOKS_EVERY", 0.0)
    operator = world.library.operator
    with small_site(6) as site:
        run = IntakeRun.objects.create(
            site=world.portal, source=f"{site.url}/", allowed_hosts=["127.0.0.1"], started_by=operator
        )
        stopping: list[str] = []

        def stop(phase: str, done: int, left: int) -> None:
            if not stopping:
                stopping.append(phase)
                stop_run(actor=operator, run=run)

        with pytest.raises(RunStopped):
            carry_out(run, Conduct(operator, progress=stop))
    assert not Resource.objects.exists()
    client = _operator(world)
    with hold(f"intake/{run.pk}"):
        part = client.get(f"{_address('intake-progress', run)}?since=0-0").content.decode()
        assert "正在停下" in part
        assert "每秒" in part
    run.refresh_from_db()
    assert run.phase in {"crawling", "learning"}


def test_screens_of_others_are_not_there(world: World, run_intake: RunIntake) -> None:
    with small_site(3) as site:
        run_intake(f"{site.url}/", approved_by="")
    run = IntakeRun.objects.get()
    stranger = sign_in(ConsoleClient(), world.library.writer)
    for name in ("survey", "reconciliation", "live", "progress", "addresses", "review"):
        assert stranger.get(_address(f"intake-{name}", run)).status_code in {403, 404}, name
    for name in ("plan", "switch", "go-back", "stop", "renew-report", "follow", "look", "resubmit"):
        answer = stranger.post(_address(f"intake-{name}", run), {"confirmed": "yes", "reason": "越权"})
        assert answer.status_code in {403, 404}, name
    run.refresh_from_db()
    assert (run.is_switched, run.stop_asked_at, run.mapping) == (False, None, {})
