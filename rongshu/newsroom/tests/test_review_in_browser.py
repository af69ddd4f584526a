"""A reviewer in Chromium: the findings arrive, a passage is marked with the mouse, the piece goes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from rongshu.console.testing import chromium, serving_console, signed_in_context
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.newsroom.models import ReviewAct
from rongshu.newsroom.tests.conftest import Newsroom

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("console_client")]
SELECT = """() => {
  const paragraph = document.querySelector("[data-review-text] .review-body p");
  const range = document.createRange();
  range.setStart(paragraph.firstChild, 0);
  range.setEnd(paragraph.firstChild, 4);
  const selection = document.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


def test_a_passage_is_marked_and_the_piece_goes_back(browser: Browser, newsroom: Newsroom) -> None:
    review = newsroom.submit(newsroom.draft(body_html="<p>各市要对校舍逐栋排查，建立台账。</p>"))
    inspect_version(version_id=review.version_id)
    with serving_console() as address:
        context = signed_in_context(browser, address, newsroom.first)
        tab = context.new_page()
        tab.goto(f"{address}/newsroom/inbox")
        # Swapped in by a link, the page brings its own style along.
        tab.get_by_role("link", name=review.version.title).first.click()
        expect(tab.locator(".review-steps")).to_have_css("list-style-type", "none")
        expect(tab.get_by_role("heading", name="内容检查")).to_be_visible()
        expect(tab.get_by_role("button", name="按最新词库再查")).to_be_visible()
        tab.get_by_text("标注有问题的文字").click()
        tab.evaluate(SELECT)
        tab.get_by_role("button", name="标注选中文字").click()
        expect(tab.get_by_label("原文 1")).to_have_value("各市要对")
        tab.get_by_label("问题 1").fill("请列明各市")
        tab.locator("#comment").fill("请按标注修改")
        assert Axe().run(tab).response["violations"] == []
        tab.get_by_role("button", name="退回修改").click()
        expect(tab.get_by_text("已退回给撰稿人。")).to_be_visible()
        expect(tab.locator("mark").first).to_have_text("各市要对")
        context.close()
    back = ReviewAct.objects.get(kind="return")
    assert (back.comment, back.marks[0]["text"], back.marks[0]["reason"]) == (
        "请按标注修改",
        "各市要对",
        "请列明各市",
    )
