"""What only scripts, forms, players and splash pages show: found, followed, and kept as files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rongshu.intake.crawling import CrawledArticle, Crawler, Fetcher, Politeness, SiteSource
from rongshu.intake.crawling.saved import SavedPage, write_saved
from rongshu.intake.extraction import ExtractedPage, TemplateRules, read_page
from rongshu.intake.reading_again import read_again
from rongshu.intake.tests.old_site import OldSite, article, text

URL = "http://old.example/tz/5.html"


def found(site: OldSite, *, with_query: bool = False) -> dict[str, ExtractedPage]:
    """Crawl a site; return its articles by path, or by path and query."""

    async def crawl() -> dict[str, ExtractedPage]:
        politeness = Politeness(per_second=None, at_once=8, respect_robots=False)
        async with Fetcher(politeness=politeness, allow_hosts=["127.0.0.1"]) as fetcher:
            results = Crawler(SiteSource(fetcher, [f"{site.url}/"])).crawl()
            articles = [one async for one in results if isinstance(one, CrawledArticle)]
            return {_name(one.url, with_query=with_query): one.article for one in articles}

    return asyncio.run(crawl())


def _name(url: str, *, with_query: bool) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if with_query else parts.path


def files(extra: str) -> list[tuple[str, str]]:
    page = article("关于一项示范工作的通知", text("a"), extra=extra)
    reading = read_page(page.encode(), url=URL)
    assert reading.article is not None
    return [(one.name, urlsplit(one.url).path) for one in reading.article.attachments]


@pytest.mark.parametrize(
    "first",
    [
        "<html><head><meta http-equiv=refresh content='0;url=default.htm'></head><body></body></html>",
        "<html><body><a href='/index.asp'>进入网站</a><a href=/default.htm>旧版</a></body></html>",
        "<html><script>window.location.replace('/default.htm')</script><body></body></html>",
    ],
    ids=["refresh", "splash", "script"],
)
def test_the_front_page_behind_a_splash_page_is_read(first: str) -> None:
    with OldSite() as site:
        site.page("/", first)
        site.page("/default.htm", "<html><body><a href=/a.html>关于示范工作的通知</a></body></html>")
        site.page("/a.html", article("关于示范工作的通知", text("a")))
        assert set(found(site)) == {"/a.html"}


def test_lists_and_menus_written_by_scripts_lead_on() -> None:
    rows = "".join(f"rows[{at}]=new Array('第{at}号通知','/tz/{at}.shtml','2009-03-05');" for at in (1, 2))
    with OldSite() as site:
        site.page(
            "/",
            f"<html><script src=/js/menu.js></script><body><script>var rows=new Array();{rows}"
            "for(i in rows)document.write('<a href='+rows[i][1]+'>');"
            'document.write("<a href=\\"/gk/\\">公开</a>");</script>'
            '<iframe src="/new.html"></iframe></body></html>',
        )
        site.page(
            "/js/menu.js",
            "document.write('<table><a href=\"/dt/\">动态</a></table>');",
            kind="text/javascript",
        )
        site.page(
            "/new.html", "<html><base href='/zx/' target=_top><body><a href=5.html>最新</a></body></html>"
        )
        site.page("/gk/", "<html><body><a href='3.html'>三</a></body></html>")
        site.page("/dt/", "<html><body><a href='4.html'>四</a></body></html>")
        for at, uri in enumerate(["/tz/1.shtml", "/tz/2.shtml", "/gk/3.html", "/dt/4.html", "/zx/5.html"]):
            site.page(uri, article(f"关于第{at}项工作的通知", text(uri)))
        assert set(found(site)) == {"/tz/1.shtml", "/tz/2.shtml", "/gk/3.html", "/dt/4.html", "/zx/5.html"}


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (
            "<input type=button value='下载附件' onclick=\"location.href='/up/1.doc'\">",
            ("1.doc", "/up/1.doc"),
        ),
        ("<a href='#' onclick=\"window.open('/up/2.xls')\">汇总表</a>", ("汇总表", "/up/2.xls")),
        ("<script>var f=[['申报表.doc','/up/3.doc']];show(f);</script>", ("申报表.doc", "/up/3.doc")),
        (
            "<script>document.write(\"<a href='/up/4.pdf'>附件：方案</a>\")</script>",
            ("附件：方案", "/up/4.pdf"),
        ),
        (
            "<form action=/dl.do><input type=hidden name=id value=5><input type=submit value=附件下载>",
            ("dl.do", "/dl.do"),
        ),
        ("<object><param name=src value='/up/6.pdf'></object>", ("6.pdf", "/up/6.pdf")),
        ("<iframe src='/pdf/web/viewer.html?file=/up/7.pdf'></iframe>", ("7.pdf", "/up/7.pdf")),
        (
            "<a href='javascript:get(8)'>实施方案</a>"
            "<script>function get(n){location='/servlet/down?f='+n}</script>",
            ("实施方案", "/servlet/down"),
        ),
    ],
)
def test_files_behind_buttons_scripts_forms_and_players_are_attachments(
    extra: str, expected: tuple[str, str]
) -> None:
    assert files(extra) == [expected]


def test_furniture_of_scripts_is_no_file() -> None:
    assert (
        files("<script>fl('/img/banner.swf');var t='a.doc';</script><object data='/p/player.swf'></object>")
        == []
    )
    assert files("<input type=button value='资料下载' onclick=\"location.href='/xzzx/'\">") == []


def test_a_download_of_a_script_file_is_asked_for_and_read_again_the_same(tmp_path: Path) -> None:
    page = article(
        "关于一项示范工作的通知",
        text("a"),
        extra="<a href=javascript:; onclick=down(3)>附件</a><script src=/f.js></script>",
    )
    assert read_page(page.encode(), url=URL).wanted_scripts == ("http://old.example/f.js",)
    shared = "function down(n){window.open('/servlet/down?f='+n)}"
    path = tmp_path / "page.gz"
    write_saved(
        path, [SavedPage(URL, None, page.encode()), SavedPage(URL, "utf-8", shared.encode(), "script")]
    )
    again = read_again(path, TemplateRules())
    assert again is not None
    assert [one["url"] for one in again.extracted["attachments"]] == ["http://old.example/servlet/down?f=3"]


def test_the_parts_of_an_article_are_joined_once_without_their_pager() -> None:
    pieces = [text("p1"), text("p2"), text("p3")]
    pager = (
        "<div align=center>"
        + " ".join(f"<a href='show.asp?id=7&page={at}'>[{at}]</a>" for at in (1, 2, 3))
        + "</div>"
    )
    with OldSite() as site:
        site.home("/show.asp?id=7")
        for at, piece in enumerate(pieces, 1):
            html = article("关于分页工作的通知", piece + pager)
            site.page(f"/show.asp?id=7&page={at}", html)
            if at == 1:
                site.page("/show.asp?id=7", html)
        (whole,) = found(site).values()
    body = whole.body_text or ""
    assert [body.count(sentence) for sentence in _openings(pieces)] == [1, 1, 1]
    assert "[2]" not in body


def test_pages_of_an_article_shown_in_turn_are_all_of_it() -> None:
    pieces = [text("t1"), text("t2")]
    shown = "".join(
        f"<div id=page{at} style='display:{'none' if at else 'block'}'>{piece}</div>"
        for at, piece in enumerate(pieces)
    )
    page = read_page(article("关于分页工作的通知", shown).encode(), url=URL).article
    assert page is not None
    assert [(page.body_text or "").count(sentence) for sentence in _openings(pieces)] == [1, 1]


def _openings(pieces: list[str]) -> list[str]:
    return [piece.removeprefix("<p>")[:20] for piece in pieces]
