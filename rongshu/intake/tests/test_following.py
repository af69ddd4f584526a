"""A site that goes on being updated is kept in step: new, changed and gone pages, and nothing else."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from rongshu.accounts.queries import person_named
from rongshu.foundation import clock
from rongshu.foundation.worker import drain
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.proof import proof_of
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite, article, listing, text, workbook
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.models import Resource, ResourceVersion
from rongshu.publishing.tests.world import World
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_address
from rongshu.sites.models import LegacyAddress, Placement


class DatedSite(OldSite):
    """An old site that answers 304 to who has the page already; to who has a file, when it `tags_files`."""

    tags_files = True

    def answer(self, request: BaseHTTPRequestHandler, *, posted: bool = False) -> None:
        found = self.answers.get(request.path)
        is_tagged = self.tags_files or not request.path.startswith("/files/")
        if found is not None and found.status == 200 and is_tagged:
            tag = f'"{hashlib.sha256(found.body).hexdigest()[:16]}"'
            found.headers["ETag"] = tag
            if request.headers.get("If-None-Match") == tag:
                self.asked.append(f"304 {request.path}")
                request.send_response(304)
                request.send_header("Content-Length", "0")
                request.end_headers()
                return
        super().answer(request, posted=posted)


@pytest.fixture
def site() -> Iterator[DatedSite]:
    with DatedSite() as site:
        for name in ("a", "b", "c"):
            site.page(f"/tzgg/{name}.html", notice(name))
        site.page("/tzgg/", listing("通知公告", [f"{name}.html" for name in ("a", "b", "c")]))
        site.home("/tzgg/")
        yield site


def notice(name: str, *, body: str = "", counter: int = 0) -> str:
    html = article(f"关于{name}项示范工作的通知", body or text(name))
    return html.replace("</body>", f"<div class='foot'>访问量：{counter}</div></body>")


def follow(run: str, **options: Any) -> str:
    out = io.StringIO()
    given = {"once": True, "rate": 0.0, "approved_by": "operator"}
    call_command("intake", "follow", run, stdout=out, **{**given, **options})
    return out.getvalue()


@pytest.mark.requirement("P1-09")
def test_links_of_the_old_texts_lead_inside_and_are_no_change(
    run_intake: RunIntake, world: World, site: DatedSite
) -> None:
    links = (
        f"<p>详见<a href='b.html'>甲</a>、<a href='{site.url}/tzgg/'>乙</a>、<a href='/'>丙</a>"
        "、<a href='later.html'>丁</a>、<a href='b.html#second'>戊</a>。</p>"
    )
    body = f"<p><a href='#second'>目录：二</a></p>{text('b')}<a name='second'></a><h3>二</h3>{text('b2')}"
    site.page("/tzgg/b.html", notice("b", body=body))
    site.page("/tzgg/a.html", notice("a", body=text("a") + links))
    report = run_intake(site.url + "/")
    new = {urlsplit(item["url"]).path: urlsplit(item["new_url"]).path for item in report["articles"]}
    page = world.file(world.portal, new["/tzgg/a.html"])
    column = Placement.objects.get(resource__effective_version__title__contains="关于a项").column
    before_the_switch = page.read_text()
    there = new["/tzgg/b.html"]
    for name, target in {"甲": there, "乙": column.path, "丙": "/", "戊": f"{there}#b-second"}.items():
        assert f'href="{target}">{name}</a>' in before_the_switch
    led_to = world.file(world.portal, there).read_text()
    assert 'href="#b-second"' in led_to
    assert '<h3 id="b-second">' in led_to
    version = Resource.objects.get(effective_version__title__contains="关于a项").effective_version
    assert version is not None
    assert f'{site.url}/tzgg/b.html"' in version.body, "what was written stays, and its digest with it"
    assert "没有变化" in follow(report["run"])

    host = site.url.removeprefix("http://")
    later = OldAddress(host=host, request_uri="/tzgg/later.html", resource_id=version.resource_id)
    keep_legacy_address(actor=person_named("operator"), site=world.portal, address=later)
    drain()
    assert f'href="{new["/tzgg/a.html"]}">丁</a>' in page.read_text(), "what led nowhere is made anew"
    assert ResourceVersion.objects.filter(resource_id=version.resource_id).count() == 1


@pytest.mark.requirement("P1-09")
def test_a_second_look_brings_only_what_changed(run_intake: RunIntake, world: World, site: DatedSite) -> None:
    root = run_intake(site.url + "/")["run"]
    addresses = LegacyAddress.objects.count()
    site.asked.clear()
    assert "没有变化" in follow(root)
    assert {uri for uri in site.asked if not uri.startswith("304")} <= {"/robots.txt", "/", "/sitemap.xml"}
    assert IntakeRun.objects.count() == 1

    site.page("/tzgg/a.html", notice("a", counter=7))  # furniture only
    site.page("/tzgg/b.html", notice("b", body=text("b, anew")))
    site.page("/tzgg/d.html", notice("d"))
    del site.answers["/tzgg/c.html"]
    site.page("/tzgg/", listing("通知公告", [f"{name}.html" for name in ("d", "a", "b", "c")]))
    told = follow(root)
    assert "新增 1，修改 1，旧站撤下 1" in told
    pass_ = IntakeRun.objects.get(follows=root)
    assert pass_.phase == IntakeRun.Phase.FINISHED
    assert pass_.articles.count() == 2
    assert Resource.objects.count() == 4
    changed = Resource.objects.get(effective_version__title="关于b项示范工作的通知")
    assert changed.effective_version is not None
    assert (changed.effective_version.number, changed.effective_version.batch_id) == (2, pass_.batch_id)
    page = world.page(world.portal, changed).read_text()
    assert changed.effective_version.body[3:20] in page
    gone = Resource.objects.get(effective_version__title="关于c项示范工作的通知")
    assert Placement.objects.get(resource=gone).state == Placement.State.SHOWING, "nobody has withdrawn it"
    assert LegacyAddress.objects.count() > addresses

    counts = proof_of(IntakeRun.objects.get(pk=root))
    assert counts["is_clean"], counts["findings"]
    assert counts["counts"] == {
        "source_count": 4, "stored": 4, "duplicates": 0, "refused": 0, "passes": 1,
    }  # fmt: skip
    assert "gone-at-source" in {one["code"] for one in counts["findings"]}
    assert "没有变化" in follow(root)


@pytest.mark.requirement("P1-09")
def test_what_had_no_answer_at_first_is_taken_once_it_has_one(
    run_intake: RunIntake, world: World, site: DatedSite
) -> None:
    site.page("/tzgg/", listing("通知公告", ["a.html", "b.html", "c.html", "late.html"]))
    report = run_intake(site.url + "/")
    assert {(site.uri(one["url"]), one["code"]) for one in report["refused"]} == {
        ("/tzgg/late.html", "http-error")
    }
    assert "没有变化" in follow(report["run"])
    site.page("/tzgg/late.html", notice("late"))
    assert "新增 1，修改 0" in follow(report["run"])
    assert not proof_of(IntakeRun.objects.get(pk=report["run"]))["refused"]
    gone = site.answers.pop("/tzgg/a.html")
    assert "旧站撤下 1" in follow(report["run"])
    site.answers["/tzgg/a.html"] = gone
    follow(report["run"])
    findings = proof_of(IntakeRun.objects.get(pk=report["run"]))["findings"]
    assert "gone-at-source" not in {one["code"] for one in findings}, "it came back"
    assert Resource.objects.count() == 4
    assert ResourceVersion.objects.count() == 4
    assert "没有变化" in follow(report["run"])


@pytest.mark.requirement("P1-09")
@pytest.mark.parametrize("has_validators", [True, False])
def test_a_file_replaced_under_its_address_is_brought(
    run_intake: RunIntake, world: World, site: DatedSite, *, has_validators: bool
) -> None:
    offers = "<p>附件：<a href='/files/{0}.zip'>示范{0}.zip</a></p>"
    for name in ("one", "two", "three"):
        site.file(f"/files/{name}.zip", workbook(name), "application/zip")
    site.tags_files = has_validators
    three = site.answers.pop("/files/three.zip")
    site.page("/tzgg/a.html", notice("a", body=text("a") + offers.format("one") + offers.format("two")))
    site.page("/tzgg/b.html", notice("b", body=text("b") + offers.format("three")))
    root = run_intake(site.url + "/")["run"]
    site.asked.clear()
    assert "没有变化" in follow(root)
    if has_validators:
        assert {"304 /files/one.zip", "304 /files/two.zip"} <= set(site.asked)

    del site.answers["/files/two.zip"]
    site.file("/files/one.zip", workbook("one, replaced"), "application/zip")
    site.answers["/files/three.zip"] = three
    assert "新增 0，修改 2" in follow(root)
    names: dict[str, str] = {}
    for letter in ("a", "b"):
        changed = Resource.objects.get(effective_version__title=f"关于{letter}项示范工作的通知")
        assert changed.effective_version is not None
        assert changed.effective_version.number == 2
        names |= {one["name"]: one["digest"] for one in changed.effective_version.attachments}
    contents = {"one": workbook("one, replaced"), "two": workbook("two"), "three": workbook("three")}
    assert names == {
        f"示范{name}.zip": f"sha256:{hashlib.sha256(content).hexdigest()}"
        for name, content in contents.items()
    }, "what the old site does not give any more stays"
    assert proof_of(IntakeRun.objects.get(pk=root))["is_clean"]
    assert "没有变化" in follow(root)


def test_a_change_waits_for_its_signature_and_never_covers_what_was_edited_here(
    run_intake: RunIntake, world: World, site: DatedSite
) -> None:
    root = run_intake(site.url + "/")["run"]
    edited = Resource.objects.get(effective_version__title="关于a项示范工作的通知")
    assert edited.effective_version is not None
    record = world.record(title="关于示范工作的通知（本站修改）")
    version = revise_resource(actor=world.operator, resource=edited, record=record)
    approve_version(actor=world.operator, version=version)
    for name in ("a", "b"):
        site.page(f"/tzgg/{name}.html", notice(name, body=text(f"{name}, anew")))
    assert "待审批" in follow(root, approved_by="")
    before = Resource.objects.get(effective_version__title="关于b项示范工作的通知").effective_version
    assert before is not None
    assert before.number == 1
    assert "完成" in follow(root)
    pass_ = IntakeRun.objects.get(follows=root)
    codes = dict(pass_.articles.values_list("outcome", "code"))
    assert codes == {"stored": "", "refused": "edited-here"}
    edited.refresh_from_db()
    assert edited.effective_version is not None
    assert edited.effective_version.title == "关于示范工作的通知（本站修改）"


def test_the_worker_follows_at_its_interval_under_a_mandate_until_the_switch(
    run_intake: RunIntake, world: World, site: DatedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rongshu.intake.actions import follow_run  # noqa: PLC0415 - to stand in for the worker

    give_mandate(
        actor=world.operator, source=site.url + "/", target_site_id=world.portal.id, signers=[world.operator],
        starts_on=clock.today(), ends_on=clock.today() + timedelta(days=3), reason="示范授权书〔2026〕1号",
    )  # fmt: skip
    root = run_intake(site.url + "/", approved_by="")["run"]
    with pytest.raises(CommandError, match="至少 5 分钟"):
        follow(root, once=False, every=1)
    follow(root, once=False, every=5)
    site.page("/tzgg/a.html", notice("a", body=text("a, anew")))
    assert not follow_run.follow_due(), "only the worker follows"
    monkeypatch.setattr(follow_run, "_is_worker", lambda: True)
    assert not follow_run.follow_due(), "not yet due"
    IntakeRun.objects.filter(pk=root).update(followed_at=clock.now() - timedelta(minutes=6))
    monkeypatch.setattr(follow_run, "wait_for_pages", lambda partition, tell: drain(tell))
    assert follow_run.follow_due()
    assert IntakeRun.objects.get(follows=root).articles.count() == 1
    call_command("intake", "switch", root)
    with pytest.raises(CommandError, match="不再同步"):
        follow(root)
