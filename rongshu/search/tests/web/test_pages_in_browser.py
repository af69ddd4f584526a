"""The pages of the search in a browser and in the validator: no error, no violation, nothing too wide."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from rongshu.publishing.tests.in_browser import address, browser, context, markup_problems, need_assets, tab
from rongshu.publishing.tests.page_gallery import THEMES, WIDTHS, write_assets
from rongshu.search.tests.web.sample_pages import every_page, rendered

__all__ = ["address", "browser", "context", "tab"]
pytestmark = [pytest.mark.browser]
NAMES = ["search", "search-empty", "search-nothing", "search-problem", "policies"]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_assets()
    folder = tmp_path_factory.mktemp("searched")
    write_assets(folder)
    for theme in THEMES:
        (folder / theme).mkdir()
        for name, page in every_page(theme).items():
            (folder / theme / f"{name}.html").write_text(rendered(page), encoding="utf-8")
    return folder


def test_samples_are_all_looked_at() -> None:
    assert list(every_page()) == NAMES


def test_markup_is_valid(gallery: Path) -> None:
    pages = sorted(gallery.glob("vermilion/*.html"))
    assert len(pages) == len(NAMES)
    assert markup_problems(pages) == []


@pytest.mark.requirement("P1-10")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("theme", THEMES)
def test_no_accessibility_violation(address: str, tab: Page, name: str, theme: str) -> None:
    tab.goto(f"{address}/{theme}/{name}.html")
    results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", ["search", "policies"])
def test_no_accessibility_violation_for_elders_on_a_phone(address: str, tab: Page, name: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(f"{address}/vermilion/{name}.html#rs-elder")
    results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_window(address: str, tab: Page, name: str) -> None:
    # 720 stands for a window of 1440 at 200 % zoom.
    for width in (*WIDTHS, 720, 320):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(f"{address}/vermilion/{name}.html")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"


def test_filters_open_without_a_script_on_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}/vermilion/search.html")
    expect(tab.locator("#rs-filters")).to_be_hidden()
    tab.get_by_role("link", name="筛选", exact=True).click()
    expect(tab.locator("#rs-filters")).to_be_visible()
    tab.get_by_role("link", name="收起筛选").click()
    expect(tab.locator("#rs-filters")).to_be_hidden()
    context.close()


def test_suggestions_are_chosen_from_the_keyboard(address: str, tab: Page) -> None:
    def suggest(route: Route) -> None:
        found = [
            {"text": "公积金提取", "kind": "word", "label": "", "url": ""},
            {
                "text": "住房公积金管理中心",
                "kind": "page",
                "label": "机构",
                "url": "/vermilion/policies.html",
            },
        ]
        route.fulfill(json={"suggestions": found})

    tab.context.route("**/-/search/suggest?*", suggest)
    tab.goto(f"{address}/vermilion/search-empty.html")
    box = tab.get_by_label("搜索词")
    box.focus()
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially("gjj")
    options = tab.get_by_role("option")
    expect(options).to_have_count(2)
    assert Axe().run(tab).violations_count == 0
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Escape")
    expect(tab.get_by_role("listbox")).to_be_hidden()
    assert box.input_value() == "gjj"
    box.press("x")
    expect(options).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    tab.wait_for_url("**/policies.html")


def test_an_opened_result_is_told_without_a_person(address: str, tab: Page) -> None:
    told: list[str] = []

    def note(route: Route) -> None:
        told.append(route.request.post_data or "")
        route.fulfill(status=204)

    tab.context.route("**/-/search/click", note)
    tab.context.route(
        "**/a/2024/**", lambda route: route.fulfill(body="<title>示范</title>", content_type="text/html")
    )
    tab.goto(f"{address}/vermilion/search.html")
    tab.locator(".hits h3 a").first.click()
    tab.wait_for_url("**/a/2024/**")
    assert len(told) == 1
    assert "hit=resource" in told[0]
    assert "place=1" in told[0]
