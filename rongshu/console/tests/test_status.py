"""The status page tells a person how the installation is doing, and what to do about what is not well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from rongshu.foundation import clock
from rongshu.foundation.holders import this_process
from rongshu.foundation.models import Installation, Lease
from rongshu.foundation.work import WorkRequest, enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, settings: Settings) -> Client:
    settings.ROOT_URLCONF = "rongshu.project.urls_console"
    settings.ALLOWED_HOSTS = ["testserver"]
    Installation.objects.create(pk=1, name="示范平台")
    return client


def test_a_missing_worker_is_a_problem_with_advice(page: Client) -> None:
    text = page.get("/").content.decode()
    assert "示范平台" in text
    assert "有 1 处问题" in text
    assert "rongshu serve" in text


def test_a_living_worker_and_its_queues_are_shown(page: Client) -> None:
    Lease.objects.create(
        name="worker/x/light", holder=this_process(), expires_at=clock.now() + timedelta(minutes=1)
    )
    enqueue([WorkRequest("publishing", "page", priority=20)])
    text = page.get("/").content.decode()
    assert "处问题" not in text
    assert "<td>publishing</td><td>20</td><td>1</td>" in text


def test_the_page_reads_only_and_is_never_kept(page: Client) -> None:
    assert page.post("/").status_code == 405
    answer = page.get("/")
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_what_apps_say_is_escaped(page: Client) -> None:
    enqueue([WorkRequest("<script>", "page")])
    assert "<script>" not in page.get("/").content.decode()
