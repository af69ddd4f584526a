"""A legacy site goes in by one command, and what readers get is what the site had."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord
from rongshu.intake.models import IntakeRun
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite, article, listing, small_site, text
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.models import Resource
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.tests.world import World, tree_of
from rongshu.sites.models import Column, LegacyAddress, Placement

COMMAND = ("intake", "run")


def paths(report: dict[str, Any], key: str = "articles") -> set[str]:
    return {urlsplit(item["url"]).path for item in report[key]}


@pytest.mark.requirement("P1-09")
def test_every_page_of_the_old_site_is_accounted_for(run_intake: RunIntake, world: World) -> None:
    with small_site(12) as site:
        report = run_intake(site.url + "/")
    assert report["status"] == "finished"
    by_path = {urlsplit(item["url"]).path: item for item in report["articles"]}
    assert {"/gzdt/near1.html", "/gzdt/near2.html"} <= set(by_path), "two pages of a site both stay"
    assert report["stored"] == 14
    assert paths(report, "duplicates") <= {"/tzgg/0.html", "/gzdt/again.html"}
    refused = {urlsplit(item["url"]).path: item["code"] for item in report["refused"]}
    assert refused == {"/tzgg/undated.html": "published-at-missing", "/tzgg/missing.html": "http-error"}
    zero = by_path.get("/tzgg/0.html") or by_path["/gzdt/again.html"]
    assert sorted(zero["column_paths"]) == [["工作动态"], ["政务公开", "通知公告"]]
    assert zero["attachments"][0]["sha256"]
    for item in report["articles"]:
        page = world.file(world.portal, urlsplit(item["new_url"]).path).read_text()
        assert item["title"] in page


@pytest.mark.requirement("P5-02")
def test_an_article_without_a_date_is_refused_and_never_given_one(run_intake: RunIntake) -> None:
    with OldSite() as site:
        site.home("/a.html", "/b.html")
        site.page("/a.html", article("关于一项示范工作的通知", text("a"), at=""))
        site.page("/b.html", article("关于另一项示范工作的通知", text("b"), at="2021-03-05"))
        report = run_intake(site.url)
    assert paths(report) == {"/b.html"}
    assert [item["code"] for item in report["refused"]] == ["published-at-missing"]
    stored = Resource.objects.get()
    assert stored.effective_version is not None
    assert stored.effective_version.given_published_precision == "day"
    assert report["articles"][0]["published_at"] == "2021-03-05"


@pytest.mark.requirement("P1-09")
def test_old_addresses_lead_to_the_new_pages(run_intake: RunIntake, world: World) -> None:
    with small_site(12) as site:
        report = run_intake(site.url + "/")
        host = site.url.removeprefix("http://")
    call_command("intake", "switch", report["run"])
    HOSTS.forget()

    def location(uri: str) -> str:
        answer = Client().get(uri, HTTP_HOST=host)
        return answer.headers.get("Location", str(answer.status_code))

    new_urls = {urlsplit(item["url"]).path: item["new_url"] for item in report["articles"]}
    for item in report["duplicates"]:
        new_urls[urlsplit(item["url"]).path] = item["new_url"]
    assert {"/tzgg/0.html", "/gzdt/again.html"} <= set(new_urls)
    for uri, new_url in new_urls.items():
        assert location(uri) == new_url
    base = world.portal.base_url
    tzgg = Placement.objects.get(
        site=world.portal, resource__effective_version__title__contains="第2项"
    ).column
    assert location("/tzgg/") == base + tzgg.path
    assert location("/tzgg/index.html") == base + tzgg.path
    assert location("/files/5.zip").startswith(base + "/")
    assert location("/tzgg/undated.html") == "410"
    assert location("/") == location("/index.html") == base + "/"
    assert location("/never.html") == "404"


def test_addresses_are_kept_as_browsers_send_them(run_intake: RunIntake, world: World) -> None:
    with OldSite() as site:
        site.home("/公告/a.asp?id=3&amp;lm=通知", "/b.asp?id=4")
        html = article("关于一项示范工作的通知", text("a"))
        site.page("/%E5%85%AC%E5%91%8A/a.asp?id=3&lm=%E9%80%9A%E7%9F%A5", html)
        site.page("/b.asp?id=4", article("关于另一项示范工作的通知", text("b")))
        report = run_intake(site.url)
        host = site.url.removeprefix("http://")
    assert report["stored"] == 2, report["refused"]
    call_command("intake", "switch", report["run"])
    HOSTS.forget()
    sent = (
        "/%E5%85%AC%E5%91%8A/a.asp?id=3&lm=%E9%80%9A%E7%9F%A5",
        "/%e5%85%ac%e5%91%8a/a.asp?id=3&lm=%e9%80%9a%e7%9f%a5",
        "/b.asp?id=4",
    )
    for uri in sent:
        assert Client().get(uri, HTTP_HOST=host, RAW_URI=uri).status_code == 301, uri
    assert Client().get("/b.asp?id=5", HTTP_HOST=host).status_code == 404


@pytest.mark.requirement("P2-11")
def test_what_the_library_has_stands_in_both_sites(run_intake: RunIntake, world: World) -> None:
    with OldSite() as site:
        site.home("/a.html", "/b.html")
        site.page("/a.html", article("关于一项示范工作的通知", text("a")))
        site.page("/b.html", article("关于另一项示范工作的通知", text("b")))
        first = run_intake(site.url, site="portal")
        site.page("/c.html", article("关于第三项示范工作的通知", text("c")))
        site.home("/a.html", "/c.html")
        second = run_intake(site.url, site="edu")
    assert (first["stored"], second["stored"]) == (2, 1)
    assert Resource.objects.count() == 3
    shared = Resource.objects.get(effective_version__title="关于一项示范工作的通知")
    repeated = second["duplicates"][0]
    assert repeated["of"] == f"resource:{shared.pk}"
    assert repeated["new_url"] == f"{world.education.base_url}/a/{shared.address}.html"
    assert world.page(world.education, shared).exists()
    assert world.page(world.portal, shared).exists()
    placement = Placement.objects.get(resource=shared, site=world.education)
    assert placement.approval is not None
    assert [s.person.handle for s in placement.approval.signatures.all()] == ["operator"]


def test_what_the_library_has_waits_where_a_column_asks_for_a_review(
    run_intake: RunIntake, world: World
) -> None:
    with OldSite() as site:
        site.home("/a.html")
        site.page("/a.html", article("关于一项示范工作的通知", text("a")))
        run_intake(site.url, site="portal")
        site.page("/c.html", article("关于第三项示范工作的通知", text("c")))
        site.home("/c.html")
        run_intake(site.url, site="edu")  # makes the columns
        for column in Column.objects.filter(site=world.education):
            assign_flow(
                actor=Clock(), flow="two-reviews", scope="column", scope_id=column.pk, reason="示范办法"
            )
        site.home("/a.html", "/c.html")
        second = run_intake(site.url, site="edu")
    assert second["status"] == "finished"
    assert [one["title"] for one in second["waiting_places"]] == ["关于一项示范工作的通知"]
    shared = Resource.objects.get(effective_version__title="关于一项示范工作的通知")
    assert not world.page(world.education, shared).exists()
    placement = Placement.objects.get(resource=shared, site=world.education)
    assert (placement.state, placement.approval) == (Placement.State.WAITING, None)


def test_a_second_run_doubles_nothing(run_intake: RunIntake, world: World) -> None:
    def state() -> tuple[int, int, int, dict[str, bytes]]:
        rows = (Resource.objects.count(), Placement.objects.count(), LegacyAddress.objects.count())
        return (*rows, tree_of(world.portal))

    with small_site(8) as site:
        first = run_intake(site.url + "/")
        before = state()
        removed = Placement.objects.filter(resource__effective_version__title__contains="第3项")
        removed.update(state=Placement.State.REMOVED, is_canonical=False)
        second = run_intake(site.url + "/")
    assert second["stored"] == 0
    assert len(second["duplicates"]) == first["stored"] + len(first["duplicates"])
    assert removed.get().state == Placement.State.REMOVED, "what a person removed is not brought back"
    assert state()[:3] == before[:3]


def test_without_a_signature_nothing_is_public(run_intake: RunIntake, world: World) -> None:
    with small_site(4) as site:
        waiting = run_intake(site.url + "/", approved_by="")
        assert waiting["status"] == "waiting"
        assert {item["new_url"] for item in waiting["articles"]} == {None}
        assert not Resource.objects.filter(effective_version__isnull=False).exists()
        assert not Placement.objects.exists()
        assert not list(Path(world.file(world.portal, "/a/")).glob("*.html"))
        assert run_intake(resume=waiting["run"], approved_by="")["status"] == "waiting"
        done = run_intake(resume=waiting["run"], approved_by="operator")
    assert done["status"] == "finished"
    assert None not in {item["new_url"] for item in done["articles"]}
    named = AuditRecord.objects.filter(action__in=["batch.approved", "intake.started", "intake.finished"])
    assert {record.actor_id for record in named} == {world.operator.id}
    assert named.count() == 3


def test_a_mandate_signs_for_the_source_it_names(run_intake: RunIntake, world: World) -> None:

    with small_site(4) as site:
        give_mandate(
            actor=world.operator,
            source=site.url,
            target_site_id=world.portal.id,
            signers=[world.operator],
            starts_on=clock.today(),
            ends_on=clock.today() + timedelta(days=3),
            reason="示范授权书〔2026〕1号",
        )
        report = run_intake(site.url + "/", approved_by="")
    assert report["status"] == "finished"
    assert None not in {item["new_url"] for item in report["articles"]}


def test_who_may_not_sign_is_told_before_anything_is_read(run_intake: RunIntake, world: World) -> None:
    with small_site(4) as site:
        with pytest.raises(CommandError, match="审核权限"):
            run_intake(site.url + "/", approved_by="writer")
        assert site.asked == []
    assert not Resource.objects.exists()


def test_inner_hosts_are_refused_unless_allowed_by_name(run_intake: RunIntake, tmp_path: Path) -> None:
    with small_site(4) as site:
        with pytest.raises(CommandError, match="内网"):
            run_intake(site.url + "/", allow_host=[])
        assert site.asked == []
    assert json.loads((tmp_path / "report.json").read_text())["refused"][0]["code"] == "address-not-allowed"


def test_a_source_that_is_away_for_a_while_is_waited_for(run_intake: RunIntake, world: World) -> None:
    with OldSite() as site:
        links = [f"/n/{number}.html" for number in range(6)]
        site.page("/", listing("首页", links))
        for number, link in enumerate(links):
            site.page(link, article(f"关于第{number}项示范工作的通知", text(number)))
        site.is_down = True
        with pytest.raises(CommandError, match="没有响应"):
            run_intake(site.url + "/")
        run = IntakeRun.objects.get()
        assert run.phase == IntakeRun.Phase.CRAWLING
        site.is_down = False
        report = run_intake(resume=str(run.id))
    assert report["stored"] == 6
    assert report["refused"] == []


def test_a_single_page_without_an_answer_is_refused_after_two_tries(run_intake: RunIntake) -> None:
    with OldSite() as site:
        site.home("/a.html", "/b.html")
        site.page("/a.html", article("关于一项示范工作的通知", text("a")))
        site.page("/b.html", b"", status=503)
        report = run_intake(site.url + "/")
        assert report["stored"] == 1
        assert [item["code"] for item in report["refused"]] == ["server-error"]


def test_a_failing_server_is_told_apart_from_a_missing_page(run_intake: RunIntake) -> None:
    with OldSite() as site:
        site.home("/a.html", "/broken.html", "/busy.html", "/never.html")
        site.page("/a.html", article("关于一项示范工作的通知", text("a")))
        site.page("/broken.html", b"", status=500)
        site.page("/busy.html", b"", status=429, headers={"Retry-After": "0"})
        report = run_intake(site.url + "/")
        codes = {site.uri(item["url"]): item["code"] for item in report["refused"]}
        asked = {uri: site.asked.count(uri) for uri in codes}
    assert codes == {
        "/broken.html": "server-error",
        "/busy.html": "server-error",
        "/never.html": "http-error",
    }
    assert asked["/never.html"] == 1
    assert asked["/broken.html"] > 2, "a failing server is asked again, and once more at the end"


def test_the_same_text_under_two_dates_is_one_article_and_both_dates_are_told(run_intake: RunIntake) -> None:
    with OldSite() as site:
        site.home("/again.html", "/first.html")
        for uri, at, column in (
            ("/again.html", "2021-04-01", "工作动态"),
            ("/first.html", "2021-03-05", "通知公告"),
        ):
            site.page(uri, article("关于一项示范工作的通知", text("a"), at=at, column=column))
        report = run_intake(site.url + "/")
    kept, repeated = report["articles"][0], report["duplicates"][0]
    assert (kept["url"], kept["published_at"]) == (site.url + "/first.html", "2021-03-05")
    assert (repeated["url"], repeated["published_at"]) == (site.url + "/again.html", "2021-04-01")
    assert kept["column_paths"] == [["通知公告"], ["工作动态"]], "the earlier page's column comes first"
    canonical = Placement.objects.get(is_canonical=True)
    assert canonical.column.name == "通知公告"
    assert Placement.objects.count() == 2


def test_a_folder_of_saved_pages_goes_in_the_same_way(run_intake: RunIntake, tmp_path: Path) -> None:
    folder = tmp_path / "saved" / "www.old.example"
    folder.mkdir(parents=True)
    (folder / "a.html").write_text(article("关于一项示范工作的通知", text("a")))
    (folder / "index.html").write_text(listing("首页", ["a.html"]))
    report = run_intake(str(tmp_path / "saved"))
    assert [item["url"] for item in report["articles"]] == ["http://www.old.example/a.html"]
    assert LegacyAddress.objects.filter(host="old.example", request_uri="/a.html").exists()
    assert LegacyAddress.objects.get(host="old.example", request_uri="/").leads_home


def test_a_wrong_source_is_told_in_one_line(world: World) -> None:
    with pytest.raises(CommandError, match="来源无法读取"):
        call_command(*COMMAND, "/no/such/folder", site="portal")
    with pytest.raises(CommandError, match="没有这个采集任务"):
        call_command(*COMMAND, resume="00000000-0000-0000-0000-000000000000")
    assert not IntakeRun.objects.exists()


def test_what_is_typed_wrong_is_told_before_anything_begins(world: World, tmp_path: Path) -> None:
    wrong = {
        "run http:// --site portal": "来源无法读取",
        "survey https://shi.example:99999/": "来源无法读取",
        "plan ftp://shi.example/ --site portal --out {folder}/p.yaml": "来源无法读取",
        "run http://shi.example/ --site portal --rate -1": "每秒请求数",
        "run http://shi.example/ --site portal --rate nan": "每秒请求数",
        "survey http://shi.example/ --rate fast": "每秒请求数",
        "run http://shi.example/ --site portal --backoff inf": "秒数",
        "run http://shi.example/ --site portal --report {folder}/no/such/report.json": "写不了",
        "plan http://shi.example/ --site portal --out {folder}": "写不了",
        "plan http://shi.example/ --site nowhere --out {folder}/p.yaml": "站点",
        "extract {folder}/none.html": "无法读取文件",
        "extract {folder} --url shi.example": "不是网址",
        "run --site portal": "给出来源",
        "run http://shi.example/": "给出来源",
    }
    for typed, words in wrong.items():
        with pytest.raises(CommandError, match=words):
            call_command("intake", *typed.format(folder=tmp_path).split())
    assert not IntakeRun.objects.exists()
    assert not (tmp_path / "p.yaml").exists()


def test_a_run_that_is_gone_on_with_is_given_nothing_twice(
    world: World, run_intake: RunIntake, tmp_path: Path
) -> None:
    with small_site(4) as site:
        number = run_intake(site.url + "/")["run"]
        assert run_intake(resume=number)["run"] == number
    for typed, words in (
        (f"{site.url}/ --resume {number}", "不要再给出来源"),
        (f"--resume {number} --site elsewhere", "目标站点是 portal"),
        (f"--resume {number} --mapping {tmp_path}/plan.yaml", "开始时读入"),
        ("--resume 17", "没有这个采集任务"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command(*COMMAND, *typed.split())
