"""Signing in at the console by its pages: what opens it, and all that does not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from rongshu.accounts.actions.change_password import force_password_change
from rongshu.accounts.actions.enrol import enrol, reset_second_factor
from rongshu.accounts.actions.lock_account import lock_account, revoke_session, unlock_account
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.actions.sweep_sessions import end_sessions_and_links, sweep_sessions
from rongshu.accounts.key_counters import accept_counter
from rongshu.accounts.models import Account, Enrolment, Person, Realm, SignInAttempt
from rongshu.accounts.one_time_codes import PERIOD, code_at
from rongshu.accounts.queries import account_of
from rongshu.accounts.testing import ConsoleClient
from rongshu.accounts.tests.conftest import Province
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord, Installation

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

CLOCK = Clock()
GOOD = "Banyan-2026-roots"
_Outcome = SignInAttempt.Outcome


@pytest.fixture(autouse=True)
def installation(db: None) -> Installation:
    return Installation.objects.create(pk=1, name="示范平台")


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


class Moment:
    """A clock that a test moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


class Visitor:
    """A person with a browser and an authenticator app."""

    def __init__(self, client: ConsoleClient, person: Person) -> None:
        self.client, self.person, self.secret = client, person, ""

    def code(self, ahead: int = 0) -> str:
        return code_at(self.secret, int(clock.now().timestamp()) // PERIOD + ahead).decode()

    def enrols(self, password: str = GOOD) -> Answer:
        path = enrol(actor=CLOCK, person=self.person).path
        self.client.post(path, {"password": password, "again": password})
        page = self.client.get(f"{path}factor/").content.decode()
        self.secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")  # type: ignore[index]
        return self.client.post(f"{path}factor/", {"code": self.code()})

    def gives_password(self, password: str = GOOD, **more: str) -> Answer:
        return self.client.post(
            "/-/sign-in/", {"login_name": self.person.handle, "password": password, **more}
        )

    def gives_code(self, code: str) -> Answer:
        return self.client.post("/-/sign-in/factor/", {"code": code})

    def is_in(self) -> bool:
        return self.client.get("/-/me/").status_code == 200

    def leaves(self) -> None:
        self.client.post("/-/sign-out/")


@pytest.fixture
def visitor(console_client: ConsoleClient, province: Province, moment: Moment) -> Visitor:
    """Return somebody who has enrolled, and has left again."""
    visitor = Visitor(console_client, province.clerk)
    assert visitor.enrols().status_code == 302
    assert visitor.is_in()
    visitor.leaves()
    assert not visitor.is_in()
    moment.pass_by(seconds=90)
    return visitor


def outcomes() -> list[str]:
    return list(SignInAttempt.objects.order_by("at", "id").values_list("outcome", flat=True))


@pytest.mark.requirement("P3-03")
def test_password_and_code_open_the_console(visitor: Visitor) -> None:
    answer = visitor.gives_password(next="/settings/status")
    assert answer["Location"] == "/-/sign-in/factor/"
    assert not visitor.is_in()
    before = visitor.client.cookies["rongshu_console_session"].value
    answer = visitor.gives_code(visitor.code())
    assert answer["Location"] == "/settings/status"
    assert visitor.client.cookies["rongshu_console_session"].value != before
    assert visitor.is_in()
    assert outcomes() == [_Outcome.SUCCEEDED, _Outcome.SUCCEEDED]


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_sign_in_leads_nowhere_else(visitor: Visitor, url: str) -> None:
    visitor.gives_password(next=url)
    assert visitor.gives_code(visitor.code())["Location"] == "/"


@pytest.mark.requirement("P3-03")
def test_a_code_is_accepted_once(visitor: Visitor, moment: Moment) -> None:
    visitor.gives_password()
    code = visitor.code()
    visitor.gives_code(code)
    visitor.leaves()
    visitor.gives_password()
    assert visitor.gives_code(code).status_code == 422
    assert not visitor.is_in()
    assert visitor.gives_code(visitor.code(-1)).status_code == 422
    moment.pass_by(seconds=30)
    assert visitor.gives_code(visitor.code()).status_code == 302
    assert visitor.is_in()


@pytest.mark.requirement("P3-03")
def test_the_code_of_enrolment_does_not_sign_in(
    console_client: ConsoleClient, province: Province, moment: Moment
) -> None:
    visitor = Visitor(console_client, province.clerk)
    visitor.enrols()
    visitor.leaves()
    visitor.gives_password()
    assert visitor.gives_code(visitor.code()).status_code == 422
    assert not visitor.is_in()


def test_a_recovery_code_opens_once(visitor: Visitor) -> None:
    authenticator = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    code = authenticator.wrap().generate_codes()[3]
    visitor.gives_password()
    assert visitor.gives_code(code).status_code == 302
    visitor.leaves()
    visitor.gives_password()
    assert visitor.gives_code(code).status_code == 422


def test_nothing_tells_whether_a_name_exists(visitor: Visitor) -> None:
    def answer(name: str) -> str:
        page = visitor.client.post("/-/sign-in/", {"login_name": name, "password": "Wrong-1-password"})
        assert page.status_code == 422
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
        return text.replace(name, "…")

    for _ in range(7):
        assert answer("clerk") == answer("nobody")
    assert outcomes()[-2:] == [_Outcome.LOCKED_OUT, _Outcome.LOCKED_OUT]


@pytest.mark.requirement("P3-03")
def test_too_many_failures_lock_the_name_out(visitor: Visitor, moment: Moment) -> None:
    for _ in range(5):
        visitor.gives_password("Wrong-1-password")
    assert "已暂时锁定" in visitor.gives_password().content.decode()
    assert AuditRecord.objects.filter(action="account.locked-out").count() == 1
    moment.pass_by(minutes=16)
    assert visitor.gives_password().status_code == 302


def test_wrong_codes_lock_out_and_an_administrator_unlocks(visitor: Visitor) -> None:
    visitor.gives_password()
    for _ in range(5):
        visitor.gives_code("000000")
    assert visitor.gives_code(visitor.code()).status_code == 422
    assert not visitor.is_in()
    unlock_account(actor=CLOCK, account=account_of(visitor.person))  # type: ignore[arg-type]
    visitor.gives_password()
    assert visitor.gives_code(visitor.code()).status_code == 302


def test_a_locked_account_is_out_at_once(visitor: Visitor) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    assert visitor.is_in()
    account = account_of(visitor.person)
    assert account is not None
    lock_account(actor=CLOCK, account=account, reason="调查期间")
    assert not visitor.is_in()
    assert visitor.gives_password().status_code == 422
    assert outcomes()[-1] == _Outcome.REFUSED


@pytest.mark.requirement("P1-07")
def test_a_public_account_does_not_sign_in_here(visitor: Visitor, settings: Settings) -> None:
    Account.objects.update(realm=Realm.PUBLIC)
    assert visitor.gives_password().status_code == 422
    assert not visitor.is_in()


def test_an_unused_session_ends(visitor: Visitor, moment: Moment) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    moment.pass_by(minutes=29)
    assert visitor.is_in()
    moment.pass_by(minutes=31)
    assert "ended=idle" in visitor.client.get("/-/me/")["Location"]


def test_a_session_kept_no_longer_says_so(visitor: Visitor) -> None:
    assert "ended" not in visitor.client.get("/-/me/")["Location"], "who never signed in lost nothing"
    visitor.gives_password()
    assert "ended" not in visitor.client.get("/-/me/")["Location"], "half of a sign-in has not ended"
    visitor.gives_code(visitor.code())
    visitor.client.session.flush()
    turned_away = visitor.client.get("/-/me/")["Location"]
    assert "ended=gone" in turned_away
    assert "上次的登录已失效" in visitor.client.get(turned_away).content.decode()


def test_a_session_ends_however_much_it_is_used(visitor: Visitor, moment: Moment) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    for _ in range(36):
        assert visitor.is_in()
        moment.pass_by(minutes=20)
    moment.pass_by(seconds=1)
    assert not visitor.is_in()


def test_a_revoked_session_is_out(visitor: Visitor) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    session = UserSession.objects.get()
    revoke_session(actor=visitor.person, session=session)
    assert not visitor.is_in()


def test_another_persons_session_is_not_found(visitor: Visitor, province: Province) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    account = Account.objects.create(person=_other(province), realm=Realm.STAFF, login_name="other")
    foreign = UserSession.objects.create(user=account, session_key="x" * 32, ip="127.0.0.1")
    assert visitor.client.post(f"/-/me/sessions/{foreign.pk}/end/").status_code == 404
    assert UserSession.objects.filter(pk=foreign.pk).exists()


def _other(province: Province) -> Person:
    return Person.objects.create(name="另一人", handle="other", organization=province.health)


def test_a_demanded_password_change_comes_before_the_console(visitor: Visitor) -> None:
    account = account_of(visitor.person)
    assert account is not None
    force_password_change(actor=CLOCK, account=account, reason="泄露")
    visitor.gives_password()
    assert visitor.gives_code(visitor.code())["Location"] == "/-/sign-in/password/"
    assert not visitor.is_in()
    typed = {"present": GOOD, "password": GOOD, "again": GOOD}
    assert visitor.client.post("/-/sign-in/password/", typed).status_code == 422
    typed |= {"password": "Another-2026-root", "again": "Another-2026-root"}
    assert visitor.client.post("/-/sign-in/password/", typed).status_code == 302
    assert visitor.is_in()


def test_an_old_password_has_to_be_replaced(visitor: Visitor, moment: Moment) -> None:
    moment.pass_by(days=91)
    visitor.gives_password()
    assert visitor.gives_code(visitor.code())["Location"] == "/-/sign-in/password/"


def test_changing_the_password_ends_other_sessions(visitor: Visitor, moment: Moment) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    moment.pass_by(seconds=60)
    other = Visitor(ConsoleClient(), visitor.person)
    other.secret = visitor.secret
    other.gives_password()
    other.gives_code(other.code())
    assert other.is_in()
    typed = {"present": GOOD, "password": "Another-2026-root", "again": "Another-2026-root"}
    assert visitor.client.post("/-/me/password/", typed).status_code == 302
    assert visitor.is_in()
    assert not other.is_in()


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("Ab1!", "至少要 10 个字符"),
        ("abcdefghijkl", "至少要有 3 类"),
        ("Clerk-2026-x!", "不能包含登录名"),
        ("示范编辑-2026-Ab", "不能包含登录名或姓名"),
        ("Passw0rd1234"[:8] + "", "至少要 10 个字符"),
    ],
)
def test_a_weak_password_is_refused(
    console_client: ConsoleClient, province: Province, password: str, problem: str
) -> None:
    path = enrol(actor=CLOCK, person=province.clerk).path
    answer = console_client.post(path, {"password": password, "again": password})
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert Enrolment.objects.get().password_set_at is None
    assert not Account.objects.get().has_usable_password()


def test_an_enrolment_link_is_good_once_and_for_a_time(
    console_client: ConsoleClient, province: Province, moment: Moment
) -> None:
    first, second = enrol(actor=CLOCK, person=province.clerk), enrol(actor=CLOCK, person=province.clerk)
    assert console_client.get(first.path).status_code == 410
    assert console_client.get(second.path).status_code == 200
    moment.pass_by(hours=73)
    assert console_client.get(second.path).status_code == 410
    visitor = Visitor(console_client, province.clerk)
    visitor.enrols()
    used = Enrolment.objects.get(used_at__isnull=False)
    assert second.token not in used.token_digest
    answer = ConsoleClient().get("/-/enrol/unknown/")
    assert answer.status_code == 410


def test_a_password_without_factor_opens_nothing(console_client: ConsoleClient, province: Province) -> None:
    path = enrol(actor=CLOCK, person=province.clerk).path
    console_client.post(path, {"password": GOOD, "again": GOOD})
    visitor = Visitor(ConsoleClient(), province.clerk)
    assert "登记链接" in visitor.gives_password().content.decode()
    assert visitor.client.get("/-/sign-in/factor/")["Location"] == "/-/sign-in/"
    assert not visitor.is_in()


def test_resetting_the_factor_shuts_the_person_out_until_enrolled_anew(visitor: Visitor) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    reset_second_factor(actor=CLOCK, person=visitor.person, reason="手机遗失")
    assert not visitor.is_in()
    assert visitor.gives_password().status_code == 422


def test_secrets_are_not_kept_in_the_clear(visitor: Visitor) -> None:
    assert visitor.secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_recovery_codes_are_shown_until_kept(visitor: Visitor) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    assert len(re.findall(r"<li><code>\d{8}</code>", _page(visitor, "/-/me/recovery-codes/"))) == 10
    visitor.client.post("/-/me/recovery-codes/")
    assert "<li><code>" not in _page(visitor, "/-/me/recovery-codes/")
    assert visitor.client.post("/-/me/recovery-codes/new/", {"present": "wrong"}).status_code == 422
    visitor.client.post("/-/me/recovery-codes/new/", {"present": GOOD})
    assert "<li><code>" in _page(visitor, "/-/me/recovery-codes/")


def _page(visitor: Visitor, path: str) -> str:
    return visitor.client.get(path).content.decode()


def test_the_last_factor_stays(visitor: Visitor) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    factor = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    answer = visitor.client.post(f"/-/me/factors/{factor.pk}/remove/", {"present": GOOD})
    assert answer.status_code == 422
    assert Authenticator.objects.filter(pk=factor.pk).exists()


def test_one_sees_ones_own_history(visitor: Visitor) -> None:
    visitor.gives_password("Wrong-1-password")
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    page = _page(visitor, "/-/me/")
    assert "登录名或密码不正确" in page
    assert "本次登录" in page


def test_sessions_that_are_over_are_swept_away(visitor: Visitor, moment: Moment) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    assert not sweep_sessions()
    assert visitor.is_in()
    moment.pass_by(hours=25)
    assert sweep_sessions()
    assert not sweep_sessions()
    assert not UserSession.objects.exists()


def test_a_restore_brings_no_session_and_no_link_back(visitor: Visitor, province: Province) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    link = enrol(actor=CLOCK, person=_other(province))
    end_sessions_and_links()
    assert not visitor.is_in()
    assert ConsoleClient().get(link.path).status_code == 410


def _is_in_fully(visitor: Visitor) -> None:
    visitor.gives_password()
    visitor.gives_code(visitor.code())
    assert visitor.is_in()


def test_a_further_generator_asks_for_the_password(visitor: Visitor, moment: Moment) -> None:
    _is_in_fully(visitor)
    moment.pass_by(seconds=90)
    page = _page(visitor, "/-/me/factors/new/")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")  # type: ignore[index]
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data
    given = {"code": code_at(secret, int(clock.now().timestamp()) // PERIOD).decode()}
    for present in ({}, {"present": "Wrong-1-password"}):
        assert visitor.client.post("/-/me/factors/new/", given | present).status_code == 422
        assert Authenticator.objects.get(type=Authenticator.Type.TOTP).data == kept
    assert visitor.client.post("/-/me/factors/new/", given | {"present": GOOD}).status_code == 302
    assert Authenticator.objects.get(type=Authenticator.Type.TOTP).data != kept


def test_a_further_key_asks_for_the_password(visitor: Visitor) -> None:
    _is_in_fully(visitor)
    answer = visitor.client.post("/-/me/factors/new/", {"credential": "{}", "name": "钥匙"})
    assert answer.status_code == 422
    assert "请填写当前密码" in answer.content.decode()
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_an_open_session_is_no_place_to_try_passwords(visitor: Visitor) -> None:
    _is_in_fully(visitor)
    for _ in range(5):
        visitor.client.post("/-/me/recovery-codes/new/", {"present": "Wrong-1-password"})
    assert outcomes()[-5:] == [_Outcome.WRONG_PASSWORD] * 5
    answer = visitor.client.post("/-/me/recovery-codes/new/", {"present": GOOD})
    assert answer.status_code == 422
    assert "尝试次数过多" in answer.content.decode()


@pytest.mark.parametrize("credential", ["[]", "1", '"x"', "{}", "null", '{"id": []}', '{"response": 1}'])
def test_a_malformed_key_answer_counts_as_a_failure(visitor: Visitor, credential: str) -> None:
    visitor.gives_password()
    answer = visitor.client.post("/-/sign-in/factor/", {"credential": credential})
    assert answer.status_code == 422
    assert not visitor.is_in()


def test_the_second_step_belongs_to_the_browser_that_chose_the_password(
    console_client: ConsoleClient, province: Province
) -> None:
    path = enrol(actor=CLOCK, person=province.clerk).path
    console_client.post(path, {"password": GOOD, "again": GOOD})
    assert console_client.get(f"{path}factor/").status_code == 200
    other = ConsoleClient()
    assert other.get(f"{path}factor/")["Location"] == path
    assert other.post(f"{path}factor/", {"code": "000000"})["Location"] == path
    assert not Authenticator.objects.exists()


def test_nobody_is_shown_the_secret_of_who_enrolled_before_him(
    console_client: ConsoleClient, province: Province
) -> None:
    shown = []
    for handle in ("first", "second"):
        person = register_person(actor=CLOCK, name="示范", handle=handle, organization=province.health)
        path = enrol(actor=CLOCK, person=person).path
        console_client.post(path, {"password": GOOD, "again": GOOD})
        page = console_client.get(f"{path}factor/").content.decode()
        shown.append(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1])  # type: ignore[index]
    assert shown[0] != shown[1]


def test_a_recovery_code_is_checked_in_a_transaction_of_its_own(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses to lock a row outside one, and two uses at once must not both be let through."""
    outside, seen = len(connection.savepoint_ids), []
    check = RecoveryCodes.validate_code

    def watched(codes: RecoveryCodes, code: str) -> bool:
        seen.append(len(connection.savepoint_ids))
        return bool(check(codes, code))

    monkeypatch.setattr(RecoveryCodes, "validate_code", watched)
    visitor.gives_password()
    account = Account.objects.get(person=visitor.person)
    assert visitor.gives_code(RecoveryCodes.activate(account).get_unused_codes()[0]).status_code == 302
    assert seen == [outside + 1]
    assert visitor.is_in()


def test_a_copied_key_is_refused(visitor: Visitor) -> None:
    account = Account.objects.get(person=visitor.person)
    key = Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data={})
    assert [accept_counter(key, count) for count in (0, 0, 5, 5, 4, 0, 6)] == [
        True, True, True, False, False, False, True,
    ]  # fmt: skip
