"""Every page kind: right tags, marks and dates, nothing active inline, the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import html as lxml_html

from rongshu.publishing.pages import models as m
from rongshu.publishing.pages.blocks import fitted_widths
from rongshu.publishing.pages.page_tags import malformed_tags, missing_tags
from rongshu.publishing.pages.rendering import BLOCKS, KINDS, TEMPLATE_FOLDER, render
from rongshu.publishing.tests import sample_pages as samples

SITE = samples.site_frame()
COLUMN = samples.column_frame()
PAGES = samples.every_page(SITE)
FRAMED = {name: page for name, page in PAGES.items() if not isinstance(page, m.SiteIndexPage)}


def texts(html: str, selector_class: str) -> list[str]:
    document = lxml_html.document_fromstring(html)
    found = document.xpath(f"//*[contains(concat(' ', @class, ' '), ' {selector_class} ')]")
    return [" ".join(each.text_content().split()) for each in found]


def test_samples_cover_every_page_kind_and_block() -> None:
    assert {type(page) for page in PAGES.values()} == set(KINDS)
    assert {type(block) for block in samples.home_blocks()} == set(BLOCKS)


@pytest.mark.parametrize("name", PAGES)
def test_equal_models_give_equal_bytes(name: str) -> None:
    # Frames built anew: no fragment of the first rendering is reused.
    assert render(samples.every_page(samples.site_frame())[name]) == render(PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_nothing_active_or_styled_inline(name: str) -> None:
    html = render(PAGES[name])
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    # Nothing comes from another host but what a person clicks.
    assert not re.search(
        r"<(?:script|img|link rel=\"(?:stylesheet|icon)\")[^>]*(?:src|href)=\"(?:https?:)?//", html
    )


@pytest.mark.requirement("P5-01")
@pytest.mark.parametrize("name", FRAMED)
def test_every_page_carries_its_tags(name: str) -> None:
    html = render(FRAMED[name])
    assert missing_tags(html) == []
    assert malformed_tags(html) == []


@pytest.mark.requirement("P5-01")
def test_detail_page_has_ten_tags_in_stable_order() -> None:
    html = render(samples.article(SITE, COLUMN))
    names = re.findall(r'<meta name="([A-Z]\w+)" content="[^"]+">', html)
    assert names == [
        "SiteName", "SiteDomain", "SiteIDCode",
        "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType",
        "ArticleTitle", "PubDate", "ContentSource",
        "Keywords", "Author", "Description", "Url",
    ]  # fmt: skip


@pytest.mark.requirement("P5-02")
def test_publication_time_is_shown_and_tagged_in_24_hours_of_beijing() -> None:
    evening = datetime(2024, 5, 17, 15, 59, tzinfo=UTC)
    html = render(replace(samples.article(SITE, COLUMN), published_at=evening))
    assert '<meta name="PubDate" content="2024-05-17 23:59">' in html
    assert '发布时间：<time datetime="2024-05-17T23:59+08:00">2024-05-17 23:59</time>' in html


@pytest.mark.requirement("P5-02")
def test_day_without_a_time_is_shown_in_the_full_form() -> None:
    midnight = datetime(2009, 3, 1, 16, 0, tzinfo=UTC)
    html = render(replace(samples.article(SITE, COLUMN), published_at=midnight))
    assert 'content="2009-03-02 00:00"' in html


@pytest.mark.requirement("P5-03")
@pytest.mark.parametrize("name", FRAMED)
def test_footer_carries_the_marks(name: str) -> None:
    document = lxml_html.document_fromstring(render(FRAMED[name]))
    [footer] = document.xpath("//footer")
    text = " ".join(footer.text_content().split())
    marks = samples.MARKS
    for shown in (
        marks.sponsor,
        marks.operator,
        marks.contact,
        marks.icp_number,
        marks.police_number,
        "0000000001",
    ):
        assert shown in text
    hrefs = {link.get("href") for link in footer.iter("a")}
    assert {marks.party_gov_mark_url, marks.error_report_url, marks.site_map_url} <= hrefs
    for label in ("我为政府网站找错", "党政机关网站标识", "站点地图", "IPv6"):
        assert label in text


def test_footer_leaves_out_what_is_not_there() -> None:
    site = replace(SITE, marks=replace(samples.MARKS, operator="", address="", has_ipv6=False))
    html = render(m.NotFoundPage(site))
    assert "承办单位" not in html
    assert "IPv6" not in html
    assert "承办单位" in render(m.NotFoundPage(SITE))


@pytest.mark.requirement("P5-04")
@pytest.mark.parametrize(
    ("validity", "label", "sentence"),
    [
        (m.Validity.ABOLISHED, "已废止", "本文件已经废止"),
        (m.Validity.EXPIRED, "失效", "本文件已经失效"),
        (m.Validity.AMENDED, "已修改", "本文件已经修改"),
        (m.Validity.PARTLY_INVALID, "部分失效", "本文件部分内容已经失效"),
        (m.Validity.NOT_YET, "尚未生效", "本文件尚未施行"),
    ],
)
def test_original_says_that_it_no_longer_holds(validity: m.Validity, label: str, sentence: str) -> None:
    page = samples.policy(SITE, COLUMN)
    assert page.document
    html = render(replace(page, document=replace(page.document, validity=validity)))
    assert label in texts(html, "elements")[0]
    [notice] = texts(html, "validity-notice")
    assert notice.startswith(sentence)
    assert "/a/2024/09/abolish.html" in html


@pytest.mark.requirement("P5-04")
def test_valid_document_bears_its_mark_and_no_warning() -> None:
    page = samples.policy(SITE, COLUMN)
    html = render(
        replace(page, document=m.DocumentElements(index_number="X/2024-00001", validity=m.Validity.VALID))
    )
    assert "有效" in texts(html, "elements")[0]
    assert texts(html, "validity-notice") == []
    assert "发文字号" not in html


@pytest.mark.requirement("P5-05")
def test_policy_and_interpretation_link_to_each_other() -> None:
    policy = samples.policy(SITE, COLUMN)
    interpretation = samples.interpretation(SITE, COLUMN)
    as_entry = replace(samples.entry(), title="政策原文", url=policy.path)
    explained = replace(samples.entry(), title="一图读懂", url=interpretation.path)
    from_policy = render(replace(policy, interpretations=(explained,)))
    from_interpretation = render(replace(interpretation, interprets=(as_entry,)))
    assert "政策解读" in from_policy
    assert f'<a href="{interpretation.path}">一图读懂</a>' in from_policy
    assert "解读的政策文件" in from_interpretation
    assert f'<a href="{policy.path}">政策原文</a>' in from_interpretation


def test_empty_blocks_and_groups_are_not_shown() -> None:
    html = render(PAGES["home"])
    assert "block-open" in html
    assert "block-empty" not in html
    assert "没有内容的栏目" not in html


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (["half", "half"], [6, 6]),
        (["half"], [12]),
        (["full", "half", "full"], [12, 12, 12]),
        (["two-thirds", "third", "quarter", "quarter"], [8, 4, 3, 9]),
        (["third", "third", "half"], [4, 8, 12]),
        (["unknown"], [12]),
        ([], []),
    ],
)
def test_blocks_fill_their_rows_without_holes(wanted: list[str], given: list[int]) -> None:
    blocks = [
        m.ColumnListBlock(key=str(n), title="", width=width, entries=()) for n, width in enumerate(wanted)
    ]
    assert fitted_widths(blocks) == given


def test_block_beside_an_empty_one_takes_its_room() -> None:
    full = m.ColumnListBlock(key="full", title="有", width="half", entries=samples.entries(1))
    empty = m.ColumnListBlock(key="empty", title="无", width="half", entries=())
    assert "block-column-list w-12 " in render(m.HomePage(SITE, (empty, full)))
    assert "block-column-list w-6 " in render(m.HomePage(SITE, (full, replace(full, key="other"))))


def test_old_block_says_when_it_was_renewed() -> None:
    html = render(PAGES["home"])
    assert texts(html, "renewed") == ["最近更新于 2024-03-01"]


def test_text_is_escaped_everywhere_and_sanitised_html_is_not() -> None:
    hostile = "<script>alert(1)</script>\"'&"
    page = replace(
        samples.policy(SITE, COLUMN), title=hostile, source=hostile, author=hostile, editor=hostile,
        subtitle=hostile, description=hostile, keywords=(hostile,),
        related=(replace(samples.entry(), title=hostile),),
        attachments=(m.Attachment(hostile, "/f/x.pdf", 1),),
        body_html="<p>正文<strong>加粗</strong></p>",
    )  # fmt: skip
    html = render(page)
    assert "<script>alert" not in html
    assert "<p>正文<strong>加粗</strong></p>" in html


def test_body_is_fitted_into_the_page() -> None:
    body = (
        "<h1>一</h1><table><tr><td>1</td></tr></table>"
        '<p><img src="/p.png" alt="图"></p><p><img src="/q.png"></p>'
    )
    html = render(replace(samples.article(SITE, COLUMN), body_html=body))
    assert html.count("<h1") == 1
    assert "<h2>一</h2>" in html
    assert 'role="group" aria-label="表格，可左右滚动"><table>' in html
    assert '<img loading="lazy" decoding="async" src="/p.png" alt="图">' in html
    assert '<img loading="lazy" decoding="async" alt="" src="/q.png">' in html


def test_blanks_that_stood_for_layout_are_left_to_the_style_sheet() -> None:
    body = (
        '<p>　　正文　中间</p><p class="no-indent">&nbsp;&nbsp;附</p>'
        '<p>&nbsp;</p><p><br></p><p>　</p><p id="b-1"></p><pre>　　留</pre>'
    )
    html = render(replace(samples.article(SITE, COLUMN), body_html=body))
    assert '<p>正文　中间</p><p class="no-indent">附</p><p id="b-1"></p><pre>　　留</pre>' in html


def test_mark_without_a_check_page_is_shown_without_a_link() -> None:
    html = render(m.NotFoundPage(replace(SITE, marks=replace(samples.MARKS, party_gov_mark_url=""))))
    assert "党政机关网站标识</span>" in html
    assert 'href=""' not in html


def test_canonical_is_the_first_placement_elsewhere() -> None:
    page = samples.article(SITE, COLUMN)
    assert f'<link rel="canonical" href="{SITE.base_url}{page.path}">' in render(page)
    elsewhere = "https://www.shifanshi.example/a/2024/05/x.html"
    assert f'<link rel="canonical" href="{elsewhere}">' in render(replace(page, canonical_url=elsewhere))


def test_breadcrumb_and_navigation_say_where_the_page_is() -> None:
    page_one = render(PAGES["list-titles"])
    chunk = render(PAGES["list-chunk"])
    article = render(PAGES["article"])
    assert '<a href="/news/latest/" aria-current="page">要闻动态</a></li>\n</ol>' in page_one
    assert '<a href="/news/latest/">要闻动态</a></li>\n</ol>' in chunk
    assert "<li><span>正文</span></li>\n</ol>" in article
    assert '<a href="/news/" aria-current="true">要闻</a>' in article
    assert '<a href="/" aria-current="page">首页</a>' in render(PAGES["home"])


def test_chunk_page_knows_nothing_of_the_total() -> None:
    html = render(PAGES["list-chunk"])
    assert "第 37 页" in html
    assert "共 " not in html
    assert 'href="/news/latest/38.html" rel="prev"' in html


def test_one_column_on_two_sites_keeps_their_frames_apart() -> None:
    other = samples.site_frame("azure")
    first, second = render(samples.article(SITE, COLUMN)), render(samples.article(other, COLUMN))
    assert 'content="示范省人民政府"' in first
    assert 'content="示范省生态环境厅"' in second
    assert "示范省生态环境厅" not in first


def test_frames_of_discarded_objects_are_never_mixed_up() -> None:
    # Short-lived frames reuse each other's ids; the fragments must not.
    for number in range(3000):
        name = f"第{number}个站点"
        site = replace(SITE, name=name, tags=replace(SITE.tags, name=name))
        assert f'content="{name}"' in render(m.GonePage(site))


def test_article_without_pictures_weighs_little() -> None:
    assert len(render(PAGES["article-policy"]).encode()) < 40_000


def test_navigation_has_at_most_seven_entries() -> None:
    with pytest.raises(ValueError, match="at most 7"):
        replace(SITE, navigation=(*samples.NAVIGATION, m.Link("第八", "/eight/")))


def test_leaving_notice_shows_the_target_and_is_not_indexed() -> None:
    html = render(PAGES["leaving"])
    assert "https://elsewhere.example/path?a=1&amp;b=2" in html
    assert '<meta name="robots" content="noindex">' in html


def test_notices_of_a_sites_life_cycle_say_what_a_reader_needs() -> None:
    offline, closed = render(PAGES["offline"]), render(PAGES["closed"])
    for shown in ("2024-05-01", "2024-05-20", "机房改造和系统迁移", "示府办函〔2024〕9号"):
        assert shown in offline
    assert "预计" not in render(m.OfflinePage(SITE, "检修", date(2024, 5, 1)))
    assert 'href="https://www.shifan.example/"' in closed


def test_column_of_people_shows_names_and_posts() -> None:
    document = lxml_html.document_fromstring(render(PAGES["list-people"]))
    cards = [" ".join(each.text_content().split()) for each in document.find_class("person")]
    assert cards[0] == "甲甲示范省长"
    assert len(cards) == len(samples.LEADERS)


def test_disclosure_directory_shows_the_four_fixed_blocks() -> None:
    html = render(PAGES["disclosure"])
    for name in ("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报"):
        assert name in html
    assert "依申请公开" not in html


@pytest.mark.requirement("P5-08")
def test_same_kind_of_page_has_one_template_whatever_the_theme() -> None:
    for name, page in PAGES.items():
        if name == "site-index":
            continue
        shapes = set()
        for theme in ("vermilion", "azure", "pine"):
            themed = replace(SITE, theme=m.ThemeTokens(theme))
            assert not isinstance(page, m.SiteIndexPage)
            shapes.add(render(replace(page, site=themed)).replace(f'data-theme="{theme}"', ""))
        # The samples of offline and closed sites have a frame of their own.
        assert len(shapes) == 1, name


def test_templates_name_no_theme() -> None:
    for path in TEMPLATE_FOLDER.rglob("*.html"):
        if path.name != "site_index.html":
            assert not re.search(r"vermilion|azure|pine", path.read_text(encoding="utf-8")), path
