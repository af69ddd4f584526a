"""Writing in Chromium: a piece with table and picture, cleaned paste, a lost session, two at one piece."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rongshu.accounts.models import Person
from rongshu.accounts.testing import sign_in
from rongshu.library.models import Resource, ResourceVersion
from rongshu.newsroom.actions.begin_draft import begin_draft, open_draft
from rongshu.newsroom.models.drafting import Draft
from rongshu.newsroom.tests.conftest import Newsroom
from rongshu.newsroom.tests.test_drafting import VALUES
from rongshu.publishing.tests.page_gallery import CHROMIUM_FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

OF_A_PIECE = ("piece", "placements", "preview", "compare")
OpenTab = Callable[[Person], Page]
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{mso-style-name:x}
</style></head><body><!--StartFragment--><h2 style='mso-pagination:widow-orphan'><span lang=EN-US
>一、总体要求</span></h2><p class=MsoNormal align=center style='text-align:center;mso-char-indent-count:2.0'
><b><span style='font-family:仿宋_GB2312;mso-bidi-font-size:16.0pt'>各市要抓紧落实<o:p></o:p></span></b></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'
>1.<span>&nbsp;</span></span>建立台账</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'
>2.<span>&nbsp;</span></span>逐栋排查</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse;mso-yfti-tbllook:1184'><tr><td width=284
style='width:213.1pt'><p class=MsoNormal>市</p></td><td colspan=2><p class=MsoNormal>数量</p></td></tr>
</table><p class=MsoNormal><![if !vml]><img width=10 src="file:///C:/image001.png"><![endif]></p><!--EndFragment-->
</body></html>"""
WECHAT = """<section style="max-width:100%;box-sizing:border-box" data-role="outer" label="Powered"><section
data-tools="x"><section><span style="font-size:16px;letter-spacing:2px"><strong>好消息</strong>来了</span>
</section></section><p style="text-indent:2em"><span leaf="">今年新增学位。</span></p>
<mpvoice name="声音"></mpvoice></section>"""


class OneByOne(_StaticFilesHandler):
    """Answers one request at a time: all of them share the connection of the test."""

    turn = threading.Lock()

    def __call__(self, *given: Any) -> Any:
        """Wait for one's turn."""
        with self.turn:
            return super().__call__(*given)


@pytest.fixture
def address(settings: LazySettings, monkeypatch: pytest.MonkeyPatch, newsroom: Newsroom) -> Iterator[str]:
    """Serve the console within the transaction of the test: what is written there can't be deleted."""
    # Playwright runs an event loop in this thread; nothing else uses the connection meanwhile.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for name, value in settings.CONSOLE_LISTENER.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["*"]
    shared = connections["default"]
    shared.inc_thread_sharing()
    server = LiveServerThread("localhost", OneByOne, {"default": shared})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://localhost:{server.port}"
    server.terminate()
    shared.dec_thread_sharing()


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    shared = connections["default"]
    chromium = shutil.which("chromium")
    if chromium is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("chromium is missing")
    with sync_playwright() as playwright:
        # Where an event loop runs, Django looks for its connection elsewhere.
        connections["default"] = shared
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_tab(address: str, browser: Browser, settings: LazySettings) -> OpenTab:
    """Return what opens a tab in which a person has signed in."""

    def opened(person: Person) -> Page:
        name = settings.SESSION_COOKIE_NAME
        value = sign_in(None, person).cookies[name].value
        context = browser.new_context(
            base_url=address, viewport={"width": 1366, "height": 768}, reduced_motion="reduce"
        )
        context.add_cookies([{"name": name, "value": value, "url": address}])
        return context.new_page()

    return opened


def new_draft(newsroom: Newsroom) -> Draft:
    draft = begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="article")
    Draft.objects.filter(pk=draft.pk).update(values={**VALUES}, title=VALUES["Title"])
    return draft


def opens_draft(tab: Page, draft: Draft) -> None:
    tab.goto(reverse("newsroom-draft", args=[draft.pk]))
    expect(tab.get_by_role("toolbar", name="编辑工具")).to_be_visible()


def text_of(tab: Page) -> Any:
    return tab.locator(".editor-text")


def saves(tab: Page) -> None:
    tab.get_by_role("button", name="保存稿件").click()
    tab.wait_for_url(re.compile("/newsroom/pieces/"))


def pastes(tab: Page, html: str) -> None:
    text_of(tab).focus()
    tab.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "x");
            document.querySelector(".editor-text").dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def test_from_a_blank_page_to_a_saved_piece(open_tab: OpenTab, newsroom: Newsroom, tmp_path: Path) -> None:
    photo = tmp_path / "校园.png"
    Image.new("RGB", (800, 500), (60, 120, 90)).save(photo)
    tab = open_tab(newsroom.writer)
    tab.goto(reverse("newsroom-new-piece"))
    assert not Axe().run(tab).violations_count
    tab.get_by_label("信息文章").check()
    tab.get_by_role("button", name="开始写").click()
    tab.get_by_label("标题", exact=True).fill(VALUES["Title"])
    tab.get_by_label("摘要").fill(VALUES["Description"])
    tab.get_by_label("主题分类").select_option("11")
    text_of(tab).click()
    tab.keyboard.type("各校要做好准备。")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Alt+F10")
    tab.get_by_role("button", name="表格", exact=True).click()
    tab.get_by_label("行数").fill("2")
    tab.get_by_role("button", name="插入表格").click()
    for head in ("学校", "数量", "备注"):
        tab.keyboard.type(head)
        tab.keyboard.press("Tab")
    expect(text_of(tab).locator("th")).to_have_count(3)
    text_of(tab).locator("p").first.click()
    tab.get_by_role("button", name="图片", exact=True).click()
    tab.locator("dialog input[type=file]").set_input_files(photo)
    tab.locator("dialog").get_by_label("替代文字").fill("校园一角")
    tab.get_by_role("button", name="上传并插入").click()
    expect(text_of(tab).locator("figure img")).to_have_attribute("alt", "校园一角")
    expect(tab.locator("[data-saved]")).to_contain_text("已保存", timeout=10_000)
    assert not ResourceVersion.objects.exists()
    assert not Axe().run(tab).violations_count, Axe().run(tab).generate_report()
    saves(tab)
    version = ResourceVersion.objects.get()
    assert '<th scope="col"><p>学校</p></th>' in version.body
    assert version.attachments[0]["alt"] == "校园一角"
    assert f'src="attachment:{version.attachments[0]["digest"]}"' in version.body


def test_paste_from_word_and_wechat_is_cleaned(open_tab: OpenTab, newsroom: Newsroom) -> None:
    draft = new_draft(newsroom)
    tab = open_tab(newsroom.writer)
    opens_draft(tab, draft)
    pastes(tab, WORD)
    expect(text_of(tab).locator("h2")).to_have_text("一、总体要求")
    expect(tab.locator(".editor-told")).to_contain_text("1 张本机图片")
    tab.keyboard.press("Control+End")
    pastes(tab, WECHAT)
    expect(tab.locator(".editor-told")).to_contain_text("音视频")
    saves(tab)
    body = ResourceVersion.objects.get().body
    assert '<p class="align-center"><strong>各市要抓紧落实</strong></p>' in body
    assert "<ol><li><p>建立台账</p></li><li><p>逐栋排查</p></li></ol>" in body
    assert '<td colspan="2"><p>数量</p></td>' in body
    assert "<p><strong>好消息</strong>来了</p>" in body
    for remains in ("mso", "style=", "<span", "section", "o:p", "file:"):
        assert remains not in body


def test_too_large_a_paste_is_refused_and_nothing_is_lost(open_tab: OpenTab, newsroom: Newsroom) -> None:
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    text_of(tab).click()
    tab.keyboard.type("原来的内容")
    pastes(tab, "<p>" + "长" * (2 * 1024 * 1024) + "</p>")
    expect(tab.locator(".editor-told")).to_contain_text("超过 5 MB，没有贴入")
    expect(text_of(tab)).to_have_text("原来的内容")


def test_words_survive_an_expired_session(open_tab: OpenTab, newsroom: Newsroom) -> None:
    draft = new_draft(newsroom)
    tab = open_tab(newsroom.writer)
    opens_draft(tab, draft)
    Session.objects.all().delete()
    text_of(tab).click()
    tab.keyboard.type("登录过期时写下的话")
    expect(tab.locator("#session-expired")).to_be_visible(timeout=10_000)
    expect(text_of(tab)).to_contain_text("登录过期时写下的话")
    client = sign_in(None, newsroom.writer)
    name = next(iter(client.cookies))
    tab.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}]
    )
    tab.get_by_role("button", name="我已登录，继续").click()
    expect(tab.locator("#session-expired")).to_be_hidden()
    saves(tab)
    assert "登录过期时写下的话" in ResourceVersion.objects.get().body


def test_two_at_one_piece_lose_nothing(open_tab: OpenTab, newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    mine = open_draft(actor=newsroom.writer, resource=resource)
    other = open_draft(actor=newsroom.all_roles, resource=resource)
    one, two = open_tab(newsroom.writer), open_tab(newsroom.all_roles)
    opens_draft(one, mine)
    expect(one.locator("[data-lock-banner]")).to_be_hidden()
    one.wait_for_timeout(500)
    opens_draft(two, other)
    expect(two.locator("[data-lock-banner]")).to_contain_text(newsroom.writer.name)
    two.get_by_role("button", name="接手编辑").click()
    expect(two.locator("[data-lock-banner]")).to_be_hidden()
    text_of(one).click()
    one.keyboard.press("Control+End")
    one.keyboard.type("第一人的话")
    one.get_by_role("button", name="保存稿件").click()
    expect(one.locator("[data-error-summary]")).to_contain_text(newsroom.all_roles.name)
    expect(text_of(one)).to_contain_text("第一人的话")
    text_of(two).click()
    two.keyboard.press("Control+End")
    two.keyboard.type("第二人的话")
    saves(two)
    one.get_by_role("button", name="保存稿件").click()
    expect(one.locator("[data-error-summary]")).to_contain_text("别人已保存了新版本")
    one.get_by_role("button", name="以我的内容另存为新版本").click()
    one.wait_for_url(re.compile("/newsroom/pieces/"))
    bodies = list(
        Resource.objects.get(pk=resource.pk).versions.order_by("number").values_list("body", flat=True)
    )
    assert "第二人的话" in bodies[1]
    assert "第一人的话" in bodies[2]


def test_toolbar_by_keyboard_find_typeset_and_undo(open_tab: OpenTab, newsroom: Newsroom) -> None:
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    text_of(tab).click()
    tab.keyboard.type("　　各校要做好准备,逐校排查(含民办).")
    tab.keyboard.press("Alt+F10")
    tab.keyboard.press("ArrowRight")
    expect(tab.get_by_role("button", name="加粗")).to_be_focused()
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="一键排版").click()
    expect(text_of(tab)).to_have_text("各校要做好准备，逐校排查（含民办）。")
    tab.keyboard.press("Control+z")
    expect(text_of(tab)).to_contain_text("准备,")
    tab.keyboard.press("Control+y")
    tab.keyboard.press("Control+f")
    body = tab.get_by_role("region", name="正文")
    body.get_by_role("searchbox", name="查找").fill("校")
    expect(tab.locator(".editor-find-count")).to_have_text("共 2 处")
    tab.get_by_label("替换为").fill("园")
    tab.get_by_role("button", name="全部替换").click()
    expect(text_of(tab)).to_contain_text("各园要")
    expect(tab.locator(".editor-count")).to_have_text("18 字")


def test_findings_are_underlined_where_they_stand(open_tab: OpenTab, newsroom: Newsroom) -> None:
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    text_of(tab).click()
    tab.keyboard.type("第一段写好了𠮷。")
    tab.keyboard.press("Enter")
    tab.keyboard.type("联系人手机13800138000，请来电。")
    expect(text_of(tab).locator(".finding", has_text="13800138000")).to_be_visible(timeout=10_000)
    tab.locator("[data-findings] .editor-finding", has_text="13800138000").click()
    assert tab.evaluate("getSelection().toString()") == "13800138000"


def test_the_title_is_inspected_while_it_is_written(open_tab: OpenTab, newsroom: Newsroom) -> None:
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    title = tab.get_by_role("textbox", name="标题", exact=True)
    title.fill("𠮷日起请拨打13900139000咨询")
    found = tab.locator("[data-findings] .editor-finding", has_text="13900139000")
    expect(found).to_contain_text("在“标题”中", timeout=10_000)
    found.click()
    chosen = "one => one.value.slice(one.selectionStart, one.selectionEnd)"
    assert title.evaluate(chosen) == "13900139000"
    title.fill("请按公告办理")
    expect(tab.locator("[data-findings]")).to_contain_text("没有发现问题", timeout=10_000)


@pytest.mark.parametrize("width", [1366, 820, 390])
def test_every_editing_page_fits_and_is_accessible(open_tab: OpenTab, newsroom: Newsroom, width: int) -> None:
    resource = newsroom.draft()
    newsroom.revise(resource, title="改过的标题")
    draft = open_draft(actor=newsroom.writer, resource=resource)
    tab = open_tab(newsroom.writer)
    tab.set_viewport_size({"width": width, "height": 800})
    pages = [
        *(reverse(name) for name in ("newsroom-pieces", "newsroom-new-piece")),
        *(
            reverse(f"newsroom-{one}", args=[resource.pk])
            for one in ("piece", "placements", "preview", "compare")
        ),
        reverse("newsroom-draft", args=[draft.pk]),
    ]
    for place in pages:
        tab.goto(place)
        tab.wait_for_load_state("networkidle")
        overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{place} is {overflow} px too wide"
        found = Axe().run(tab)
        assert not found.violations_count, f"{place}\n{found.generate_report()}"
