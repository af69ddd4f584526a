"""Tasks in the console: described, mapped, tried, read in the background, read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.models import LongWork
from rongshu.console.progress import do_waiting_work
from rongshu.foundation.audit import Clock
from rongshu.intake.models import IntakeTask
from rongshu.intake.tests.test_tasks import line
from rongshu.library.models import Resource
from rongshu.publishing.tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


def upload(lines: list[dict[str, Any]], name: str = "旧库导出.jsonl") -> SimpleUploadedFile:
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in lines)
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def client(world: World) -> ConsoleClient:
    return sign_in(ConsoleClient(), world.library.operator)


@pytest.fixture
def task(world: World, client: ConsoleClient) -> IntakeTask:
    lines = [line(number, **({"created": "某日"} if number == 3 else {})) for number in range(1, 8)]
    given = {
        "name": "旧库",
        "site": str(world.portal.pk),
        "kind": "file",
        "settings": "key: id",
        "file": upload(lines),
    }
    answer = client.post(reverse("intake-new-task"), given)
    assert answer.status_code == 302, answer.content.decode()
    return IntakeTask.objects.get()


def at(name: str, task: IntakeTask) -> str:
    return reverse(name, args=[task.pk])


def mapping_form(**more: str) -> dict[str, str]:
    return {
        "type": "article", "field-Title": "title", "field-Content": "body", "as-Content": "html",
        "field-PubDate": "created", "column_field": "channel",
        "address": "https://old.example.gov.cn/art/{id}.html", **more,
    }  # fmt: skip


@pytest.mark.requirement("P2-07")
def test_a_task_from_its_description_to_its_failures(
    world: World, client: ConsoleClient, task: IntakeTask
) -> None:
    page = client.get(at("intake-task-mapping", task)).content.decode()
    # What the columns are called suggests what they mean.
    assert '<option value="title" selected>' in page
    assert client.post(at("intake-task-mapping", task), mapping_form()).status_code == 302
    task.refresh_from_db()
    assert task.mapping["fields"] == {
        "Title": "title",
        "Content": {"field": "body", "as": "html"},
        "PubDate": "created",
    }
    tried = client.post(at("intake-task-check", task), {}).content.decode()
    assert "类型不符" in tried
    assert "某日" in tried
    assert not Resource.objects.filter(working_version__title__startswith="关于第").exists()
    answer = client.post(at("intake-task-start", task), {})
    assert answer["Location"].startswith("/work/")
    assert do_waiting_work()
    assert LongWork.objects.get().status == "done", LongWork.objects.get().note
    shown = client.get(at("intake-task", task)).content.decode()
    assert "失败的记录（1）" in shown
    assert "已读 7 / 7 条" in shown
    assert "看不出是哪一天" in client.get(at("intake-task-rows", task)).content.decode()
    assert "旧库" in client.get(reverse("intake-tasks")).content.decode()
    lines = [line(number) for number in range(1, 8)]
    changed = {"name": "旧库", "kind": "file", "settings": "key: id", "file": upload(lines)}
    assert client.post(at("intake-task-source", task), changed).status_code == 302
    client.post(at("intake-task-retry", task), {})
    assert do_waiting_work()
    assert "没有失败的记录" in client.get(at("intake-task", task)).content.decode()
    assert Resource.objects.filter(working_version__title__startswith="关于第").count() == 7


@pytest.mark.requirement("P2-08")
def test_a_running_task_shows_that_it_is_locked(client: ConsoleClient, task: IntakeTask) -> None:
    client.post(at("intake-task-mapping", task), mapping_form())
    client.post(at("intake-task-start", task), {})
    assert "已锁定" in client.get(at("intake-task", task)).content.decode()
    refused = client.post(at("intake-task-mapping", task), mapping_form(**{"field-Author": "by"}))
    assert refused.status_code == 422
    assert "不能修改" in refused.content.decode()
    task.refresh_from_db()
    assert "Author" not in task.mapping["fields"]
    client.post(at("intake-task-pause", task), {})
    assert do_waiting_work()
    task.refresh_from_db()
    assert task.state == "paused"
    assert "继续读取" in client.get(at("intake-task", task)).content.decode()
    assert "后面的记录不再读取" in client.post(at("intake-task-stop", task), {}).content.decode()
    client.post(at("intake-task-resume", task), {})
    assert do_waiting_work()
    task.refresh_from_db()
    assert task.state == "read"


def test_a_mapping_written_in_a_file_survives_the_form(client: ConsoleClient, task: IntakeTask) -> None:
    mapping = {
        "type": "article",
        "fields": {
            "Title": {"template": "{title}（{id}）"}, "Content": "body",
            "PubDate": {"field": "created", "format": "%Y"},
            "ThemeCat": {"field": "kind", "codes": {"1": "02"}}, "OpenType": {"constant": "proactive"},
        },
        "column": {"field": "channel", "separator": "|", "values": {"要闻": "不迁移"}},
        "address": {"field": "url", "default": "x"},
        "files": [{"field": "files", "path": "p"}],
        "skip": {"field": "status", "values": [0]},
    }  # fmt: skip
    IntakeTask.objects.filter(pk=task.pk).update(mapping=mapping)
    page = client.get(at("intake-task-mapping", task))
    form = page.context["form"]
    posted = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    assert client.post(at("intake-task-mapping", task), posted).status_code == 302
    task.refresh_from_db()
    assert task.mapping == mapping


def test_bad_input_changes_nothing(world: World, client: ConsoleClient, task: IntakeTask) -> None:
    site = str(world.portal.pk)
    for given, said in (
        ({"name": "x", "site": site, "kind": "file", "settings": "path: /etc/passwd"}, "上传"),
        (
            {"name": "x", "site": site, "kind": "file", "settings": "", "file": upload([{}], "a.exe")},
            "不支持",
        ),
        ({"name": "x", "site": site, "kind": "list-api", "settings": "url: [1"}, "YAML"),
        ({"name": "x", "site": site, "kind": "crawl", "settings": "source: /srv/pages"}, "网址"),
        ({"name": "旧库", "site": site, "kind": "crawl", "settings": "source: http://a.example.cn/"}, "同名"),
        ({"name": "x", "site": "0", "kind": "crawl", "settings": "source: http://a.example.cn/"}, "site"),
    ):
        answer = client.post(reverse("intake-new-task"), given)
        assert answer.status_code == 422, said
        assert said in answer.content.decode()
    assert client.post(at("intake-task-mapping", task), mapping_form(rest="folder: /etc")).status_code == 422
    assert client.post(at("intake-task-mapping", task), mapping_form(rest="a: [1")).status_code == 422
    assert IntakeTask.objects.get().mapping == {}
    assert client.post(at("intake-task-start", task), {}).status_code in {400, 409, 422}
    assert not LongWork.objects.exists()


def test_a_task_of_others_is_not_there(world: World, task: IntakeTask) -> None:
    stranger = register_person(
        actor=Clock(), name="旁人", handle="elsewhere", organization=world.library.education
    )
    grant_role(
        actor=Clock(),
        person=stranger,
        role="publisher",
        scope="organization",
        scope_id=world.library.education.pk,
    )
    client = sign_in(ConsoleClient(), stranger)
    assert task.name not in client.get(reverse("intake-tasks")).content.decode()
    for name in ("intake-task", "intake-task-rows", "intake-task-source", "intake-task-mapping"):
        assert client.get(at(name, task)).status_code == 404, name
    for name in ("start", "retry", "resume", "pause", "stop", "check"):
        assert client.post(at(f"intake-task-{name}", task), {"confirmed": "yes"}).status_code == 404, name
    assert str(world.portal.pk) not in client.get(reverse("intake-new-task")).content.decode()
