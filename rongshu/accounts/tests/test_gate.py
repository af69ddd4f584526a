"""Nothing on the console is answered but to a person who has signed in fully."""

from __future__ import annotations

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from rongshu.accounts.actions.change_person import retire_person
from rongshu.accounts.models import Account, Realm
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.accounts.tests.conftest import Province
from rongshu.accounts.web.gate import is_open
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import Installation


@pytest.fixture(autouse=True)
def installation(db: None) -> Installation:
    return Installation.objects.create(pk=1, name="示范平台")


def test_a_stranger_is_led_to_the_sign_in_page(console_client: ConsoleClient) -> None:
    answer = console_client.get("/?a=1")
    assert (answer.status_code, answer["Location"]) == (302, "/-/sign-in/?next=%2F%3Fa%3D1")
    fragment = console_client.get("/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/-/sign-in/")
    assert console_client.get("/no-such-page").status_code == 302


def test_health_needs_no_person(console_client: ConsoleClient) -> None:
    assert console_client.get("/-/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/-/healthy", "/-/sign-in", "/-/consoles", "/x/-/console/"])
def test_what_only_resembles_an_open_address_is_closed(path: str) -> None:
    assert not is_open(path)


def test_a_signed_in_person_is_answered(console_client: ConsoleClient, province: Province) -> None:
    assert sign_in(console_client, province.clerk).get("/").status_code == 200


def test_any_client_signs_in(client: Client, province: Province) -> None:
    assert sign_in(client, province.clerk).get("/").status_code == 200
    assert client.get("/-/health").status_code == 200


def test_a_person_who_left_is_turned_away(console_client: ConsoleClient, province: Province) -> None:
    sign_in(console_client, province.clerk)
    retire_person(actor=Clock(), person=province.clerk, reason="调离")
    assert console_client.get("/").status_code == 302


@pytest.mark.requirement("P1-07")
def test_a_session_of_the_public_realm_opens_nothing(
    console_client: ConsoleClient, province: Province
) -> None:
    sign_in(console_client, province.clerk)
    assert console_client.get("/").status_code == 200
    Account.objects.update(realm=Realm.PUBLIC)
    assert console_client.get("/").status_code == 302


def test_a_password_alone_opens_nothing(console_client: ConsoleClient, province: Province) -> None:
    sign_in(console_client, province.clerk)
    store = SessionStore(Session.objects.get().session_key)
    assert SESSION_KEY in store
    del store["staff"]
    store.save()
    assert console_client.get("/").status_code == 302
