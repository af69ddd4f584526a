"""Buttons that are no links: script pagers, postbacks, forms, jump lists, lists drawn from data."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rongshu.intake.crawling import CrawledArticle, Crawler, Fetcher, Politeness, SiteSource
from rongshu.intake.extraction import PageReading, read_page
from rongshu.intake.extraction.data_lists import links_of_rows
from rongshu.intake.extraction.scripts import evaluate
from rongshu.intake.tests.old_site import Answer, OldSite
from rongshu.project.legacy_sites import LegacyServer, build_legacy_site, read_source_articles

URL = "http://old.example/tz/list.jsp?cat=3"


def reading(body: str, script: str = "", *, shared: str = "") -> PageReading:
    page = f"<html><head><title>通知公告</title><script>{script}</script></head><body>{body}</body></html>"
    return read_page(page.encode(), url=URL, declared_charset="utf-8", scripts=shared)


def test_a_form_that_a_script_sends_is_posted_page_by_page() -> None:
    found = reading(
        '<form method=post action="list.jsp"><input type=hidden name=cat value=3>'
        "<input type=hidden name=page value=1><input type=submit name=go value=go></form>"
        '<a href="javascript:goPage(2)">2</a> <a href="javascript:goPage(3)">[3]</a>'
        '<a href="javascript:goPage(2)">下一页</a>',
        "function goPage(n){ document.forms[0].page.value=n; document.forms[0].submit(); }",
    )
    assert [(step.url, step.fields) for step in found.postings] == [
        ("http://old.example/tz/list.jsp", (("cat", "3"), ("page", "2"))),
        ("http://old.example/tz/list.jsp", (("cat", "3"), ("page", "3"))),
    ]


def test_a_form_sent_by_get_is_an_address() -> None:
    found = reading(
        "<form name=f action=list.asp><input type=hidden name=c value=9><input id=pn name=pageno></form>"
        "<a onclick=\"turn('4')\">4</a>",
        'function turn(p){ document.getElementById("pn").value = p; f.submit(); }',
    )
    assert found.list_pages == ("http://old.example/tz/list.asp?c=9&pageno=4",)
    assert found.postings == ()


@pytest.mark.parametrize(
    ("script", "call", "address"),
    [
        (
            'function t(n){ location.href="list_"+(n-1)+".html"; }',
            "t(3)",
            "http://old.example/tz/list_2.html",
        ),
        ("function t(n){ window.location='list.asp?p='+n; }", "t('5')", "http://old.example/tz/list.asp?p=5"),
        ('function t(a,b){ window.open("/v/"+a+"/"+b+".htm"); }', "t(7,8)", "http://old.example/v/7/8.htm"),
        (
            "var root='/gk/'; t = function(n){ location.assign(root + `p${n}.html`) }",
            "t(2)",
            "http://old.example/gk/p2.html",
        ),
    ],
)
def test_a_function_that_builds_an_address_is_read(script: str, call: str, address: str) -> None:
    assert reading(f'<a href="javascript:{call}">关于某事项的通知</a>', script).list_pages == (address,)


def test_a_function_in_a_script_file_is_asked_for_and_then_read() -> None:
    files = '<script src="/js/site.js"></script><script src="/js/jquery.js"></script>'
    body = f'{files}<a href="javascript:view(5)">通知</a>'
    assert reading(body).wanted_scripts == ("http://old.example/js/site.js",)
    shared = 'function view(id){ window.open("/view.jsp?id="+id); }'
    assert reading(body, shared=shared).list_pages == ("http://old.example/view.jsp?id=5",)


def test_what_is_not_understood_leads_nowhere() -> None:
    found = reading(
        '<a href="javascript:t(3)">3</a>',
        "function t(n){ location.href = base[n] + compute(n); }",
    )
    assert (found.list_pages, found.postings) == ((), ())
    assert evaluate('"a" + unknown', {}) is None


def test_only_what_turns_pages_is_ever_posted() -> None:
    found = reading(
        '<form><input type=hidden name=__VIEWSTATE value=abc><input name=q value="请输入">'
        "<a href=\"javascript:__doPostBack('pager','2')\">2</a>"
        "<a href=\"javascript:__doPostBack('pager$next','')\">下一页</a>"
        "<a href=\"javascript:__doPostBack('del','1')\">删除</a>"
        "<a href=\"javascript:__doPostBack('vote','1')\">投票</a></form>"
    )
    targets = [(dict(step.fields)["__EVENTTARGET"], step.is_next) for step in found.postings]
    assert targets == [("pager", False), ("pager$next", True)]
    assert dict(found.postings[0].fields)["__VIEWSTATE"] == "abc"


def test_a_jump_list_and_a_counted_form_name_every_page() -> None:
    found = reading(
        "共 <b>4</b> 页 <form action=list.asp><input name=page size=3>"
        "<input type=hidden name=c value=9></form>"
        '<select onchange="location=this.value"><option value="l_2.html">2<option value="l_3.html">3</select>'
    )
    assert found.list_pages == (
        "http://old.example/tz/l_2.html",
        "http://old.example/tz/l_3.html",
        *(f"http://old.example/tz/list.asp?page={page}&c=9" for page in (2, 3, 4)),
    )


def test_a_list_drawn_from_an_interface_is_read_with_its_rows() -> None:
    (data,) = reading(
        "<ul></ul>",
        'function load(p){ $.ajax({url:"/api/list", type:"post", data:{catId:12, pageNo:p, size:10},'
        " success:function(r){ for(var i in r.rows){ var x=r.rows[i];"
        " html+='<li><a href=\"/news/d_'+x.newsId+'.html\">'+x.title+'</a>'; } }}); }",
    ).data_lists
    assert data.is_posted
    assert data.page(2) == ("http://old.example/api/list", (("catId", "12"), ("pageNo", "2"), ("size", "10")))
    answer = '{"rows":[{"newsId":7,"title":"甲"},{"newsId":"8","title":"乙"},{"title":"丙"}]}'.encode()
    assert links_of_rows(answer, data.rows, URL) == [
        "http://old.example/news/d_7.html",
        "http://old.example/news/d_8.html",
    ]
    assert links_of_rows(b"<html>no data", data.rows, URL) == []


@pytest.mark.parametrize("family", ["postback2010", "jsp2008", "api2019"])
def test_every_article_behind_buttons_is_found(family: str, tmp_path: Path) -> None:
    built = build_legacy_site(
        family, read_source_articles(None), tmp_path, site_name="示范站", host="www.old.example"
    )
    with LegacyServer(built) as server:
        found = asyncio.run(_crawl(server.base_url))
    titles = {article.article.title for article in found}
    assert {truth.title for truth in built.truth} <= titles


def test_a_pager_that_never_ends_is_left() -> None:
    page = (
        "<html><body><form method=post><input type=hidden name=__VIEWSTATE value=v>"
        "<a href=\"javascript:__doPostBack('next','')\">下一页</a></form></body></html>"
    )
    with OldSite() as site:
        site.answers["/"] = Answer(page.encode())
        asyncio.run(_crawl(site.url))
        assert site.asked.count("POST /") == 3


async def _crawl(url: str) -> list[CrawledArticle]:
    politeness = Politeness(per_second=None, at_once=8, respect_robots=False)
    async with Fetcher(politeness=politeness, allow_hosts=["127.0.0.1"]) as fetcher:
        crawler = Crawler(SiteSource(fetcher, [f"{url}/"]))
        return [result async for result in crawler.crawl() if isinstance(result, CrawledArticle)]


@pytest.mark.parametrize(
    "script",
    [
        '$.get(1);var x="' + "aB3" * 60_000 + '";',
        "function f(a){" * 20_000,
        "function f(a){location.href=" + "a+" * 50_000,
        '$.get("a"+page,{p:page});' * 10_000,
        "$.get(1);" + "`${a}" * 50_000,
    ],
    ids=["picture", "functions", "sum", "asked", "templates"],
)
def test_a_script_made_to_tire_the_reader_is_read_to_its_end(script: str) -> None:
    found = reading("<a href=\"javascript:f('3')\">3</a>", script)
    assert found.postings == ()
    assert len(found.list_pages) <= 1
