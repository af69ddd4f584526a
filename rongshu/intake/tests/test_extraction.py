"""Extraction: what is found on pages of every generation, what is refused, what must not break it."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.extraction import bigram_f1, pages_of, strip_meta
from rongshu.intake.extraction import (
    ExtractedPage,
    PageTooComplex,
    PageTooLarge,
    PageUnreadable,
    extract_page,
    read_page,
)

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="没有真实网页样本，跳过")
TODAY = date(2026, 11, 22)
TEXT = "为进一步做好示范工作，经研究，现将有关事项通知如下，请各单位结合实际认真抓好落实。" * 6

MODERN = f"""<html><head><title>关于开展示范工作的通知_示范市人民政府</title>
<meta name="ArticleTitle" content="关于开展示范工作的通知"><meta name="PubDate" content="2021-03-05">
<meta name="ContentSource" content="示范市办公室"></head><body>
<div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a></div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt;
<a href="/zwgk/tz/">通知公告</a> &gt; 正文</div>
<h1>关于开展示范工作的通知</h1>
<div class="info">发布时间：2021-03-05 10:20　信息来源：示范市办公室　【字体：大 中 小】 打印</div>
<div id="UCAP-CONTENT"><p style="text-align:center">示府发［2021］5号</p><p>{TEXT}</p>
<table><tr><td>序号</td><td>事项</td></tr><tr><td>1</td><td>登记</td></tr></table>
<p><img data-src="../images/photo.jpg" alt="现场" src="/blank.gif"></p>
<p onclick="alert(1)">联系人见附件。<script>alert(1)</script></p>
<p><a href="javascript:downFile('/upload/1.doc','申报表.doc')">附件1：申报表</a></p></div>
<div class="fj"><a href="/download.jsp?fileid=9">附件2：说明.pdf</a></div>
<div class="share">分享到：微信</div><div class="footer">版权所有 ICP备1号</div></body></html>"""

OLD = f"""<html><head><title>示范市旧版网站--公文</title></head><body><table><tr><td class=left>
<table><tr><td><a href=a.htm>一</a></td></tr><tr><td>最新</td></tr></table></td><td><table>
<tr><td>您现在的位置：<a href=index.htm>首页</a> -> <a href=gw/list.htm>公文</a></td></tr>
<tr><td align=center class=bt><font size=5><b>示范市二〇〇三年<br>工作要点</b></font></td></tr>
<tr><td>来 源：<font>示范市办公室</font> 浏览次数：5　二〇〇三年三月五日</td></tr>
<tr><td><font size=3>　　{TEXT}<br><br>　　{TEXT}</font></td></tr>
<tr><td>【打印本页】【关闭窗口】</td></tr><tr><td>上一条：<a href=2.htm>别的文章</a></td></tr>
</table></td></tr><tr><td>版权所有　最后更新：2010-1-1</td></tr></table>"""


def extracted(page: str, url: str = "http://www.shi.example/zwgk/tz/t20210305_1.html") -> ExtractedPage:
    article = extract_page(page.encode(), url=url, today=TODAY)
    assert article is not None
    return article


def test_page_tags_byline_and_container_agree() -> None:
    article = extracted(MODERN)
    assert article.title == "关于开展示范工作的通知"
    assert article.published_at == "2021-03-05 10:20"  # the day is declared, the time is shown
    assert article.source == "示范市办公室"
    assert article.document_number == "示府发〔2021〕5号"
    assert article.column_path == ("政务公开", "通知公告")
    assert article.found_by["published_at"] == "meta+byline"
    assert 0 < article.confidence["title"] <= 1


def test_body_keeps_tables_pictures_and_links_and_drops_the_page() -> None:
    article = extracted(MODERN)
    assert article.body_html is not None
    assert article.body_text is not None
    assert "序号\t事项\n1\t登记" in article.body_text
    assert "<script" not in article.body_html
    assert "onclick" not in article.body_html
    assert not re.search("版权所有|分享到|当前位置|打印", article.body_text)
    assert [(image.url, image.alt) for image in article.images] == [
        ("http://www.shi.example/zwgk/images/photo.jpg", "现场")
    ]
    assert 'src="http://www.shi.example/zwgk/images/photo.jpg"' in article.body_html


def test_attachments_in_the_body_by_script_and_beside_it() -> None:
    assert [(item.name, item.url) for item in extracted(MODERN).attachments] == [
        ("附件1：申报表", "http://www.shi.example/upload/1.doc"),
        ("附件2：说明.pdf", "http://www.shi.example/download.jsp?fileid=9"),
    ]


def test_nested_tables_without_any_class() -> None:
    article = extracted(OLD, "http://old.example/gw/12.htm")
    assert article.title == "示范市二〇〇三年工作要点"
    assert article.published_at == "2003-03-05"
    assert article.source == "示范市办公室"
    assert article.column_path == ("公文",)
    assert article.body_text is not None
    assert bigram_f1(article.body_text, TEXT + TEXT) > 0.99


@pytest.mark.parametrize(
    "written",
    [
        "2021年3月5日 10:20",
        "2021-03-05 10:20:33",
        "[2021/3/5 10:20]",
        "2021.03.05 10:20",
        "2021-03-05T10:20:00+08:00",
    ],
)
def test_dates_in_every_writing(written: str) -> None:
    page = MODERN.replace('<meta name="PubDate" content="2021-03-05">', "").replace(
        "2021-03-05 10:20", written
    )
    assert extracted(page).published_at == "2021-03-05 10:20"


def test_todays_clock_and_future_dates_are_no_publication_dates() -> None:
    page = MODERN.replace('<meta name="PubDate" content="2021-03-05">', "").replace(
        "发布时间：2021-03-05 10:20", "今天是2026年11月22日 发布时间：2031-01-01"
    )
    assert extracted(page).published_at == "2021-03-05"  # the day in the address is what is left
    assert extracted(page).found_by["published_at"] == "url"
    assert extracted(page, "http://www.shi.example/zwgk/show.asp?id=3").published_at is None


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "iso-8859-1", None])
def test_declared_charsets_may_lie(encoding: str, declared: str | None) -> None:
    page = MODERN.replace("<head>", f'<head><meta charset="{declared}">')
    article = extract_page(page.encode(encoding), declared_charset=declared, today=TODAY)
    assert article is not None
    assert article.title == "关于开展示范工作的通知"
    assert TEXT in (article.body_text or "")


def test_two_encodings_in_one_page() -> None:
    head, tail = MODERN.split('<div class="footer">')
    article = extract_page(head.encode("gbk") + b'\n<div class="footer">' + tail.encode(), today=TODAY)
    assert article is not None
    assert article.source == "示范市办公室"


@pytest.mark.parametrize(
    "page",
    [
        "<html><frameset><frame src=a.htm><frame src=b.htm></frameset></html>",
        "<html><head><title>404</title></head><body><h1>页面不存在</h1>您访问的页面已被删除</body></html>",
        "<html><title>首页</title><body>"
        + "".join(f"<a href=/{n}.html>第{n}条新闻的标题文字</a><br>" for n in range(60)),
        "<html><title>通知公告</title><body><ul>"
        + "".join(
            f"<li><a href=/n/{n}.html>关于第{n}项工作的通知</a><span>2020-01-{n + 1:02}</span>"
            for n in range(20)
        ),
    ],
)
def test_framesets_errors_home_pages_and_lists_are_no_articles(page: str) -> None:
    assert extract_page(page.encode(), url="http://shi.example/tz/index.html", today=TODAY) is None


def test_a_page_too_large_or_no_text_is_refused_with_its_code() -> None:
    with pytest.raises(PageTooLarge) as too_large:
        extract_page(b"<p>" + b"x" * 20_000_001)
    assert too_large.value.code == "page-too-large"
    for content in (b"%PDF-1.4 ...", b"PK\x03\x04zip", b"", b"   \n"):
        with pytest.raises(PageUnreadable):
            extract_page(content)


def test_endless_nesting_is_refused_but_unclosed_fonts_are_read() -> None:
    with pytest.raises(PageTooComplex):
        extract_page(b"<div>" * 50_000 + b"x")
    article = extracted(MODERN.replace("<p>", "<p>" + "<font><span>" * 1500, 1))
    assert TEXT in (article.body_text or "")


def test_a_title_of_three_thousand_characters_is_kept_whole() -> None:
    long = "关于示范事项的通知" * 334
    article = extracted(MODERN.replace("关于开展示范工作的通知", long))
    assert article.title == long


def test_script_pagers_islands_and_frames_are_named_for_the_crawler() -> None:
    reading = read_page(
        b"""<html><body><iframe src="body.htm"></iframe>
        <script>createPageHTML(4, 0, "index", "html");</script>
        <script type="text/xml"><datastore><![CDATA[<a href="/a/1.html">x</a>]]></datastore></script>
        <a href="art;jsessionid=1"></a><a href="\\\\b\\\\2.html"></a></body></html>""",
        url="http://shi.example/tz/",
    )
    assert reading.list_pages == tuple(f"http://shi.example/tz/index_{n}.html" for n in (1, 2, 3))
    assert "http://shi.example/a/1.html" in reading.links
    assert reading.embedded_urls == ("http://shi.example/tz/body.htm",)


def test_the_other_parts_of_a_split_article() -> None:
    pager = '<a href="t20210305_1_1.html">[2]</a><a href="t20210305_1_2.html">下一页</a>'
    pager += '<a href="t20210306_9.html">2</a>'
    reading = read_page(
        MODERN.replace('<div class="fj">', pager + "<div>").encode(), url="http://s.example/t20210305_1.html"
    )
    assert reading.next_parts == (
        "http://s.example/t20210305_1_1.html",
        "http://s.example/t20210305_1_2.html",
    )


def test_json_contract() -> None:
    names = (
        "title published_at source author document_number body_text body_html attachments images column_path"
    )
    assert set(extracted(MODERN).as_dict()) == {*names.split(), "confidence", "found_by"}
    assert extracted(MODERN).as_dict()["author"] is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(MODERN)), st.text(max_size=60), st.integers(0, 400))
def test_no_page_breaks_it(at: int, junk: str, cut: int) -> None:
    """Whatever is missing or in the way, the answer is an article, none, or a refusal with its code."""
    page = MODERN[:at] + junk + MODERN[at + cut :]
    read_page(page.encode("utf-8", "replace"), url="http://s.example/1.html", today=TODAY)


@needs_data
@pytest.mark.parametrize(("folder", "least"), [("gov_html_pages", 0.97), ("article_extraction_zh", 0.91)])
def test_bodies_of_real_pages(folder: str, least: float) -> None:
    pages = [page for page in pages_of(DATA / folder) if page.gold.get("gold_text")]
    articles = [extract_page(page.content, url=page.url) for page in pages]
    scores = [
        bigram_f1((article.body_text or "") if article else "", page.gold["gold_text"])
        for article, page in zip(articles, pages, strict=True)
    ]
    assert sum(scores) / len(scores) >= least


@needs_data
@pytest.mark.parametrize(("stripped", "titles", "sources"), [(False, 8, 7), (True, 7, 5)])
def test_titles_and_sources_of_real_pages(stripped: bool, titles: int, sources: int) -> None:
    pages = list(pages_of(DATA / "gov_html_pages"))
    found = [extract_page(strip_meta(page.content) if stripped else page.content) for page in pages]
    pairs = [(article, page.gold) for article, page in zip(found, pages, strict=True) if article]
    assert sum(article.title == gold["gold_title"] for article, gold in pairs) >= titles
    assert (
        sum(article.source == gold["gold_source"] for article, gold in pairs if gold["gold_source"])
        >= sources
    )


def test_a_short_article_that_reads_like_furniture_is_kept() -> None:
    title = "关于同意设立自然保护区的复函"
    text = (
        "　　某市人民政府：经研究，同意设立自然保护区。二〇〇六年二月五日公开程序：审核后公开责任部门：办公室"
    )
    page = (
        f"<html><title>{title}</title><body><table>"
        "<tr><td>您的位置：<a href='/'>首页</a> → <a href='/zw/'>政务公开</a></td></tr>"
        f"<tr><td align=center><font size=5><b>{title}</b></font></td></tr>"
        f"<tr><td align=center>[2006-2-5]</td></tr><tr><td><hr><p><font size=3>{text}</font></td></tr>"
        "<tr><td>【<a href='javascript:window.print()'>打印本页</a>】</td></tr></table></body></html>"
    )
    article = extract_page(page.encode("gb18030"), url="http://old.example/zw/1.htm")
    assert article is not None
    assert article.body_text is not None
    assert "同意设立自然保护区" in article.body_text
