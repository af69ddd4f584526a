"""Titles that hold marks of mark-up and of trails, and pages whose editors never gave one."""

from __future__ import annotations

import pytest

from rongshu.intake.extraction import ExtractedPage, extract_page
from rongshu.intake.extraction.document_number import whole_number
from rongshu.intake.tests.old_site import article, text


def extracted(page: str) -> ExtractedPage:
    found = extract_page(page.encode(), url="http://www.shi.example/zwgk/t20210305_1.html")
    assert found is not None
    return found


@pytest.mark.parametrize("marks", ["&lt;{}&gt;", "<{}>", "‹{}›", "〈{}〉", "《{}》", "«{}»"])
def test_a_name_in_pointed_brackets_stays_in_the_title(marks: str) -> None:
    written = f"关于{marks.format('示范省条例')}的解读"
    title = written.replace("&lt;", "<").replace("&gt;", ">")
    assert extracted(article(written, text("a"))).title == title
    declared = article(written, text("a")).replace(
        "<head>", f'<head><meta name="ArticleTitle" content="{written}">'
    )
    assert extracted(declared).title == title


def test_mark_up_in_a_declared_title_is_none_of_it() -> None:
    page = article("关于示范工作的通知", text("a"))
    declared = '<head><meta name="ArticleTitle" content="关于&lt;br/&gt;&lt;b&gt;示范&lt;/b&gt;工作的通知">'
    assert extracted(page.replace("<head>", declared)).title == "关于示范工作的通知"


@pytest.mark.parametrize(
    "placeholder", ["New Page 4", "无标题文档", "Untitled Document", "新建网页 1", "未命名页面", "标题"]
)
@pytest.mark.parametrize(
    "heading",
    [
        "<b>关于示范工作的几点说明</b>",
        "<font size=5>示范村的春天</font>",
        "<h2>示范村的春天</h2>",
    ],
)
def test_a_placeholder_gives_way_to_the_heading(placeholder: str, heading: str) -> None:
    page = f"""<html><head><title>{placeholder}</title><meta name="ArticleTitle"
    content="{placeholder}"></head>
    <body><table><tr><td>首页 &gt; 通知公告</td></tr><tr><td align=center>{heading}</td></tr>
    <tr><td>{text("a")}</td></tr><tr><td>2004-5-3</td></tr></table></body></html>"""
    assert f">{extracted(page).title}<" in heading


@pytest.mark.parametrize(
    ("trail", "title", "columns"),
    [
        ("首页 &gt; 政务公开 &gt; 《示范省条例》解读", "《示范省条例》解读", ("政务公开",)),
        ("首页 &gt; 政策解读 &gt; 一图读懂 | 示范条例/办法", "一图读懂 | 示范条例/办法", ("政策解读",)),
        ("首页 &gt; 政务公开 &gt; 关于A/B两项工作的…", "关于A/B两项工作的通知", ("政务公开",)),
        ("首页 &gt; 通知公告 &gt; 正文", "示范省2021年通知公告汇编", ("通知公告",)),
        ("<span>首页</span> &gt; <span>通知公告</span>", "示范省2021年通知公告汇编", ("通知公告",)),
        ("首页 &gt; 政务公开/通知公告", "关于示范工作的通知", ("政务公开", "通知公告")),
    ],
)
def test_a_trail_ends_before_the_title(trail: str, title: str, columns: tuple[str, ...]) -> None:
    page = f"""<html><head><title>{title}_示范省</title></head><body><div class="nav">当前位置：{trail}</div>
    <h1>{title}</h1><div>发布时间：2021-03-05 10:20 来源：示范市办公室</div>
    <div id="zoom">{text("a")}</div></body></html>"""
    found = extracted(page)
    assert found.title == title
    assert found.column_path == columns


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("示范市人民政府公告（第4号）", "示范市人民政府公告（第4号）"),
        ("（示范省人民政府令第12号）", "示范省人民政府令第12号"),
        ("关于开展供水检查的公告（第4号）", None),
    ],
)
def test_a_title_that_ends_in_a_number_is_no_number(line: str, number: str | None) -> None:
    assert whole_number(line) == number
