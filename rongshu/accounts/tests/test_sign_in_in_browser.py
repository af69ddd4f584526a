"""Enrolment and sign-in in Chromium: with an authenticator app, with a security key, and for everybody."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.db import connections
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Page, sync_playwright

from rongshu.accounts.actions.enrol import enrol
from rongshu.accounts.one_time_codes import PERIOD, code_at
from rongshu.accounts.tests.conftest import Province
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import Installation

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GOOD = "Banyan-2026-roots"


@pytest.fixture
def address(db: None, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the console on `localhost`, where browsers allow security keys without TLS.

    The server works in the test's own transaction: what is written here can't be deleted afterwards.
    """
    # Playwright runs an event loop in this thread.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for name, value in settings.CONSOLE_LISTENER.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["*"]
    Installation.objects.create(pk=1, name="示范平台")
    connection = connections["default"]
    connection.inc_thread_sharing()
    server = LiveServerThread("localhost", _StaticFilesHandler, {"default": connection})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://localhost:{server.port}"
    server.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def link(address: str, province: Province) -> str:
    return address + enrol(actor=Clock(), person=province.clerk).path


@pytest.fixture
def tab(link: str) -> Iterator[Page]:
    """Open a browser when the database has been prepared: its event loop has connections of its own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("chromium is missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce").new_page()
        browser.close()


def is_accessible(tab: Page) -> bool:
    found = Axe().run(tab)
    assert found.violations_count == 0, f"{tab.url}\n{found.generate_report()}"
    return True


def sets_password(tab: Page, url: str) -> None:
    tab.goto(url)
    assert is_accessible(tab)
    tab.get_by_label("新密码", exact=True).fill(GOOD)
    tab.get_by_label("再次输入新密码").fill(GOOD)
    tab.get_by_role("button", name="保存密码，下一步").click()


def gives_password(tab: Page, address: str) -> None:
    tab.goto(f"{address}/settings/status")
    assert "/-/sign-in/" in tab.url
    tab.get_by_label("登录名").fill("clerk")
    tab.get_by_label("密码", exact=True).fill(GOOD)
    tab.get_by_role("button", name="登录").click()


def leaves(tab: Page, address: str) -> None:
    tab.goto(f"{address}/-/me/")
    assert is_accessible(tab)
    tab.locator("main").get_by_role("button", name="退出登录").click()
    tab.wait_for_url(re.compile("ended=out"))
    assert is_accessible(tab)


@pytest.mark.requirement("P3-03")
def test_from_the_link_to_the_first_page_and_back_with_a_code(tab: Page, address: str, link: str) -> None:
    sets_password(tab, link)
    assert is_accessible(tab)
    secret = tab.locator("p code").inner_text().replace(" ", "")
    step = int(clock.now().timestamp()) // PERIOD
    tab.get_by_label("验证器显示的 6 位动态口令").fill(code_at(secret, step).decode())
    tab.get_by_role("button", name="登记验证器").click()
    assert tab.locator(".codes li").count() == 10
    assert is_accessible(tab)
    tab.get_by_role("button", name="已保存，进入工作台").click()
    tab.wait_for_url(f"{address}/")
    leaves(tab, address)

    gives_password(tab, address)
    assert is_accessible(tab)
    tab.get_by_label("动态口令或恢复码").fill(code_at(secret, step).decode())
    tab.get_by_role("button", name="验证并进入").click()
    assert tab.get_by_role("alert").is_visible()
    assert is_accessible(tab)
    tab.get_by_label("动态口令或恢复码").fill(code_at(secret, step + 1).decode())
    tab.get_by_role("button", name="验证并进入").click()
    tab.wait_for_url(f"{address}/settings/status")


@pytest.mark.requirement("P3-03")
def test_a_security_key_enrols_and_signs_in(tab: Page, address: str, link: str) -> None:
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sets_password(tab, link)
    tab.get_by_role("button", name="登记安全密钥").click()
    tab.get_by_role("button", name="已保存，进入工作台").click()
    tab.wait_for_url(f"{address}/")
    leaves(tab, address)

    gives_password(tab, address)
    assert is_accessible(tab)
    tab.get_by_role("button", name="使用安全密钥").click()
    tab.wait_for_url(f"{address}/settings/status")
    tab.goto(f"{address}/-/me/")
    assert tab.get_by_role("cell", name="登录成功").count() == 2
    leaves(tab, address)

    stranger = tab.context.new_page()
    gives_password(stranger, address)
    stranger.get_by_role("button", name="使用安全密钥").click()
    stranger.wait_for_timeout(500)
    assert "/-/sign-in/factor/" in stranger.url


def test_pages_need_no_script(link: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_context(java_script_enabled=False).new_page()
        tab.goto(link)
        tab.get_by_label("新密码", exact=True).fill(GOOD)
        tab.get_by_label("再次输入新密码").fill(GOOD)
        tab.get_by_role("button", name="保存密码，下一步").click()
        secret = tab.locator("p code").inner_text().replace(" ", "")
        step = int(clock.now().timestamp()) // PERIOD
        tab.get_by_label("验证器显示的 6 位动态口令").fill(code_at(secret, step).decode())
        tab.get_by_role("button", name="登记验证器").click()
        assert tab.locator(".codes li").count() == 10
        assert not tab.get_by_role("button", name="使用安全密钥").is_visible()
        browser.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark")])
def test_pages_fit_telephones_and_tablets(
    tab: Page, address: str, link: str, width: int, scheme: str
) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for url in (f"{address}/-/sign-in/", link):
        tab.goto(url)
        assert is_accessible(tab)
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
