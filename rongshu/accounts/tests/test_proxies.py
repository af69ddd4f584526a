"""The client's own address, as a proxy that is trusted tells it; nobody else is believed."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from rongshu.accounts.web.proxies import address_in, behind_proxies


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9:51234 ", "203.0.113.9"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ('"[2001:db8::1]:4711"', "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", None),
        ("203.0.113.999", None),
        ("", None),
    ],
)
def test_an_address_is_read_as_proxies_write_it(told: str, address: str | None) -> None:
    assert address_in(told) == address


@pytest.mark.parametrize(
    ("caller", "told", "seen"),
    [
        ("192.0.2.1", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.9:5000", "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9, 2001:db8:0::2", "203.0.113.9"),
        ("::ffff:192.0.2.1", "203.0.113.9", "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9, unknown", "192.0.2.1"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
    ],
)
def test_only_what_trusted_proxies_add_counts(settings: Settings, caller: str, told: str, seen: str) -> None:
    settings.TRUSTED_PROXIES = frozenset({"192.0.2.1", "2001:db8::2"})
    addresses: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        addresses.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=caller, HTTP_X_FORWARDED_FOR=told)
    behind_proxies(answer)(request)
    assert addresses == [seen]


@pytest.mark.requirement("P3-08")
def test_cookies_over_tls_are_secure(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = frozenset({"192.0.2.1"})

    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("rongshu_console_session", "x", httponly=True)
        return response

    def secure(scheme: str) -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_PROTO=scheme)
        return bool(behind_proxies(answer)(request).cookies["rongshu_console_session"]["secure"])

    assert secure("https")
    assert not secure("http")
