"""The first look at an old site, and the plan that people edit and a run obeys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from rongshu.intake.models import IntakeRun
from rongshu.intake.surveying import encoding_of
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import OldSite, article, small_site, text
from rongshu.publishing.tests.world import World
from rongshu.sites.models import Placement


def surveyed(source: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    printed = call_command("intake", "survey", source, allow_host=["127.0.0.1"], rate=0.0)
    found: dict[str, Any] = json.loads(printed or capsys.readouterr().out)
    return found


@pytest.mark.django_db
def test_a_survey_counts_what_is_there_and_keeps_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with small_site(12) as site:
        page = article("关于编码的通知", text("g"), column="示范旧栏").encode("gbk")
        site.page("/gbk.html", page, kind="text/html; charset=utf-8")
        site.home("/gbk.html", "/tzgg/", "/gzdt/", "/nowhere.html")
        found = surveyed(f"{site.url}/", capsys)
    assert found["articles"] == found["pages"]["article"] > 3
    sample = f"{site.url}/gbk.html"
    assert {"path": ["示范旧栏"], "articles": 1, "sample": sample} in found["columns"]
    assert found["encodings"]["gb18030"] == 1
    assert found["misdeclared_encodings"] == 1
    assert found["templates"][0]["found"]["title"] == 1.0
    assert {row["code"] for row in found["refused"]} == {"http-error"}
    assert sum(row["pages"] for row in found["list_pages"]) == found["pages"]["page"]
    assert found["extraction"][0]["places"]["title"][0]["confidence"] > 0.9
    assert not IntakeRun.objects.exists()


def plan_of(site: OldSite, world: World, folder: Path) -> tuple[Path, dict[str, Any]]:
    file = folder / "plan.yaml"
    call_command(
        "intake", "plan", f"{site.url}/", site="portal", out=file, allow_host=["127.0.0.1"], rate=0.0
    )
    plan: dict[str, Any] = yaml.safe_load(file.read_text())
    return file, plan


@pytest.mark.requirement("P1-08")
def test_a_run_obeys_the_plan_that_was_edited(world: World, run_intake: RunIntake, tmp_path: Path) -> None:
    column = world.portal.columns.order_by("path").first()
    assert column is not None
    with OldSite() as site:
        names = {"/a.html": "示范旧栏甲", "/b.html": "示范旧栏乙", "/c.html": "示范旧栏丙"}
        site.home(*names)
        for uri, name in names.items():
            site.page(uri, article(f"关于{name}的通知", text(uri), column=name))
        file, plan = plan_of(site, world, tmp_path)
        assert {row["old"]: (row["to"], row["found_by"]) for row in plan["columns"]} == dict.fromkeys(
            names.values(), ("新建", "new")
        )
        by_name = {row["old"]: row for row in plan["columns"]}
        by_name["示范旧栏甲"]["to"] = column.path
        by_name["示范旧栏乙"]["to"] = "不迁移"
        file.write_text(yaml.safe_dump(plan, allow_unicode=True))
        report = run_intake(f"{site.url}/", mapping=file)
    assert {row["code"] for row in report["refused"]} == {"column-left-out"}
    assert [row["url"].rpartition("/")[2] for row in report["refused"]] == ["b.html"]
    placed = dict(Placement.objects.values_list("resource__effective_version__title", "column__name"))
    assert placed == {"关于示范旧栏甲的通知": column.name, "关于示范旧栏丙的通知": "示范旧栏丙"}


@pytest.mark.requirement("P1-08")
def test_a_run_reads_by_the_rules_of_the_edited_plan(
    world: World, run_intake: RunIntake, tmp_path: Path
) -> None:
    with small_site(8) as site:
        file, plan = plan_of(site, world, tmp_path)
        assert plan["extraction"], "eight pages of one kind teach where their fields stand"
        rules = plan["extraction"][0]
        place = rules["places"]["title"][0]
        assert place["pages"] >= 4
        rules["places"]["author"] = [{"path": place["path"], "label": "", "by": "person"}]
        file.write_text(yaml.safe_dump(plan, allow_unicode=True))
        run_intake(f"{site.url}/", mapping=file)
    run = IntakeRun.objects.get()
    template = run.templates.get(shape=rules["shape"])
    assert template.versions.get().reason == "迁移方案"
    read = run.articles.filter(shape=rules["shape"])
    assert read.count() >= 4
    assert {row.extracted["found_by"]["author"] for row in read} == {"template-rule"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("columns: [{old: 甲, to: /no/such/}]", "没有栏目 /no/such/"),
        ("columns: [{old: 甲}]", "缺少 old 或 to"),
        ("columns: [{old: 甲, to: 新建}, {old: 甲, to: 新建}]", "重复"),
        ("columns: 甲", "没有 columns 列表"),
        ("{columns: [], extraction: [{pages: 3}]}", "缺少 shape"),
        ("{columns: [], extraction: [{shape: a, places: {title: [{label: 甲}]}}]}", "每处要有 path"),
        ("{columns: [], extraction: [{shape: a, places: {weather: []}}]}", "没有“weather”这一项"),
        ("[", "不是 UTF-8 编码的 YAML"),
    ],
)
def test_a_plan_with_a_fault_begins_nothing(
    content: str, words: str, run_intake: RunIntake, tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(content)
    with OldSite() as site, pytest.raises(CommandError, match=words):
        run_intake(f"{site.url}/", mapping=file)
    assert not IntakeRun.objects.exists()


def test_the_bytes_say_what_they_are() -> None:
    assert encoding_of("关于".encode("gbk")) == "gb18030"
    assert encoding_of("关于".encode()) == "utf-8"
    assert encoding_of("关于".encode("utf-16")) == "utf-16"
    assert encoding_of(b"plain") == "ascii"
    assert encoding_of("关于".encode() + b"\xff\xff\x80") == "mixed"
