"""From the tested run to the switch and back: papers, report, old addresses, replay of a log."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from rongshu.foundation import storage
from rongshu.foundation.models import AuditRecord
from rongshu.intake.models import IntakePaper, IntakeRun
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite, article, listing, small_site, text
from rongshu.library.models import Resource
from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.tests.world import World
from rongshu.sites.models import LegacyAddress, LegacyHost


@pytest.fixture
def site() -> Iterator[OldSite]:
    """A small old site with an about page, a broken attachment and a logo."""
    with small_site(6) as site:
        site.page("/tzgg/about.html", "<html><title>关于</title><body><a href='/'>首页</a></body></html>")
        answer = site.answers["/tzgg/"].body.decode()
        site.page("/tzgg/", answer.replace("<ul>", "<ul><li><a href='about.html'>关于本栏目</a></li>"))
        lost = '<p>附件：<a href="/files/lost.doc">示范表格.doc</a></p>'
        site.page("/gzdt/lost.html", article("关于一项附件丢失工作的通知", text("lost"), extra=lost))
        answer = site.answers["/gzdt/"].body.decode()
        site.page("/gzdt/", answer.replace("<ul>", "<ul><li><a href='lost.html'>附件丢失工作</a></li>"))
        yield site


def intake(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("intake", *arguments, stdout=out, **options)
    return out.getvalue()


def status(site: OldSite, uri: str) -> tuple[int, str]:
    HOSTS.forget()
    answer = Client().get(uri, HTTP_HOST=site.url.removeprefix("http://"))
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.requirement("P1-08")
def test_a_migration_leaves_a_paper_for_every_phase_and_is_switched_and_turned_back(
    run_intake: RunIntake, world: World, site: OldSite, tmp_path: Path
) -> None:
    form = tmp_path / "form.yaml"
    form.write_text("联系人: 示范科\n迁移内容: 通知公告和工作动态\n")
    report = run_intake(site.url + "/", application=form)
    run = IntakeRun.objects.get()
    papers = list(run.papers.order_by("at").values_list("kind", flat=True))
    assert papers == ["application", "survey", "assessment", "plan", "execution", "test", "trial"]
    application = run.papers.get(kind="application").content
    assert (application["联系人"], application["网站名称"]) == ("示范科", world.portal.name)
    plan = run.papers.get(kind="plan").content
    assert {row["old"] for row in plan["columns"]} == {"政务公开 > 通知公告", "工作动态", "通知公告"}

    test = json.loads(intake("report", str(run.pk)))
    assert test["is_clean"], test["findings"]
    assert test["counts"]["source_count"] == report["source_count"]
    assert test["texts"] == {"compared": report["stored"], "same": report["stored"]}
    assert test["attachments"]["intact"] == test["attachments"]["kept"] == 2
    assert sum(row["stored"] for row in test["columns"]) == report["stored"]
    assert "unmapped" not in test["addresses"]
    assert test["addresses"]["file"] == 2
    assert {one["code"] for one in test["findings"]} >= {"refused", "attachment-not-had"}
    page = intake("report", str(run.pk), format="html")
    assert "核对一致，可以切换" in page
    assert test["digest"] in page

    old = "/tzgg/0.html"
    assert status(site, old)[0] == 404, "until the switch the old host is not ours"
    intake("switch", str(run.pk))
    assert status(site, old)[0] == 301
    with pytest.raises(CommandError, match="已经切换"):
        intake("switch", str(run.pk))
    intake("switch", str(run.pk), back=True, reason="示范原因")
    assert status(site, old)[0] == 404
    assert run.papers.order_by("-at")[0].kind == "back"
    assert AuditRecord.objects.filter(action__startswith="intake.switched").count() == 2
    said = dict(run.papers.values_list("pk", "digest"))
    with pytest.raises(IntegrityError), transaction.atomic():
        run.papers.update(content={})
    with pytest.raises(IntegrityError), transaction.atomic():
        run.papers.all().delete()
    assert dict(run.papers.values_list("pk", "digest")) == said


@pytest.mark.requirement("P1-09")
def test_every_address_of_the_source_has_an_answer(
    run_intake: RunIntake, world: World, site: OldSite
) -> None:
    run_intake(site.url + "/")
    run = IntakeRun.objects.get()
    intake("switch", str(run.pk))
    asked = {uri for uri in site.asked if uri not in {"/robots.txt", "/sitemap.xml"}}
    answered = {uri: status(site, uri) for uri in asked}
    assert {code for code, _ in answered.values()} <= {301, 410}, answered
    base = world.portal.base_url
    column = answered["/tzgg/"][1]
    assert answered["/"][1] == base + "/"
    assert answered["/tzgg/about.html"] == (301, column)
    assert answered["/files/lost.doc"] == (410, "")
    assert answered["/tzgg/missing.html"] == (410, "")
    for sent in ("/tzgg/0.html?from=timeline", "/tzgg//0.html", "/tzgg", "/tzgg/0.html?v=2"):
        assert status(site, sent)[0] == 301, sent
    assert status(site, "/never.html")[0] == 404

    listed = intake("addresses", str(run.pk)).splitlines()
    assert len(listed) == LegacyAddress.objects.filter(site=world.portal).count() + 1
    assert any(line.startswith(f"{site.url}/tzgg/missing.html,410,") for line in listed)
    maps = intake("addresses", str(run.pk), format="nginx")
    assert f'"127.0.0.1/tzgg/about.html" "{column}";' in maps
    assert '"127.0.0.1/tzgg/missing.html" 1;' in maps


def test_a_log_is_asked_again_and_what_has_no_answer_is_listed(
    run_intake: RunIntake, world: World, site: OldSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_intake(site.url + "/")
    number = str(IntakeRun.objects.get().pk)
    line = '10.0.0.1 - - [05/Mar/2021:10:20:00 +0800] "{} {} HTTP/1.1" {} 512 "-" "示范浏览器"\n'
    asked = [("GET", "/tzgg/0.html", 200)] * 3 + [("GET", "/tzgg/missing.html", 404), ("POST", "/do", 200)]
    asked += [("GET", "/css/style.css", 200), ("GET", "/tzgg/", 200), ("GET", "/files/0.zip", 200)]
    log = tmp_path / "access.log.gz"
    log.write_bytes(gzip.compress("".join(line.format(*one) for one in asked).encode()))
    told = json.loads(intake("replay", number, str(log), format="json"))
    assert told["requests"] == {"article": 3, "column": 1, "file": 1, "dress": 1}
    assert (told["unmapped"], told["refused_by_old_server"], told["other_methods"]) == ([], 1, 1)

    w3c = "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status\n"
    w3c += "2021-03-05 10:20:00 GET /old.asp id=3 200\n" * 2 + "2021-03-05 10:20:00 GET /tzgg/0.html - 200\n"
    iis = tmp_path / "u_ex210305.log"
    iis.write_text(w3c)
    with pytest.raises(SystemExit) as ended:
        intake("replay", number, str(iis))
    assert ended.value.code == 3
    host = site.url.removeprefix("http://")
    assert f"2\t{host}/old.asp?id=3" in capsys.readouterr().out
    (tmp_path / "no.log").write_text("示范文字\n")
    with pytest.raises(CommandError, match="log-not-readable"):
        intake("replay", number, str(tmp_path / "no.log"))


def test_what_is_not_proven_is_not_switched_unless_for_a_reason(
    run_intake: RunIntake, world: World, site: OldSite
) -> None:
    run_intake(site.url + "/")
    run = IntakeRun.objects.get()
    resource = Resource.objects.filter(effective_version__attachments__0__role="attachment").first()
    assert resource is not None
    assert resource.effective_version is not None
    storage.erase(resource.effective_version.attachments[0]["digest"])
    told = json.loads(intake("report", str(run.pk), renew=True))
    assert [one["code"] for one in told["findings"] if one["level"] == "blocking"] == ["attachment-lost"]
    with pytest.raises(CommandError, match="附件取到了而没有完整保存"):
        intake("switch", str(run.pk))
    assert not IntakeRun.objects.get().is_switched
    assert not LegacyHost.objects.filter(is_turned_over=True).exists()
    intake("switch", str(run.pk), despite="示范省政务办同意先行上线，附件补传")
    assert IntakePaper.objects.get(kind="live").content["despite"].startswith("示范省政务办")


def test_a_source_without_articles_is_over_and_keeps_its_addresses(
    run_intake: RunIntake, world: World
) -> None:
    with OldSite() as empty:
        empty.page("/", listing("首页", []))
        report = run_intake(empty.url + "/", approved_by="")
        assert (report["status"], report["source_count"]) == ("finished", 0)
        assert not LegacyAddress.objects.exists()
        with pytest.raises(CommandError, match="没有迁入任何文章"):
            intake("switch", str(IntakeRun.objects.get().pk))


def test_a_run_that_waits_is_not_switched_whatever_the_reason(
    run_intake: RunIntake, world: World, site: OldSite
) -> None:
    run_intake(site.url + "/", approved_by="")
    number = str(IntakeRun.objects.get().pk)
    with pytest.raises(CommandError, match="还没有完成"):
        intake("switch", number, despite="示范理由")
    with pytest.raises(CommandError, match="还没有完成"):
        intake("follow", number, once=True)
    assert not LegacyHost.objects.exists()
