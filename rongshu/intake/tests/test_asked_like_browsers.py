"""What a browser of the site's own time sends: Chinese in the page's encoding, and its headers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rongshu.intake.extraction import read_page
from rongshu.intake.tests.old_site import Answer, OldSite, article, text
from rongshu.intake.tests.test_hostile_servers import crawl

GBK = "text/html; charset=gb2312"
CLASS = "%D0%C2%CE%C5"  # 新闻
FORM = (
    '<form method="post" action="/more.asp"><input type="hidden" name="type" value="新闻">'
    '<input name="page" size="3"></form><p>共 2 页</p>'
)


@pytest.fixture
def site() -> Iterator[OldSite]:
    with OldSite() as site:
        for name in "abcd":
            site.page(f"/{name}.html", article(f"关于第{name}项示范工作的通知", text(name)))
        yield site


def listing(*links: str, extra: str = "") -> bytes:
    rows = "".join(f'<li><a href="{link}">示范工作的通知</a></li>' for link in links)
    return f"<html><head><title>列表</title></head><body><ul>{rows}</ul>{extra}</body></html>".encode("gbk")


def test_chinese_in_queries_and_forms_goes_out_in_the_encoding_of_the_page(site: OldSite) -> None:
    button = "<input type=button onclick=\"location.href='/show.asp?type=新闻&id=3'\">"
    site.page("/", listing("/list.asp?type=新闻", extra=button + FORM), kind=GBK)
    site.page(f"/list.asp?type={CLASS}", listing("/a.html"), kind=GBK)
    site.page(f"/show.asp?type={CLASS}&id=3", listing("/b.html"), kind=GBK)
    site.other = lambda uri: (
        Answer(listing("/c.html"), GBK)
        if uri == "/more.asp" and site.posted[-1:] == [f"type={CLASS}&page=2".encode()]
        else None
    )
    assert set(crawl(site)[0]) == {"/a.html", "/b.html", "/c.html"}


def test_a_file_named_in_chinese_is_found_under_either_spelling(site: OldSite) -> None:
    site.page("/", listing("/%E9%80%9A%E7%9F%A5/1.html", "/通知/2.html", "/公告/3.html"), kind=GBK)
    site.page("/%CD%A8%D6%AA/1.html", article("关于旧式写法的示范通知", text("1")))
    site.page("/%E9%80%9A%E7%9F%A5/2.html", article("关于新式写法的示范通知", text("2")))
    articles, refused = crawl(site)
    assert set(articles) == {"/%CD%A8%D6%AA/1.html", "/%E9%80%9A%E7%9F%A5/2.html"}
    assert list(refused.values()) == ["http-error"]


def test_servers_that_look_at_who_asks_answer(site: OldSite) -> None:
    site.wanted_headers = {"Referer": site.url, "Accept-Language": "zh", "User-Agent": "Mozilla/"}
    site.page("/", listing("/a.html", "/sent-on.html"), kind=GBK)
    site.page("/sent-on.html", "", headers={"Refresh": "0; url=/d.html"})
    articles, refused = crawl(site)
    assert set(articles) == {"/a.html", "/d.html"}
    assert refused == {}


def test_text_that_only_looks_like_a_query_stays_as_it_is() -> None:
    asked = "请问：网址是 http://old.example/list.asp?type=新闻 吗？示范文字。"
    page = article(
        "关于示范问答的通知", asked + text("q"), extra='<img src="/a.gif" alt="是否=可以?类=新闻">'
    )
    found = read_page(page.encode("gbk"), url="http://old.example/1.html").article
    assert found is not None
    assert asked in (found.body_text or "")
    assert [one.alt for one in found.images] == ["是否=可以?类=新闻"]
