"""The status page tells a person how the installation is doing, and what to do about what is not well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.holders import this_process
from rongshu.foundation.models import Lease
from rongshu.foundation.work import WorkRequest, enqueue

pytestmark = pytest.mark.django_db
STATUS = "/settings/status"


def test_a_missing_worker_is_a_problem_with_advice(page: ConsoleClient) -> None:
    text = page.get(STATUS).content.decode()
    assert "示范平台" in text
    assert "有 1 处问题" in text
    assert "rongshu serve" in text


def test_a_living_worker_and_its_queues_are_shown(page: ConsoleClient) -> None:
    Lease.objects.create(
        name="worker/x/light", holder=this_process(), expires_at=clock.now() + timedelta(minutes=1)
    )
    enqueue([WorkRequest("publishing", "page", priority=20)])
    text = page.get(STATUS).content.decode()
    assert "处问题" not in text
    assert "<td>页面发布（publishing）</td><td>20</td><td>1</td>" in text


def test_the_page_reads_only_and_is_never_kept(page: ConsoleClient) -> None:
    assert page.post(STATUS).status_code == 405
    answer = page.get(STATUS)
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_what_apps_say_is_escaped(page: ConsoleClient) -> None:
    enqueue([WorkRequest("<script>", "page")])
    assert "<script>page" not in page.get(STATUS).content.decode()
    assert "&lt;script&gt;" in page.get(STATUS).content.decode()


def test_who_does_not_operate_is_refused_and_not_shown_the_way(
    console_client: ConsoleClient, page: ConsoleClient
) -> None:
    clerk = sign_in(ConsoleClient(), register_person(actor=Clock(), name="职员", handle="clerk"))
    assert clerk.get(STATUS).status_code == 403
    assert "运维状态" not in clerk.get("/").content.decode()
    assert "运维状态" in page.get("/").content.decode()
