"""Every address of the console against who may not use it: strangers, persons without a role, forged posts.

A new address is covered by standing in the URL table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.accounts.web.gate import is_open
from rongshu.console.testing import CONSOLE_URLS, console_pages
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord, Installation

pytestmark = pytest.mark.django_db
_SAMPLES = ("01a204ea-2db8-70e0-8220-ff5e98f288da", "1", "sha256:" + "0" * 64, "x")

# His own account, looks and work, names that are public, and lists that hold what is his alone.
_FOR_EVERYBODY = frozenset(
    {
        "health", "sign-in", "account_login", "security-keys-script", "own-account", "own-password",
        "new-factor", "remove-factor", "recovery-codes", "new-recovery-codes", "my-day", "console-token",
        "console-find", "console-places", "console-waiting", "console-long-work", "console-suggest-places",
        "console-suggest-organizations", "console-functions", "inspection-check",
        "newsroom-resources", "newsroom-inbox", "newsroom-ready", "newsroom-reviews", "newsroom-recalls",
        "newsroom-live", "newsroom-purges", "sites",
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def installation(db: None) -> Installation:
    return Installation.objects.create(pk=1, name="示范平台")


@pytest.fixture
def nobody(db: None) -> Person:
    """Return a person in office who holds no role."""
    return register_person(actor=Clock(), name="示范新人", handle="nobody")


def _addresses() -> Iterator[tuple[str, str]]:
    for page in console_pages():
        path = next(filter(None, (_address(page.name, page.arguments, one) for one in _SAMPLES)), "")
        assert path, f"no sample fits {page.name} {page.arguments}: add one to _SAMPLES"
        yield page.name, path


def _address(name: str, names: Sequence[str], sample: str) -> str:
    given = dict.fromkeys(names, sample)
    for _ in range(2):
        try:
            return reverse(name, urlconf=CONSOLE_URLS, kwargs=given)
        except NoReverseMatch:
            given = {one: _usual(one, sample) for one in names}
    return ""


def _usual(argument: str, sample: str) -> str:
    known = {"digest": _SAMPLES[2], "form": "pdf", "slug": "x", "article_id": _SAMPLES[1]}
    if argument.endswith("_id") and argument not in known:
        return _SAMPLES[0]
    return known.get(argument, sample)


def test_a_stranger_opens_nothing(console_client: ConsoleClient) -> None:
    let_in = [
        (method, path)
        for _, path in _addresses()
        if not is_open(path)
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
        if not _is_turned_away(console_client.generic(method, path))
    ]
    assert let_in == []
    assert not AuditRecord.objects.exists()


def _is_turned_away(answer: Any) -> bool:
    return answer.status_code == 302 and str(answer.headers["Location"]).startswith("/-/sign-in/")


def test_every_post_needs_the_token(console_client: ConsoleClient, nobody: Person) -> None:
    sign_in(console_client, nobody)
    console_client.handler.enforce_csrf_checks = True
    console_client.raise_request_exception = False
    before = AuditRecord.objects.count()
    taken = [
        path
        for _, path in _addresses()
        for kind in ("application/x-www-form-urlencoded", "application/json", "text/plain")
        # Asked for JSON, the refusal is a line and no page.
        if console_client.post(
            path, "{}", content_type=kind, headers={"Accept": "application/json"}
        ).status_code
        not in (403, 405)
    ]
    assert taken == []
    assert AuditRecord.objects.count() == before


def test_without_a_role_nothing_is_read_or_changed(console_client: ConsoleClient, nobody: Person) -> None:
    sign_in(console_client, nobody)
    console_client.raise_request_exception = False
    before = AuditRecord.objects.count()
    answered = {}
    for name, path in _addresses():
        if name == "sign-out":
            continue
        for method in ("GET", "POST"):
            status = console_client.generic(method, path).status_code
            if status == 200 or status >= 500:
                answered[f"{method} {name}"] = status
    failed = {name for name, status in answered.items() if status >= 500}
    assert not failed
    assert {name.split()[1] for name in answered} - _FOR_EVERYBODY == set()
    assert AuditRecord.objects.count() == before
