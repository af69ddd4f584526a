"""How the console feels under the fingers: keys, bulk bar, dialogues, drafts, and what is never lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.testing import chromium, serving_console, signed_in_context
from rongshu.console.tests.conftest import Province

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def tab(browser: Browser, operator: Person, province: Province) -> Iterator[Page]:
    """A tab of the operator's, at the list of people."""
    with serving_console() as address:
        context = signed_in_context(browser, address, operator, base_url=address)
        made = context.new_page()
        made.goto("/people")
        yield made
        context.close()


def test_rows_are_walked_opened_and_searched_by_keys(tab: Page, province: Province) -> None:
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.locator("[data-row]").nth(1).locator("[data-open]")).to_be_focused()
    tab.keyboard.press("k")
    expect(tab.locator("[data-row]").nth(0).locator("[data-open]")).to_be_focused()
    tab.keyboard.press("x")
    expect(tab.locator("[data-chosen]")).to_have_text("已选 1 项")
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("f")
    tab.keyboard.type("教育科员")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/people?*")
    expect(tab.locator("[data-row]")).to_have_count(1)
    tab.keyboard.press("j")
    expect(tab.locator("[data-open]")).to_be_focused()
    tab.keyboard.press("e")
    tab.wait_for_url(f"**/people/{province.clerk.pk}/change")


def test_pages_change_without_reload_and_go_back(tab: Page) -> None:
    tab.evaluate("window.stays = true")
    tab.get_by_role("link", name="机构", exact=True).click()
    tab.wait_for_url("**/organizations")
    expect(tab.locator("h1")).to_have_text("机构")
    assert tab.evaluate("window.stays") is True
    expect(tab.locator("#main")).to_be_focused()
    expect(tab).to_have_title(re.compile("机构"))
    tab.go_back()
    expect(tab.locator("h1")).to_have_text("人员")


def test_the_bulk_bar_counts_and_asks_first(tab: Page, province: Province) -> None:
    retire = tab.get_by_role("button", name="办理离岗")
    expect(retire).to_be_disabled()
    tab.get_by_label("选择本页全部").check()
    tab.get_by_label("选择 运维员").uncheck()
    retire.click()
    expect(tab.locator("h1")).to_contain_text("3 名人员")
    province.clerk.refresh_from_db()
    assert province.clerk.is_active


def test_the_switch_turns_the_page_dark(tab: Page) -> None:
    tab.get_by_label("我的账户").click()
    tab.get_by_role("button", name="深色").click()
    expect(tab.locator("html")).to_have_attribute("data-bs-theme", "dark")
    tab.reload()
    expect(tab.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_refused_form_keeps_the_text_and_moves_to_the_summary(tab: Page) -> None:
    tab.goto("/people/new")
    tab.get_by_label("姓名").fill("新同志")
    tab.get_by_label("人员代号").fill("大写 XIN")
    tab.get_by_role("button", name="登记", exact=True).click()
    expect(tab.locator("[data-error-summary]")).to_be_focused()
    expect(tab.get_by_label("姓名")).to_have_value("新同志")
    tab.locator("[data-error-summary] a").first.click()
    expect(tab.get_by_label("人员代号")).to_be_focused()


def test_an_expired_session_loses_nothing_typed(tab: Page, operator: Person, browser: Browser) -> None:
    tab.goto("/people/new")
    tab.get_by_label("姓名").fill("写了很久")
    tab.get_by_label("人员代号").fill("long")
    UserSession.objects.all().delete()
    Session.objects.all().delete()
    tab.get_by_role("button", name="登记", exact=True).click()
    expect(tab.get_by_role("dialog", name="登录已过期")).to_be_visible()
    expect(tab.get_by_label("姓名")).to_have_value("写了很久")
    tab.get_by_role("button", name="我已登录，继续").click()
    expect(tab.get_by_text("还没有登录成功")).to_be_visible()
    name = "rongshu_console_session"
    key = sign_in(ConsoleClient(), operator).cookies[name].value  # as in another tab
    tab.context.add_cookies([{"name": name, "value": key, "url": tab.evaluate("location.origin")}])
    tab.get_by_role("button", name="我已登录，继续").click()
    tab.get_by_role("button", name="登记", exact=True).click()
    tab.wait_for_url("**/people/*-*")
    assert Person.objects.get(handle="long").name == "写了很久"


def test_leaving_unsaved_text_is_asked_about(tab: Page) -> None:
    tab.goto("/people/new")
    tab.get_by_label("姓名").fill("没有保存")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    tab.once("dialog", stay)
    tab.get_by_role("link", name="取消").click()
    expect(tab.get_by_label("姓名")).to_have_value("没有保存")
    assert "没有保存" in asked[0]
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("link", name="取消").click()
    tab.wait_for_url("**/people")


def test_a_lost_network_is_told_and_over_again(tab: Page) -> None:
    notice = tab.locator("[data-offline]")
    expect(notice).to_be_hidden()
    tab.context.set_offline(True)
    expect(notice).to_be_visible()
    tab.context.set_offline(False)
    expect(notice).to_be_hidden()


def test_a_draft_saves_itself_and_says_when(tab: Page) -> None:
    tab.goto("/people/new")
    tab.evaluate("document.querySelector('form[data-guard]').dataset.autosave = '/draft-of-a-test'")
    posted: list[str] = []

    def keep(route: Route) -> None:
        posted.append(route.request.post_data or "")
        route.fulfill(status=204)

    tab.route("**/draft-of-a-test", keep)
    tab.get_by_label("姓名").fill("草稿")
    expect(tab.locator("[data-saved]")).to_contain_text("已保存")
    assert "草稿" in posted[0]


def test_a_link_away_saves_first_and_one_saving_waits_for_another(tab: Page) -> None:
    tab.goto("/people/new")
    tab.evaluate("document.querySelector('form[data-guard]').dataset.autosave = '/draft-of-a-test'")
    posted: list[str] = []

    def keep(route: Route) -> None:
        posted.append(route.request.post_data or "")
        if len(posted) == 1:
            # Written while the first is on its way: the answer to the first must not count for it.
            tab.get_by_label("姓名").fill("第二稿")
            tab.get_by_role("link", name="取消").click()
        route.fulfill(status=204)

    tab.route("**/draft-of-a-test", keep)
    tab.get_by_label("姓名").fill("第一稿")
    tab.wait_for_url("**/people")
    assert ["第一稿" in posted[0], "第二稿" in posted[1], len(posted)] == [True, True, 2]


def test_the_menu_is_a_drawer_on_a_phone(tab: Page) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    link = tab.get_by_role("link", name="机构", exact=True)
    expect(link).not_to_be_in_viewport()
    tab.get_by_role("button", name="菜单").click()
    expect(link).to_be_in_viewport()
    tab.keyboard.press("Escape")
    expect(link).not_to_be_in_viewport()
    expect(tab.get_by_role("button", name="菜单")).to_be_focused()


def test_everything_works_without_scripts(browser: Browser, operator: Person, province: Province) -> None:
    with serving_console() as address:
        context = signed_in_context(browser, address, operator, base_url=address, java_script_enabled=False)
        tab = context.new_page()
        tab.goto("/people?q=教育科员")
        tab.get_by_label("选择 教育科员").check()
        tab.get_by_role("button", name="办理离岗").click()
        tab.get_by_label("原因").fill("调离")
        tab.get_by_role("button", name="为 1 人办理离岗").click()
        expect(tab.get_by_text("已为 1 人办理离岗。")).to_be_visible()
        context.close()
    province.clerk.refresh_from_db()
    assert not province.clerk.is_active
