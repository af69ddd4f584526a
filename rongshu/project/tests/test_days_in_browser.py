"""Days in the newsroom, lived in Chromium against a served installation, from the link to the live page."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from rongshu.accounts.one_time_codes import PERIOD, code_at
from rongshu.project.serving.ports import free_port
from rongshu.project.testing.installations import ready_installation
from rongshu.project.tests.serving_newsroom import (
    FOREIGN,
    NEWCOMER,
    NEWS,
    OFFICE,
    SITES,
    NewsroomServed,
    chromium,
    establish,
)
from rongshu.project.tests.test_serving import Served, until
from rongshu.publishing.tests.page_gallery import CHROMIUM_FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAY = ("proof", "first", "proof", "second", "proof", "final")
GOOD = "Banyan-2026-roots"


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsroomServed]:
    found = chromium()
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("chromium is missing")
    with ready_installation(tmp_path_factory.mktemp("days") / "data") as place:
        place.environment["RONGSHU_REVIEW"] = "three-reviews"
        public = free_port()
        sessions = establish(place, public)
        served = Served(place, public=public)
        try:
            until(lambda: served.health()["status"] == "ok", "healthy")
            until(lambda: served.get(served.console, "/-/sign-in/")[0] == 200, "console answers")
            with sync_playwright() as playwright:
                expect.set_options(timeout=20_000)
                launched = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
                yield NewsroomServed(served, sessions, launched)
                launched.close()
        finally:
            served.process.send_signal(signal.SIGTERM)
            served.process.wait(timeout=60)


def begins(tab: Page, kind: str, title: str) -> None:
    """Open a new piece and fill in what every kind asks for."""
    tab.goto("/newsroom/pieces/new")
    tab.get_by_role("group", name="或从空白开始").get_by_label(kind, exact=True).check()
    tab.get_by_role("button", name="开始写").click()
    tab.get_by_label("标题", exact=True).fill(title)
    tab.get_by_label("摘要").fill(f"介绍{title}。")
    tab.get_by_label("主题分类").select_option("11")
    tab.locator(".editor-text").click()


def saves(tab: Page) -> str:
    """Save the piece; return its address."""
    tab.get_by_role("button", name="保存稿件").click()
    tab.wait_for_url(re.compile(r"/newsroom/pieces/[0-9a-f-]{36}$"))
    return tab.url


def places(tab: Page, sites: Sequence[str], titles: Sequence[str] = ()) -> None:
    """Put the piece on the page into the column of each site, with the site's own title."""
    tab.get_by_role("link", name="发布到栏目").first.click()
    for number, slug in enumerate(sites):
        choice = tab.get_by_role("group", name=SITES[slug], exact=True)
        choice.get_by_label(NEWS, exact=True).check()
        if titles:
            choice.locator("summary").click()
            choice.get_by_label("显示标题").fill(titles[number])
    tab.get_by_role("button", name="放入所选栏目").click()
    expect(tab.get_by_role("region", name="已放入的栏目").locator("tbody tr")).to_have_count(len(sites))


def submits(tab: Page, piece: str) -> None:
    tab.goto(piece)
    tab.get_by_role("button", name="提交审核").click()
    expect(tab.get_by_text("审核中").first).to_be_visible()


def opens_from_inbox(tab: Page, title: str) -> None:
    tab.goto("/newsroom/inbox")
    tab.get_by_role("link", name=title).first.click()
    expect(tab.get_by_role("heading", name=title, level=1)).to_be_visible()


def passes_all(newsroom: NewsroomServed, title: str) -> None:
    """Let three reviewers and the proofs sign in turn."""
    for handle in WAY:
        tab = newsroom.tab_of(handle)
        opens_from_inbox(tab, title)
        tab.get_by_role("button", name=re.compile("通过$")).click()
        expect(tab.get_by_text(re.compile("^已通过，稿件"))).to_be_visible()
        tab.context.close()


def publishes(newsroom: NewsroomServed, title: str) -> None:
    tab = newsroom.tab_of("publisher")
    tab.goto("/newsroom/ready")
    tab.get_by_role("link", name=title).first.click()
    told = tab.get_by_text(re.compile("^已发布。|正在后台识别图片中的文字"))
    for _ in range(60):
        tab.get_by_role("button", name="立即发布").click()
        expect(told.first).to_be_visible()
        if tab.get_by_text("已发布").count():
            break
        time.sleep(2)
        tab.goto(tab.url.removesuffix("/publish"))
    expect(tab.get_by_text("已发布").first).to_be_visible()
    tab.context.close()


def appears(reader: Page, site: str, title: str) -> None:
    """Reload a site's home until the title stands there."""
    link = reader.get_by_role("link", name=title)
    _reloads_until(reader, site, lambda: link.count() > 0)


def disappears(reader: Page, site: str, title: str) -> None:
    _reloads_until(reader, site, lambda: reader.get_by_text(title).count() == 0)


def _reloads_until(reader: Page, site: str, met: object) -> None:
    for _ in range(300):
        reader.goto(f"{site}/")
        if callable(met) and met():
            return
        time.sleep(0.2)
    raise AssertionError(f"never: {reader.url}\n{reader.locator('body').inner_text()[:500]}")


def written_and_submitted(newsroom: NewsroomServed, title: str, sites: Sequence[str]) -> str:
    """Write an article of one sentence; return its address in the back office."""
    tab = newsroom.tab_of("writer")
    begins(tab, "信息文章", title)
    tab.keyboard.type(f"{title}，各单位要抓紧落实。")
    piece = saves(tab)
    places(tab, sites)
    submits(tab, piece)
    tab.context.close()
    return piece


def test_a_policy_from_the_blank_page_to_the_live_page(newsroom: NewsroomServed, tmp_path: Path) -> None:
    title = "关于做好示范村容村貌整治工作的通知"
    photo, sheet = tmp_path / "村口.png", tmp_path / "台账.txt"
    Image.new("RGB", (800, 500), (60, 120, 90)).save(photo)
    sheet.write_text("序号 村名\n1 示范村\n", encoding="utf-8")
    tab = newsroom.tab_of("writer")
    begins(tab, "政策文件", title)
    tab.keyboard.type("各地要做好整治工作。")
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="表格", exact=True).click()
    tab.get_by_label("行数").fill("2")
    tab.get_by_role("button", name="插入表格").click()
    for head in ("村名", "户数", "备注"):
        tab.keyboard.type(head)
        tab.keyboard.press("Tab")
    tab.locator(".editor-text p").first.click()
    tab.get_by_role("button", name="图片", exact=True).click()
    tab.locator("dialog input[type=file]").set_input_files(photo)
    tab.locator("dialog").get_by_label("替代文字").fill("整治后的村口")
    tab.get_by_role("button", name="上传并插入").click()
    expect(tab.locator(".editor-text figure img")).to_have_attribute("alt", "整治后的村口")
    tab.locator(".editor-text p").first.click()
    tab.get_by_role("button", name="附件", exact=True).click()
    tab.locator("dialog input[type=file]").set_input_files(sheet)
    tab.get_by_role("button", name="上传附件").click()
    expect(tab.get_by_role("heading", name="图片和附件").locator("xpath=../..")).to_contain_text("台账")
    tab.get_by_label("体裁分类").select_option("notice")
    tab.get_by_label("发文机关").fill(OFFICE)
    tab.get_by_label("发文字号").fill("示政办发〔2026〕12号")
    tab.get_by_label("成文日期").fill("2026-11-02")
    tab.get_by_label("时效性").select_option("valid")
    piece = saves(tab)
    places(tab, ("portal", "policy"))
    submits(tab, piece)
    passes_all(newsroom, title)
    publishes(newsroom, title)
    reader = newsroom.stranger()
    for slug in ("portal", "policy"):
        appears(reader, newsroom.site(slug), title)
    reader.get_by_role("link", name=title).first.click()
    expect(reader.get_by_role("heading", name=title, level=1)).to_be_visible()
    for text in ("示政办发〔2026〕12号", OFFICE, "2026-11-02", "各地要做好整治工作。", "村名"):
        expect(reader.locator("main").get_by_text(text).first).to_be_visible()
    expect(reader.get_by_role("img", name="整治后的村口")).to_be_visible()
    assert reader.get_by_role("img", name="整治后的村口").evaluate("image => image.naturalWidth") > 0
    attachment = reader.get_by_role("region", name="附件").get_by_role("link", name="台账")
    status, content = newsroom.answer("policy", attachment.get_attribute("href") or "")
    assert (status, "示范村" in content.decode()) == (200, True)


def test_a_return_with_a_marked_passage_and_its_resubmission(newsroom: NewsroomServed) -> None:
    title = "示范图书馆延长开放时间"
    piece = written_and_submitted(newsroom, title, ["portal"])
    proof = newsroom.tab_of("proof")
    opens_from_inbox(proof, title)
    proof.get_by_role("button", name=re.compile("通过$")).click()
    first = newsroom.tab_of("first")
    opens_from_inbox(first, title)
    first.get_by_text("标注有问题的文字").click()
    first.locator(".review-body p").select_text()
    first.get_by_role("button", name="标注选中文字").click()
    expect(first.get_by_label("原文 1")).to_have_value(f"{title}，各单位要抓紧落实。")
    first.get_by_label("问题 1").fill("请写明时间")
    first.get_by_label("意见").fill("请补充开放时间")
    first.get_by_role("button", name="退回修改").click()
    expect(first.get_by_text("已退回给撰稿人。")).to_be_visible()
    writer = newsroom.tab_of("writer")
    writer.goto("/")
    writer.get_by_role("link", name=title).first.click()
    expect(writer.locator("mark")).to_have_text(f"{title}，各单位要抓紧落实。")
    expect(writer.get_by_text("请补充开放时间").first).to_be_visible()
    writer.goto(piece)
    writer.get_by_role("link", name="编辑", exact=True).click()
    writer.locator(".editor-text p").first.click()
    writer.keyboard.press("Control+End")
    writer.keyboard.type("每天开放到二十二时。")
    saves(writer)
    submits(writer, piece)
    passes_all(newsroom, title)
    publishes(newsroom, title)
    reader = newsroom.stranger()
    appears(reader, newsroom.site("portal"), title)
    reader.get_by_role("link", name=title).first.click()
    expect(reader.get_by_text("每天开放到二十二时。")).to_be_visible()


def test_one_resource_on_three_sites_is_recalled_from_all_and_restored(newsroom: NewsroomServed) -> None:
    title = "示范公交线路调整"
    titles = dict(zip(SITES, (f"{title}之一", f"{title}之二", f"{title}之三"), strict=True))
    tab = newsroom.tab_of("writer")
    begins(tab, "信息文章", title)
    tab.keyboard.type("今天起，示范公交三条线路调整。")
    piece = saves(tab)
    places(tab, list(SITES), list(titles.values()))
    submits(tab, piece)
    passes_all(newsroom, title)
    publishes(newsroom, title)
    reader, pages = newsroom.stranger(), {}
    for slug, shown in titles.items():
        appears(reader, newsroom.site(slug), shown)
        pages[slug] = reader.get_by_role("link", name=shown).first.get_attribute("href") or ""
        assert newsroom.answer(slug, pages[slug])[0] == 200
    publisher = newsroom.tab_of("publisher")
    publisher.goto(piece)
    publisher.get_by_role("link", name="一键撤稿").click()
    publisher.get_by_label("撤稿原因").fill("线路有误")
    publisher.get_by_role("button", name=re.compile("撤")).last.click()
    for slug, shown in titles.items():
        disappears(reader, newsroom.site(slug), shown)
        assert newsroom.answer(slug, pages[slug])[0] == 410
        for beside in ("/dynamics/", "/dynamics/feed.rss", "/dynamics/feed.atom", "/sitemap.xml"):
            status, content = newsroom.answer(slug, beside)
            assert status == 200, (slug, beside)
            assert shown not in content.decode(), (slug, beside)
            assert pages[slug] not in content.decode(), (slug, beside)
    publisher.goto(piece)
    publisher.get_by_role("link", name="恢复发布").click()
    publisher.get_by_label("原因").fill("核实无误")
    publisher.get_by_role("button", name=re.compile("恢复")).last.click()
    for slug, shown in titles.items():
        appears(reader, newsroom.site(slug), shown)
        assert newsroom.answer(slug, pages[slug])[0] == 200


def test_a_foreign_editor_finds_nothing_at_addresses_he_knows(newsroom: NewsroomServed) -> None:
    title = "示范档案馆内部征求意见"
    piece = written_and_submitted(newsroom, title, ["portal"])
    first = newsroom.tab_of("proof")
    opens_from_inbox(first, title)
    review = first.url
    foreign = newsroom.tab_of(FOREIGN)
    known = (piece, f"{piece}/edit", f"{piece}/places", f"{piece}/preview", f"{piece}/compare", review,
             f"{review}/form")  # fmt: skip
    for address in known:
        answer = foreign.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        assert title not in foreign.content()
    for listed in ("/", "/newsroom/pieces", f"/newsroom/pieces?q={title}", "/newsroom/inbox"):
        foreign.goto(listed)
        assert foreign.get_by_role("link", name=title).count() == 0, listed
    foreign.goto("/newsroom/pieces/new")
    assert OFFICE not in foreign.get_by_label("所属单位").inner_text()


@pytest.mark.requirement("P3-03")
def test_a_newcomer_comes_in_by_his_link_once_and_a_used_code_is_refused(newsroom: NewsroomServed) -> None:
    told = newsroom.served.place.run("person", "enrol", NEWCOMER).stdout
    found = re.search(r"http://[^/\s]+(/\S+)", told)
    assert found is not None, told
    tab = newsroom.stranger()
    tab.goto(found[1])
    tab.get_by_label("新密码", exact=True).fill(GOOD)
    tab.get_by_label("再次输入新密码").fill(GOOD)
    tab.get_by_role("button", name="保存密码，下一步").click()
    secret = tab.locator("p code").inner_text().replace(" ", "")
    step = int(time.time()) // PERIOD
    tab.get_by_label("验证器显示的 6 位动态口令").fill(code_at(secret, step).decode())
    tab.get_by_role("button", name="登记验证器").click()
    tab.get_by_role("button", name="已保存，进入工作台").click()
    tab.wait_for_url(f"{newsroom.console}/")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(f"示范人员{NEWCOMER}")
    expect(tab.get_by_role("link", name="写新稿件")).to_be_visible()
    another = newsroom.stranger()
    another.goto(found[1])
    assert another.get_by_label("新密码", exact=True).count() == 0
    another.goto("/-/sign-in/")
    another.get_by_label("登录名").fill(NEWCOMER)
    another.get_by_label("密码", exact=True).fill(GOOD)
    another.get_by_role("button", name="登录").click()
    another.get_by_label("动态口令或恢复码").fill(code_at(secret, step).decode())
    another.get_by_role("button", name="验证并进入").click()
    expect(another.get_by_role("alert")).to_be_visible()
    assert "/-/sign-in/" in another.url
