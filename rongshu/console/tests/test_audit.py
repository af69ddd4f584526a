"""The audit at the console: who, when, from where, to what; scoped, exported, verified, never changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from rongshu.accounts.actions.change_person import change_person
from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.models import Realm, SignInAttempt
from rongshu.accounts.queries import is_locked_out
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.accounts.visits import Visit
from rongshu.console.audit.words import deed_label
from rongshu.console.models import LongWork
from rongshu.console.progress import do_waiting_work
from rongshu.console.tests.conftest import Province
from rongshu.foundation.audit import Clock, acting_via
from rongshu.foundation.models import AuditRecord
from rongshu.foundation.sealing import seal_audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def deeds(province: Province) -> None:
    """One deed of a person of education, one of a person of health."""
    for person in (province.manager, province.stranger):
        grant_role(
            actor=Clock(), person=person, role="organization-administrator", scope="unit",
            scope_id=person.organization_id,
        )  # fmt: skip
        with acting_via("web", "192.0.2.7"):
            change_person(
                actor=person, person=person, name=f"{person.name}改", organization=person.organization
            )


@pytest.mark.requirement("P3-05")
def test_the_log_says_who_when_from_where_and_to_what(page: ConsoleClient, deeds: None) -> None:
    text = page.get("/audit", {"deed": "person.changed"}).content.decode()
    assert text.count("192.0.2.7") == 2
    record = AuditRecord.objects.filter(action="person.changed").latest("at")
    one = page.get(f"/audit/{record.pk}").content.decode()
    for said in (record.actor_name, "192.0.2.7", "管理端", "修改人员", record.object_id, record.digest):
        assert said in one
    assert "操作前" in one
    assert "操作后" in one


@pytest.mark.requirement("P3-05")
def test_no_address_of_the_audit_changes_a_record(page: ConsoleClient, deeds: None) -> None:
    record = AuditRecord.objects.latest("at")
    for path in ("/audit", f"/audit/{record.pk}"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(page, method)(path).status_code == 405
    assert AuditRecord.objects.filter(pk=record.pk).exists()
    assert "删除" not in page.get(f"/audit/{record.pk}").content.decode()


def test_an_organizations_auditor_reads_the_deeds_of_its_people(province: Province, deeds: None) -> None:
    grant_role(
        actor=Clock(), person=province.clerk, role="auditor", scope="organization",
        scope_id=province.education.pk,
    )  # fmt: skip
    auditor = sign_in(ConsoleClient(), province.clerk)
    text = auditor.get("/audit").content.decode()
    assert province.manager.name in text
    assert province.stranger.name not in text
    foreign = AuditRecord.objects.get(action="person.changed", actor_id=province.stranger.pk)
    assert auditor.get(f"/audit/{foreign.pk}").status_code == 404
    assert auditor.post("/audit/verify").status_code == 403
    assert not LongWork.objects.exists()
    exported = b"".join(auditor.get("/audit", {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert province.stranger.name not in exported
    assert AuditRecord.objects.filter(action="list.exported", actor_id=province.clerk.pk).exists()


def test_filters_narrow_and_wrong_ones_are_told(page: ConsoleClient, deeds: None) -> None:
    assert "没有符合条件" in page.get("/audit", {"day_until": "2001-01-01"}).content.decode()
    wrong = page.get("/audit", {"day_from": "昨天"})
    assert wrong.status_code == 400
    assert "有效的日期" in wrong.content.decode()


def test_the_trail_is_verified_as_long_work(page: ConsoleClient, deeds: None) -> None:
    seal_audit()
    answer = page.post("/audit/verify")
    work = LongWork.objects.get()
    assert answer["Location"] == reverse("console-work", args=[work.pk])
    assert do_waiting_work()
    shown = page.get(answer["Location"]).content.decode()
    assert "没有发现改动" in shown
    assert "已完成" in shown


def test_sign_ins_are_listed_to_whom_they_concern(page: ConsoleClient, province: Province) -> None:
    SignInAttempt.objects.create(
        realm="staff", login_name="ghost", address="192.0.2.9", outcome="wrong-password"
    )
    assert "192.0.2.9" in page.get("/sign-ins").content.decode()
    manager = sign_in(ConsoleClient(), province.manager)
    text = manager.get("/sign-ins")
    assert text.status_code == 200
    assert "192.0.2.9" not in text.content.decode()


def test_an_address_that_failed_too_often_is_let_in_again(page: ConsoleClient, province: Province) -> None:
    for number in range(60):
        Visit(realm=Realm.STAFF, address="192.0.2.7").note(
            SignInAttempt.Outcome.WRONG_PASSWORD, login_name=f"nobody{number}"
        )
    assert "被锁定的来源地址" in page.get("/sign-ins").content.decode()
    wish = {"address": "192.0.2.7"}
    assert "解锁地址 192.0.2.7" in page.post("/sign-ins/unlock", wish).content.decode()
    refused = page.post("/sign-ins/unlock", {**wish, "confirmed": "yes", "reason": ""})
    assert refused.status_code == 422
    assert is_locked_out(realm=Realm.STAFF, login_name="somebody", address="192.0.2.7")
    manager = sign_in(ConsoleClient(), province.manager)
    assert manager.post("/sign-ins/unlock", {**wish, "confirmed": "yes", "reason": "核实"}).status_code == 403
    page.post("/sign-ins/unlock", {**wish, "confirmed": "yes", "reason": "出口地址共用"})
    assert not is_locked_out(realm=Realm.STAFF, login_name="somebody", address="192.0.2.7")
    assert "被锁定的来源地址" not in page.get("/sign-ins").content.decode()
    assert page.post("/sign-ins/unlock", wish).status_code == 404


def test_every_deed_of_the_platform_has_a_name() -> None:
    source = Path(__file__).resolve().parents[2]
    recorded = re.compile(r'\b(?:record|refusals_logged)\(\s*[\w.\[\]()]+,\s*"([a-z-]+\.[a-z-]+)"')
    files = [one for one in source.rglob("*.py") if "tests" not in one.parts]
    codes = {code for file in files for code in recorded.findall(file.read_text(encoding="utf-8"))}
    assert len(codes) > 100
    assert {code for code in codes if deed_label(code) == code} == set()
