"""People, grants and roles at the console: what an administrator may do, and what is refused."""

from __future__ import annotations

import re

import pytest
from allauth.usersessions.models import UserSession

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.tests.conftest import Province
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def education(province: Province) -> ConsoleClient:
    """The client of who manages the department of education and what stands below it."""
    return sign_in(ConsoleClient(), province.manager)


def test_an_administrator_sees_his_own_people_only(education: ConsoleClient, province: Province) -> None:
    text = education.get("/people").content.decode()
    assert province.clerk.name in text
    assert province.stranger.name not in text


def test_a_foreign_person_is_as_absent_as_none(education: ConsoleClient, province: Province) -> None:
    foreign = f"/people/{province.stranger.pk}"
    for path in ("", "/change", "/roles/new"):
        assert education.get(foreign + path).status_code == 404
    assert education.post(f"{foreign}/retire", {"confirmed": "yes", "reason": "x"}).status_code == 404
    grant = grant_role(
        actor=Clock(), person=province.stranger, role="editor", scope="unit", scope_id=province.health.pk
    )
    assert (
        education.post(f"/grants/{grant.pk}/revoke", {"confirmed": "yes", "reason": "x"}).status_code == 404
    )
    province.stranger.refresh_from_db()
    grant.refresh_from_db()
    assert province.stranger.is_active
    assert grant.revoked_at is None


def test_a_person_is_registered_and_changed(education: ConsoleClient, province: Province) -> None:
    filled = {"name": "新同志", "handle": "xin", "organization": "示范省教育厅"}
    answer = education.post("/people/new", filled)
    person = Person.objects.get(handle="xin")
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{person.pk}")
    education.post(f"/people/{person.pk}/change", {"name": "新名字", "organization": "示范省教育考试院"})
    person.refresh_from_db()
    assert (person.name, person.organization) == ("新名字", province.office)
    record = AuditRecord.objects.get(action="person.changed")
    assert (record.via, record.actor_id, record.address) == ("web", province.manager.pk, "127.0.0.1")


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"name": "", "handle": "xin", "organization": "示范省教育厅"}, "姓名"),
        ({"name": "新", "handle": "XIN", "organization": "示范省教育厅"}, "小写字母"),
        ({"name": "新", "handle": "clerk", "organization": "示范省教育厅"}, "已被使用"),
        ({"name": "新", "handle": "xin", "organization": "没有的厅"}, "没有名为"),
        ({"name": "新", "handle": "xin", "organization": "示范省卫生健康委员会"}, "权限"),
    ],
)
def test_a_refused_registration_comes_back_with_what_was_typed(
    education: ConsoleClient, province: Province, filled: dict[str, str], said: str
) -> None:
    before = Person.objects.count()
    answer = education.post("/people/new", filled)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "没有提交成功" in text
    assert f'value="{filled["handle"]}"' in text
    assert Person.objects.count() == before


def test_leaving_office_waits_for_a_second_press(education: ConsoleClient, province: Province) -> None:
    asked = education.post("/people/retire", {"ids": [str(province.clerk.pk)]})
    assert "帐号立即停用" in asked.content.decode()
    province.clerk.refresh_from_db()
    assert province.clerk.is_active
    without_reason = education.post("/people/retire", {"ids": [str(province.clerk.pk)], "confirmed": "yes"})
    assert without_reason.status_code == 422
    education.post("/people/retire", {"ids": [str(province.clerk.pk)], "confirmed": "yes", "reason": "调离"})
    province.clerk.refresh_from_db()
    assert not province.clerk.is_active


def test_a_bulk_retirement_never_reaches_foreign_people(education: ConsoleClient, province: Province) -> None:
    ids = [str(province.stranger.pk), str(province.clerk.pk)]
    education.post("/people/retire", {"ids": ids, "confirmed": "yes", "reason": "调离"})
    province.stranger.refresh_from_db()
    assert province.stranger.is_active


def test_a_role_is_given_with_dates_and_taken_back(education: ConsoleClient, province: Province) -> None:
    filled = {
        "role": "editor", "scope": "organization", "place": "示范省教育厅",
        "valid_from": "2026-01-01", "valid_until": "2099-12-31",
    }  # fmt: skip
    answer = education.post(f"/people/{province.clerk.pk}/roles/new", filled)
    assert answer.status_code == 302
    grant = RoleGrant.objects.get(person=province.clerk)
    assert (grant.role_id, grant.scope_id) == ("editor", province.education.pk)
    text = education.get(f"/people/{province.clerk.pk}").content.decode()
    assert "机构及其下级：示范省教育厅" in text
    assert "起草和修改信息资源" in text
    education.post(f"/grants/{grant.pk}/revoke", {"confirmed": "yes", "reason": "轮岗"})
    grant.refresh_from_db()
    assert grant.revoked_at is not None


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        ({"role": "editor", "scope": "organization", "place": ""}, "请填写"),
        ({"role": "editor", "scope": "organization", "place": "没有的厅"}, "没有名为"),
        ({"role": "editor", "scope": "organization", "place": "示范省卫生健康委员会"}, "上级管理员"),
        ({"role": "audit-administrator", "scope": "platform", "place": ""}, "上级管理员"),
        ({"role": "nothing", "scope": "platform", "place": ""}, "角色"),
    ],
)
def test_a_role_beyond_the_givers_powers_is_refused(
    education: ConsoleClient, province: Province, filled: dict[str, str], said: str
) -> None:
    answer = education.post(f"/people/{province.clerk.pk}/roles/new", filled)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not RoleGrant.objects.filter(person=province.clerk).exists()


def test_a_role_of_ones_own_is_defined_by_the_operator_only(
    page: ConsoleClient, education: ConsoleClient
) -> None:
    filled = {"code": "proofing", "name": "校对组", "capabilities": ["resource.write", "proof.read"]}
    assert education.post("/roles/new", filled).status_code == 403
    assert not Role.objects.filter(code="proofing").exists()
    assert page.post("/roles/new", filled).status_code == 302
    assert Role.objects.get(code="proofing").capabilities == ["proof.read", "resource.write"]
    again = page.post("/roles/new", {**filled, "name": "另一个"})
    assert again.status_code == 422
    assert Role.objects.get(code="proofing").name == "校对组"
    page.post("/roles/proofing", {"name": "校对二组", "capabilities": ["proof.read"]})
    assert Role.objects.get(code="proofing").name == "校对二组"


def test_built_in_roles_are_shown_and_not_changed(page: ConsoleClient) -> None:
    before = Role.objects.get(code="editor").capabilities
    assert "不能修改" in page.get("/roles/editor").content.decode()
    page.post("/roles/editor", {"name": "x", "capabilities": ["person.manage"]})
    assert Role.objects.get(code="editor").capabilities == before


def test_who_manages_nobody_is_refused(province: Province) -> None:
    clerk = sign_in(ConsoleClient(), province.clerk)
    for path in ("/people", "/people/new", "/roles", "/organizations", "/audit", "/sign-ins"):
        assert clerk.get(path).status_code == 403, path


def test_names_are_suggested(education: ConsoleClient, province: Province) -> None:
    answer = education.get("/-/suggest/organizations", {"asks": "organization", "organization": "教育"})
    assert '<option value="示范省教育考试院">' in answer.content.decode()
    places = education.get("/-/suggest/places", {"scope": "unit", "place": "卫生"}).content.decode()
    assert "示范省卫生健康委员会" in places


def test_an_enrolment_link_is_shown_once(education: ConsoleClient, province: Province) -> None:
    text = education.post(f"/people/{province.clerk.pk}/enrol").content.decode()
    found = re.search(r'value="http://testserver(/-/enrol/[^"]+)"', text)
    assert found is not None
    assert ConsoleClient().get(found[1]).status_code == 200
    assert "待本人开通" in education.get(f"/people/{province.clerk.pk}").content.decode()
    assert "/-/enrol/" not in education.get(f"/people/{province.clerk.pk}").content.decode()


def test_an_account_is_locked_with_a_reason_and_opened_again(
    education: ConsoleClient, province: Province
) -> None:
    clerk = sign_in(ConsoleClient(), province.clerk)
    path = f"/people/{province.clerk.pk}"
    assert "立即不能登录" in education.post(f"{path}/lock").content.decode()
    assert clerk.get("/").status_code == 200
    education.post(f"{path}/lock", {"confirmed": "yes", "reason": "交接期间"})
    account = province.clerk.accounts.get()
    assert (account.locked_at is not None, account.lock_reason) == (True, "交接期间")
    assert clerk.get("/").status_code == 302
    assert "交接期间" in education.get(path).content.decode()
    education.post(f"{path}/unlock")
    account.refresh_from_db()
    assert account.locked_at is None


def test_a_second_factor_is_reset_after_asking(education: ConsoleClient, province: Province) -> None:
    sign_in(ConsoleClient(), province.clerk)
    path = f"/people/{province.clerk.pk}/reset-factor"
    assert "全部作废" in education.post(path).content.decode()
    assert not AuditRecord.objects.filter(action="account.second-factor-reset").exists()
    assert "/-/enrol/" in education.post(path, {"confirmed": "yes", "reason": "手机丢失"}).content.decode()
    assert AuditRecord.objects.get(action="account.second-factor-reset").reason == "手机丢失"


def _session(person: Person) -> UserSession:
    """Return the record of a session, as the sign-in pages keep it."""
    client = sign_in(ConsoleClient(), person)
    key = client.cookies["rongshu_console_session"].value
    kept, _ = UserSession.objects.get_or_create(
        session_key=key, defaults={"user": person.accounts.get(), "ip": "192.0.2.4", "user_agent": "示范"}
    )
    return kept


def test_a_session_is_ended(education: ConsoleClient, province: Province) -> None:
    session = _session(province.clerk)
    assert "192.0.2.4" in education.get(f"/people/{province.clerk.pk}").content.decode()
    education.post(f"/sessions/{session.pk}/end")
    assert not session.exists()
    assert AuditRecord.objects.filter(action="session.revoked", actor_id=province.manager.pk).exists()


def test_accounts_of_foreign_people_are_out_of_reach(education: ConsoleClient, province: Province) -> None:
    stranger = sign_in(ConsoleClient(), province.stranger)
    stranger.get("/")
    for deed in ("enrol", "lock", "unlock", "reset-factor"):
        path = f"/people/{province.stranger.pk}/{deed}"
        assert education.post(path, {"confirmed": "yes", "reason": "x"}).status_code == 404
    session = _session(province.stranger)
    assert education.post(f"/sessions/{session.pk}/end").status_code == 404
    assert session.exists()
    assert province.stranger.accounts.get().locked_at is None
    assert not province.stranger.accounts.get().enrolments.exists()
    assert stranger.get("/").status_code == 200


def test_who_may_give_more_is_not_taken_over_by_who_may_give_less(
    education: ConsoleClient, page: ConsoleClient, province: Province
) -> None:
    province.clerk.grants.create(role_id="operator", scope="platform")
    answer = education.post(f"/people/{province.clerk.pk}/enrol")
    assert answer.status_code == 403
    assert not province.clerk.accounts.exists()
