"""Tasks over records: checked, read, paused, taken up, read again; locked while they run."""

from __future__ import annotations

import io
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from rongshu.accounts.actions.register_person import register_person
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed, RongshuError
from rongshu.intake.actions.carry_out import Conduct
from rongshu.intake.actions.carry_task import carry_task
from rongshu.intake.actions.check_task import check_task
from rongshu.intake.actions.define_task import TaskDescription, change_task, create_task
from rongshu.intake.actions.start_task import pause_task, resume_task, start_task, stop_task
from rongshu.intake.errors import MappingMalformed, NothingFailed, PathNotAllowed, TaskLocked, TaskNotReady
from rongshu.intake.models import IntakeArticle, IntakeRefusal, IntakeTask, TaskRun
from rongshu.intake.queries.report import report_of
from rongshu.intake.queries.tasks import as_failed, failed_rows, progress_of
from rongshu.intake.sources import SourceAway, source_kinds
from rongshu.intake.tests.old_site import OldSite, small_site, text
from rongshu.library.models import Resource, ResourceVersion
from rongshu.publishing.tests.world import World

FIELDS = {"Title": "title", "Content": {"field": "body", "as": "html"}, "PubDate": "created", "Author": "by"}
State = IntakeTask.State


def line(number: int, **changed: Any) -> dict[str, Any]:
    found = {
        "id": number, "title": f"关于第{number}项示范工作的通知", "body": text(number), "by": "示范作者",
        "created": f"2021-03-{number % 28 + 1:02} 10:20",
        "channel": "通知公告" if number % 2 else "政务公开/工作动态",
    }  # fmt: skip
    return found | changed


def write(file: Path, lines: list[dict[str, Any]]) -> Path:
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), encoding="utf-8")
    return file


def description(file: Path, **mapping: Any) -> TaskDescription:
    given = {"fields": FIELDS, "column": "channel", "base": "http://old.example.gov.cn/"}
    given |= {"address": {"template": "/art/{id}.html"}, **mapping}
    return TaskDescription(name="旧库", kind="file", settings={"path": str(file), "key": "id"}, mapping=given)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "old.jsonl", [line(number) for number in range(1, 121)])


@pytest.fixture
def task(world: World, file: Path) -> IntakeTask:
    return create_task(
        actor=world.library.operator, site=world.portal, description=description(file), is_operator=True
    )


def carry(world: World, reading: TaskRun, **conduct: Any) -> IntakeTask:
    """Go on until the run waits to be signed."""
    return carry_task(reading, Conduct(world.library.operator, **conduct))


@pytest.mark.requirement("P2-05")
def test_there_are_four_ways_to_collect_and_all_end_in_one_library(
    world: World, tmp_path: Path, file: Path
) -> None:
    assert {kind.code for kind in source_kinds()} == {"crawl", "database", "file", "list-api"}
    me, rows = world.library.operator, [line(number) for number in range(300, 303)]
    with small_site(3) as site:
        site.file("/api", json.dumps({"data": {"list": rows}}).encode(), "application/json")
        named = {"fields": FIELDS, "column": "channel"}
        ways = [
            TaskDescription(
                name="网站", kind="crawl", settings={"source": site.url + "/", "rate": 0},
                allowed_hosts=["127.0.0.1"],
            ),
            TaskDescription(
                name="接口", kind="list-api", settings={"url": site.url + "/api", "key": "id", "rate": 0},
                mapping=named, allowed_hosts=["127.0.0.1"],
            ),
            description(write(tmp_path / "few.jsonl", [line(number) for number in range(400, 403)])),
        ]  # fmt: skip
        for way in ways:
            task = create_task(actor=me, site=world.portal, description=way, is_operator=True)
            task = carry(world, start_task(actor=me, task=task))
            assert task.state == State.READ, task.note
            reading = task.runs.get()
            report = report_of(reading.run)
            assert report["stored"] >= 3
            assert reading.run.phase == "waiting"
            assert reading.run.batch is not None
            assert reading.run.batch.item_count == report["stored"]
    # The fourth, a database, is brought in whole from a real server in test_databases.py.
    assert set(Resource.objects.values_list("working_version__source_app", flat=True)) >= {"migration"}


@pytest.mark.requirement("P2-06")
def test_a_check_counts_what_would_not_fit_and_changes_nothing(world: World, tmp_path: Path) -> None:
    lines = [
        line(1), line(2, title=""), line(3, title="题" * 201), line(4, created="某日"),
        line(5, by="人" * 51), line(6, kind="不存在的主题"), line(7), line(8, kind="02", created="昨天"),
        line(1), line(9, title="题" * 300),
    ]  # fmt: skip
    fields = FIELDS | {"ThemeCat": {"field": "kind"}}
    given = description(write(tmp_path / "odd.jsonl", lines), fields=fields)
    me = world.library.operator
    task = create_task(actor=me, site=world.portal, description=given, is_operator=True)
    before = Resource.objects.count()
    report = check_task(actor=me, task=task).as_dict()
    counted = {(one["element"], one["kind"]): one["count"] for one in report["complaints"]}
    assert counted == {
        ("Title", "缺少必填"): 1, ("Title", "超过长度"): 2, ("PubDate", "类型不符"): 2,
        ("Author", "超过长度"): 1, ("ThemeCat", "代码未知"): 1, ("", "主键重复"): 1,
    }  # fmt: skip
    assert (report["records"], report["passing"], report["failing"]) == (10, 2, 8)
    malformed = next(one for one in report["complaints"] if one["element"] == "PubDate")
    assert [(each["key"], each["value"]) for each in malformed["examples"]] == [("4", "某日"), ("8", "昨天")]
    assert Resource.objects.count() == before
    assert not TaskRun.objects.exists()
    assert check_task(actor=me, task=task, most=1).is_clean


@pytest.mark.requirement("P2-07")
def test_a_task_is_paused_taken_up_and_its_failures_are_read_again(
    world: World, task: IntakeTask, file: Path
) -> None:
    me = world.library.operator
    write(
        file,
        [line(number, **({"created": "某日"} if number in (70, 110) else {})) for number in range(1, 121)],
    )
    told: list[int] = []

    def tell(phase: str, done: int, left: int) -> None:
        told.append(done)
        if len(told) == 1:
            pause_task(actor=me, task=task)

    reading = start_task(actor=me, task=task)
    assert carry(world, reading, progress=tell).state == State.PAUSED
    assert (progress_of(task).read, reading.run.articles.count()) == (50, 50)
    with pytest.raises(TaskNotReady):
        start_task(actor=me, task=task)
    reading = resume_task(actor=me, task=task)
    assert carry(world, reading).state == State.READ
    now = progress_of(task)
    assert (now.read, now.expected, now.failed, now.percent) == (120, 120, 2, 100)
    assert now.outcomes == {"stored": 118}
    assert [(one.key, one.code) for one in map(as_failed, failed_rows(task))] == [
        ("70", "type-mismatch"), ("110", "type-mismatch"),
    ]  # fmt: skip
    assert all("某日" in as_failed(row).reason for row in failed_rows(task))
    report = report_of(reading.run)
    assert (report["source_count"], report["stored"], len(report["refused"])) == (120, 118, 2)
    write(file, [line(number, **({"created": "某日"} if number == 110 else {})) for number in range(1, 121)])
    again = start_task(actor=me, task=task, is_retry=True)
    carry(world, again)
    assert [row.key for row in failed_rows(task)] == ["110"]
    assert list(again.run.articles.values_list("extracted__title", "outcome")) == [
        (line(70)["title"], "stored")
    ]
    write(file, [line(number) for number in range(1, 121)])
    carry(world, start_task(actor=me, task=task, is_retry=True))
    assert not failed_rows(task).exists()
    with pytest.raises(NothingFailed):
        start_task(actor=me, task=task, is_retry=True)
    assert Resource.objects.filter(working_version__title__startswith="关于第").count() == 120


def test_read_again_only_what_is_new_or_changed_comes_in(world: World, task: IntakeTask, file: Path) -> None:
    me = world.library.operator
    first = start_task(actor=me, task=task)
    carry(world, first)
    write(file, [line(1, title="关于第1项示范工作的补充通知"), *(line(number) for number in range(3, 122))])
    second = start_task(actor=me, task=task)
    carry(world, second)
    now = progress_of(task)
    assert (now.read, now.unchanged, now.gone) == (120, 118, 1)
    before = IntakeArticle.objects.get(run=first.run, extracted__title=line(1)["title"])
    brought = dict(second.run.articles.values_list("url", "revises_id"))
    assert brought == {
        "http://old.example.gov.cn/art/1.html": before.resource_id,
        "http://old.example.gov.cn/art/121.html": None,
    }
    # What changed is a new version of the same resource, waiting for its approval.
    assert before.resource_id is not None
    assert ResourceVersion.objects.filter(resource_id=before.resource_id).count() == 2
    assert Resource.objects.filter(working_version__title__startswith="关于第").count() == 121


@pytest.mark.requirement("P2-16")
def test_what_another_platform_sends_is_receipted_and_sent_again_without_doubling(
    world: World, task: IntakeTask, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def receipts() -> dict[str, tuple[str, str]]:
        call_command("intake", "task", "receipts", task.name)
        lines = [json.loads(text) for text in capsys.readouterr().out.splitlines() if '"key"' in text]
        return {one["key"]: (one["state"], one["code"]) for one in lines}

    write(file, [line(1), line(2, created="某日"), line(3)])
    first = start_task(actor=world.library.operator, task=task)
    carry(world, first)
    assert receipts() == {"1": ("received", ""), "2": ("failed", "type-mismatch"), "3": ("received", "")}
    # The whole message comes again, the broken record mended in it.
    write(file, [line(1), line(2), line(3)])
    for _ in range(2):
        carry(world, start_task(actor=world.library.operator, task=task), signers=[world.library.operator])
    call_command("intake", "run", resume=str(first.run_id), approved_by="operator")
    assert set(receipts().values()) == {("published", "")}
    assert Resource.objects.filter(working_version__title__startswith="关于第").count() == 3
    assert ResourceVersion.objects.filter(title__startswith="关于第").count() == 3


def test_a_task_that_is_stopped_carries_what_was_read(world: World, task: IntakeTask) -> None:
    me = world.library.operator
    reading = start_task(actor=me, task=task)
    task = carry(
        world, reading, progress=lambda *_: stop_task(actor=me, task=task) if progress_of(task).read else None
    )
    assert task.state == State.STOPPED
    reading.run.refresh_from_db()
    assert (reading.run.phase, reading.run.articles.filter(outcome="stored").count()) == ("waiting", 50)
    carry(world, start_task(actor=me, task=task))
    assert Resource.objects.filter(working_version__title__startswith="关于第").count() == 120


@pytest.mark.requirement("P2-08")
@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED])
def test_the_mapping_is_locked_while_the_task_runs(
    world: World, task: IntakeTask, file: Path, state: str
) -> None:
    me = world.library.operator
    start_task(actor=me, task=task)
    IntakeTask.objects.filter(pk=task.pk).update(state=state)
    other = description(file, column="by")
    with pytest.raises(TaskLocked):
        change_task(actor=me, task=task, description=other, is_operator=True)
    for column in ("mapping", "settings", "allowed_hosts"):
        with pytest.raises(DatabaseError, match="not changed while it runs"), transaction.atomic():
            IntakeTask.objects.filter(pk=task.pk).update(**{column: {"other": 1}})
    with pytest.raises(DatabaseError), transaction.atomic(), closing(connection.cursor()) as cursor:
        cursor.execute("UPDATE rongshu_intake_intaketask SET kind = 'crawl'")
    task.refresh_from_db()
    assert task.mapping == description(file).mapping
    IntakeTask.objects.filter(pk=task.pk).update(state=State.READ)
    assert change_task(actor=me, task=task, description=other, is_operator=True).mapping["column"] == "by"


def test_files_are_brought_from_folder_network_and_record(world: World, tmp_path: Path) -> None:
    (tmp_path / "www/up").mkdir(parents=True)
    (tmp_path / "www/up/1.txt").write_text("附件一的内容")
    (tmp_path / "secret.txt").write_text("外面的内容")
    with OldSite() as old:
        old.file("/net/2.txt", "附件二的内容".encode(), "text/plain")
        files = ["/up/1.txt", old.url + "/net/2.txt", "/up/absent.txt", "/up/..%2f..%2fsecret.txt"]
        lines = [line(1, files=files), line(2, files=[{"name": "附件三.txt", "data": "6ZmE5Lu25LiJ"}])]
        given = description(
            write(tmp_path / "with.jsonl", lines), folder=str(tmp_path / "www"),
            files=[{"field": "files", "name": "name", "content": "data"}],
        )  # fmt: skip
        given = replace(given, allowed_hosts=["127.0.0.1"])
        me = world.library.operator
        task = create_task(actor=me, site=world.portal, description=given, is_operator=True)
        carry(world, start_task(actor=me, task=task))
    kept = {
        version.title: sorted(file["name"] for file in version.attachments)
        for version in ResourceVersion.objects.filter(title__startswith="关于第")
    }
    assert kept == {line(1)["title"]: ["1.txt", "2.txt"], line(2)["title"]: ["附件三.txt"]}
    failed = as_failed(failed_rows(task).get())
    assert (failed.key, failed.code) == ("1", "record-files-missing")
    assert "有 2 个附件" in failed.reason


def test_a_source_that_goes_away_leaves_the_task_to_be_taken_up(world: World, tmp_path: Path) -> None:
    with OldSite() as old:
        pages = {
            "0": [line(number) for number in range(1, 51)],
            "1": [line(number) for number in range(51, 81)],
        }
        for page, rows in pages.items():
            old.file(f"/list?p={page}", json.dumps(rows).encode(), "application/json")
        old.file("/list?p=2", b"[]", "application/json")
        away = old.answers.pop("/list?p=1")
        settings = {"url": old.url + "/list?p={page}", "first": 0, "key": "id", "rate": 0}
        given = TaskDescription(
            name="接口",
            kind="list-api",
            settings=settings,
            mapping={"fields": FIELDS},
            allowed_hosts=["127.0.0.1"],
        )
        me = world.library.operator
        task = create_task(actor=me, site=world.portal, description=given, is_operator=True)
        reading = start_task(actor=me, task=task)
        with pytest.raises(SourceAway):
            carry(world, reading)
        task.refresh_from_db()
        assert (task.state, "第 2 页" in task.note) == (State.FAILED, True)
        assert reading.run.articles.count() == 50
        old.answers["/list?p=1"] = away
        assert carry(world, resume_task(actor=me, task=task)).state == State.READ
    assert reading.run.articles.filter(outcome="stored").count() == 80
    assert not IntakeRefusal.objects.filter(run=reading.run).exists()


def test_who_may_not_and_what_may_not_be_named(world: World, file: Path, task: IntakeTask) -> None:
    stranger = register_person(
        actor=Clock(), name="旁人", handle="stranger", organization=world.library.education
    )
    me, given = world.library.operator, description(file)
    inner = replace(given, allowed_hosts=["db"])
    refused: list[tuple[Any, type[RongshuError]]] = [
        (lambda: create_task(actor=stranger, site=world.portal, description=given), NotAllowed),
        (lambda: start_task(actor=stranger, task=task), NotAllowed),
        (lambda: check_task(actor=stranger, task=task), NotAllowed),
        (lambda: pause_task(actor=me, task=task), TaskNotReady),
        (lambda: resume_task(actor=me, task=task), TaskNotReady),
        (lambda: create_task(actor=me, site=world.portal, description=given), PathNotAllowed),
        (
            lambda: change_task(actor=me, task=task, description=description(file, folder="/")),
            PathNotAllowed,
        ),
        (lambda: change_task(actor=me, task=task, description=inner), NotAllowed),
        (
            lambda: change_task(
                actor=me, task=task, is_operator=True,
                description=description(file, column={"field": "channel", "values": {"x": "/no-such/"}}),
            ),
            MappingMalformed,
        ),
    ]  # fmt: skip
    for deed, error in refused:
        with pytest.raises(error):
            deed()
    task.refresh_from_db()
    assert (IntakeTask.objects.count(), task.state, task.mapping) == (1, State.READY, given.mapping)


def test_the_commands_a_person_types(world: World, file: Path, tmp_path: Path) -> None:
    given = description(file)
    written = {
        "name": "旧库",
        "site": "portal",
        "source": {"kind": "file", **given.settings},
        **given.mapping,
    }
    (tmp_path / "task.yaml").write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")

    def typed(*words: str) -> str:
        out = io.StringIO()
        call_command("intake", "task", *words, stdout=out)
        return out.getvalue()

    assert "已新建任务" in typed("new", str(tmp_path / "task.yaml"))
    assert "已修改任务" in typed("new", str(tmp_path / "task.yaml"))
    assert json.loads(typed("check", "旧库", "--rows", "20"))["passing"] == 20
    report = tmp_path / "report.json"
    said = typed("start", "旧库", "--approved-by", "operator", "--report", str(report))
    assert "已读完" in said
    assert "入库 120" in said
    answer = json.loads(report.read_text())
    assert (answer["status"], answer["stored"]) == ("finished", 120)
    assert all(item["new_url"] for item in answer["articles"])
    assert typed("rows", "旧库") == "没有失败的记录。\n"
    assert "旧库" in typed("list")
    assert yaml.safe_load(typed("show", "旧库"))["fields"] == FIELDS
    assert "没有变化 120" in typed("start", "旧库")
    with pytest.raises(CommandError, match="没有失败的记录"):
        typed("retry", "旧库")
    with pytest.raises(CommandError, match="intake-task-not-found"):
        typed("start", "没有")
