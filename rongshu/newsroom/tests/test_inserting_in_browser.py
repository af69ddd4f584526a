"""What is put into a text in Chromium: footnotes, a video, a quoted resource, a picture, an attachment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.tests.test_checking import POLICY
from rongshu.newsroom.actions.begin_draft import begin_draft
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.tests.conftest import Newsroom
from rongshu.newsroom.tests.test_previews import word_file
from rongshu.newsroom.tests.test_writing_in_browser import (
    OpenTab,
    address,
    browser,
    new_draft,
    open_tab,
    opens_draft,
    saves,
    text_of,
)

__all__ = ["address", "browser", "open_tab"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def presses(tab: Page, button: str) -> None:
    """Press a button of the toolbar."""
    tab.get_by_role("button", name=button, exact=True).first.click()


def types_at_the_end(tab: Page, words: str) -> None:
    text_of(tab).click()
    tab.keyboard.press("Control+End")
    tab.keyboard.type(words)


def test_footnotes_are_numbered_in_their_order(open_tab: OpenTab, newsroom: Newsroom) -> None:
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    for words, note in (("校舍面积增加", "不含在建校舍。"), ("，学位增加", "按学年统计。")):
        types_at_the_end(tab, words)
        presses(tab, "脚注")
        tab.get_by_label("脚注内容").fill(note)
        tab.get_by_role("button", name="插入脚注").click()
    expect(text_of(tab).locator(".editor-footnote")).to_have_count(2)
    assert not Axe().run(tab).violations_count, Axe().run(tab).generate_report()
    saves(tab)
    body = ResourceVersion.objects.get().body
    assert body.index("不含在建校舍。") < body.index("按学年统计。")
    assert "校舍面积增加<sup" in body
    assert body.count('href="#') == 4  # to each note, and back
    tab.get_by_role("link", name="编辑", exact=True).click()
    expect(text_of(tab).locator(".editor-footnote")).to_have_count(2)


def test_a_footnote_is_written_and_changed_by_keyboard_alone(open_tab: OpenTab, newsroom: Newsroom) -> None:
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    types_at_the_end(tab, "校舍面积增加")
    tab.keyboard.press("Control+Alt+f")
    expect(tab.get_by_label("脚注内容")).to_be_focused()
    tab.keyboard.type("不含在建。")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(text_of(tab).locator(".editor-footnote")).to_have_count(1)
    tab.keyboard.press("ArrowLeft")
    expect(text_of(tab).locator(".ProseMirror-selectednode")).to_have_count(1)
    tab.keyboard.press("Enter")
    expect(tab.get_by_label("脚注内容")).to_have_value("不含在建。")
    tab.get_by_label("脚注内容").fill("不含在建校舍。")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(text_of(tab).locator(".editor-footnote")).to_have_attribute("title", re.compile("不含在建校舍。"))
    saves(tab)
    assert "不含在建校舍。" in ResourceVersion.objects.get().body


def test_a_video_and_an_attachment_are_uploaded_into_the_text(
    open_tab: OpenTab, newsroom: Newsroom, tmp_path: Path
) -> None:
    film, paper = tmp_path / "校园.mp4", tmp_path / "说明.docx"
    film.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(60))
    paper.write_bytes(word_file())
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    types_at_the_end(tab, "校园开放日的情况见视频和附件。")
    presses(tab, "视频或音频")
    tab.locator("dialog input[type=file]").set_input_files(film)
    tab.get_by_role("button", name="上传并插入").click()
    expect(text_of(tab).locator("video")).to_have_count(1)
    tab.keyboard.type("另附")  # goes on behind the video, and does not take its place
    presses(tab, "附件")
    tab.locator("dialog input[type=file]").set_input_files([paper, film])
    tab.get_by_role("button", name="上传附件").click()
    expect(text_of(tab).locator(".editor-medium + p")).to_have_text("另附说明.docx、校园.mp4")
    expect(text_of(tab).locator("a", has_text="说明.docx")).to_have_count(1)
    row = tab.locator(".draft-files details", has_text="说明.docx")
    row.locator("summary").first.click()
    row.get_by_role("button", name="预览").click()
    expect(row.locator(".file-text")).to_contain_text("总体要求")
    assert not Axe().run(tab).violations_count, Axe().run(tab).generate_report()
    saves(tab)
    version = ResourceVersion.objects.get()
    digests = {file["name"]: file["digest"] for file in version.attachments}
    assert f'src="attachment:{digests["校园.mp4"]}"' in version.body
    assert f'href="attachment:{digests["说明.docx"]}"' in version.body


def test_a_resource_of_the_library_is_quoted_by_reference(open_tab: OpenTab, newsroom: Newsroom) -> None:
    review = newsroom.pass_all(newsroom.submit(newsroom.draft(title="示范省校舍安全管理办法")))
    quoted = publish_piece(actor=newsroom.publisher, review=review).resource
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    types_at_the_end(tab, "依据")
    presses(tab, "引用资源库内容")
    tab.get_by_label("查找资源").fill("校舍安全管理办法")
    tab.get_by_role("radio", name="示范省校舍安全管理办法").check()
    tab.get_by_role("button", name="插入引用").click()
    expect(text_of(tab).locator("a")).to_have_text("《示范省校舍安全管理办法》")
    saves(tab)
    piece = Resource.objects.exclude(pk=quoted.pk).get()
    assert piece.working_version is not None
    assert f'href="resource:{quoted.pk}"' in piece.working_version.body


def test_the_policy_of_an_interpretation_is_chosen_by_its_title(
    open_tab: OpenTab, newsroom: Newsroom
) -> None:
    law = newsroom.draft(
        title="示范省校舍安全管理办法", type_code="policy-document", genre_code="notice", elements=POLICY
    )
    for resource in (law, newsroom.draft(title="示范省校舍安全新闻")):
        publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(resource)))
    draft = begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="interpretation")
    tab = open_tab(newsroom.writer)
    opens_draft(tab, draft)
    tab.locator("[data-pick]").click()
    asked = tab.get_by_role("dialog", name="选择资源库内容")
    expect(asked.get_by_role("radio")).to_have_count(1)
    asked.get_by_role("radio").check()
    asked.get_by_role("button", name="选用").click()
    expect(tab.locator("[data-picked]")).to_have_text("《示范省校舍安全管理办法》")
    tab.get_by_role(
        "link", name="工作台", exact=True
    ).click()  # a second has not passed: it is saved on the way out
    expect(tab.get_by_role("heading", name="正在写")).to_be_visible()
    opens_draft(tab, draft)
    expect(tab.get_by_label("被解读文件")).to_have_value(str(law.pk))
    expect(tab.locator("[data-picked]")).to_have_text("《示范省校舍安全管理办法》")


def test_a_picture_without_alternative_text_is_not_inserted(
    open_tab: OpenTab, newsroom: Newsroom, tmp_path: Path
) -> None:
    photo = tmp_path / "校园.png"
    Image.new("RGB", (400, 300), (60, 120, 90)).save(photo)
    tab = open_tab(newsroom.writer)
    opens_draft(tab, new_draft(newsroom))
    text_of(tab).click()
    presses(tab, "图片")
    tab.locator("dialog input[type=file]").set_input_files(photo)
    tab.get_by_role("button", name="上传并插入").click()
    # The browser itself keeps the form: the field says what it wants.
    asked = tab.get_by_role("dialog", name="插入图片")
    expect(asked).to_be_visible()
    assert asked.get_by_label("替代文字").evaluate("field => field.validity.valueMissing")
    expect(text_of(tab).locator("img")).to_have_count(0)
    asked.get_by_role("button", name="取消").click()
    expect(tab.locator("dialog.editor-dialog")).to_have_count(0)
