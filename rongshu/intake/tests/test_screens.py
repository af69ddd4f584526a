"""The screens of intake: a run without a mandate is looked into, signed level by level, and goes on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.models import LongWork
from rongshu.console.progress import do_waiting_work
from rongshu.foundation.audit import Clock
from rongshu.intake.models import IntakeRun
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import small_site
from rongshu.library.models import Approval, Resource
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.publishing.tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]
LOOKED = {"has_looked": "on", "comment": "样本无误"}


def _reviewer(world: World, role: str) -> Person:
    person = register_person(
        actor=Clock(), name=f"示范{role}", handle=f"own-{role}", organization=world.portal.sponsor
    )
    grant_role(
        actor=Clock(), person=person, role=role, scope="organization", scope_id=world.portal.sponsor_id
    )
    return person


def _client(person: Person) -> ConsoleClient:
    return sign_in(ConsoleClient(), person)


@pytest.fixture
def waiting(world: World, run_intake: RunIntake) -> IntakeRun:
    """A run that stopped before publication, under the flow of three reviews."""
    assign_flow(actor=Clock(), flow="three-reviews", scope="platform", way="batches", reason="示范省规定")
    with small_site(6) as site:
        run_intake(site.url + "/", approved_by="")
    run = IntakeRun.objects.get()
    assert run.phase == "waiting"
    return run


@pytest.mark.requirement("P7-02")
def test_a_run_is_signed_by_three_persons_and_goes_on(waiting: IntakeRun, world: World) -> None:
    page = reverse("intake-run", args=[waiting.pk])
    roles = ("first-reviewer", "second-reviewer", "final-reviewer")
    people = [_reviewer(world, role) for role in roles]
    for level, person in enumerate(people, start=1):
        client = _client(person)
        assert "待签发批次" in client.get("/").content.decode()
        text = client.get(page).content.decode()
        assert "抽查样本" in text
        assert "签发本批" in text
        assert waiting.batch is not None
        assert waiting.batch.manifest_digest in text
        sign = reverse("intake-sign", args=[waiting.pk])
        assert client.post(sign, {}).status_code == 422  # he has not said that he looked
        answer = client.post(sign, LOOKED)
        assert answer.status_code == 302
        assert Approval.objects.get().signatures.count() == level
        assert client.get(sign).status_code == 403
    assert answer["Location"].startswith("/work/")
    assert do_waiting_work()
    waiting.refresh_from_db()
    assert LongWork.objects.get().status == "done", LongWork.objects.get().note
    assert waiting.phase == "finished"
    assert Resource.objects.filter(status="effective").count() >= 6
    text = client.get(page).content.decode()
    assert text.count("已签发") == 3
    assert "示范first-reviewer：样本无误" in text


def test_who_runs_it_sees_it_and_signs_nothing(waiting: IntakeRun, world: World) -> None:
    client = _client(world.library.operator)
    assert "签发本批" in client.get(reverse("intake-run", args=[waiting.pk])).content.decode()
    answer = client.post(reverse("intake-sign", args=[waiting.pk]), LOOKED)
    assert answer.status_code == 422
    assert "不能由您签发" in answer.content.decode()
    assert not Approval.objects.filter(signatures__isnull=False).exists()
    report = client.get(reverse("intake-report", args=[waiting.pk])).json()
    assert report["status"] == "waiting"


def test_a_batch_is_sent_back_with_a_reason(waiting: IntakeRun, world: World) -> None:
    client = _client(_reviewer(world, "first-reviewer"))
    send_back = reverse("intake-return", args=[waiting.pk])
    assert client.post(send_back, {"reason": " "}).status_code == 422
    client.post(send_back, {"reason": "栏目不符"})
    assert "已退回" in client.get(reverse("intake-runs")).content.decode()
    assert client.post(reverse("intake-sign", args=[waiting.pk]), LOOKED).status_code in {403, 422}
    assert not Resource.objects.filter(status="effective").exists()
    resubmit = reverse("intake-resubmit", args=[waiting.pk])
    assert client.get(resubmit).status_code == 403, "who signs does not put up for signing"

    operator, page = _client(world.library.operator), reverse("intake-run", args=[waiting.pk])
    assert "退回：栏目不符" in operator.get(page).content.decode()
    assert operator.post(resubmit, {"reason": " "}).status_code == 422
    operator.post(resubmit, {"reason": "栏目已改"})
    assert "重新送审：栏目已改" in client.get(page).content.decode()
    assert operator.post(resubmit, {"reason": "再送一次"}).status_code == 422
    for role in ("first-reviewer", "second-reviewer", "final-reviewer"):
        signer = client if role == "first-reviewer" else _client(_reviewer(world, role))
        assert signer.post(reverse("intake-sign", args=[waiting.pk]), LOOKED).status_code == 302, role
    assert do_waiting_work()
    assert Resource.objects.filter(status="effective").count() >= 6
    test = waiting.papers.get(kind="test").content["approval"][0]
    assert [one["level"] for one in test["signatures"]] == [1, 2, 3], "not who sent it back"


def test_a_batch_is_looked_through_beforehand(waiting: IntakeRun, world: World) -> None:
    client = _client(_reviewer(world, "first-reviewer"))
    client.post(reverse("intake-inspect", args=[waiting.pk]))
    assert do_waiting_work()
    assert client.get(reverse("intake-run", args=[waiting.pk])).status_code == 200
    assert not Resource.objects.filter(status="effective").exists()


def test_a_run_of_others_is_not_there(waiting: IntakeRun, world: World) -> None:
    stranger = register_person(
        actor=Clock(), name="别处审核", handle="elsewhere", organization=world.library.education
    )
    for role in ("first-reviewer", "editor"):
        grant_role(
            actor=Clock(), person=stranger, role=role, scope="organization",
            scope_id=world.library.education.pk,
        )  # fmt: skip
    client = _client(stranger)
    assert waiting.source not in client.get(reverse("intake-runs")).content.decode()
    for name in ("intake-run", "intake-sign", "intake-return", "intake-resubmit", "intake-report"):
        assert client.get(reverse(name, args=[waiting.pk])).status_code == 404, name
    for name in ("intake-sign", "intake-return", "intake-resubmit", "intake-resume", "intake-inspect"):
        assert client.post(reverse(name, args=[waiting.pk]), LOOKED).status_code == 404, name
    assert not Approval.objects.exists()
