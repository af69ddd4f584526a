"""The pages of the search as readers get them: results, filters, hints, feeds, the policy library."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.publishing.tests.world import World
from rongshu.search.actions.arrange_hot_words import arrange_hot_words
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.actions.keep_counts import keep_counts
from rongshu.search.counting import COUNTS
from rongshu.search.tests.province import policy
from rongshu.search.tests.web.conftest import Get
from rongshu.sites.models import Column, Site

HOSTILE = (
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\"'><img src=x onerror=alert(1)>",
    "AND OR NOT (((",
    "*:* title:[* TO *]",
    "a\x00b\u202e\ud800c",
    "%E4%B8%AD%ZZ",
    "😀" * 40,
    "~^\\/{}[]!+-",
    "的",
)


class Shown:
    """A page as a reader sees it."""

    def __init__(self, content: bytes) -> None:
        self._page = LexborHTMLParser(content)

    def first(self, selector: str) -> Any:
        """The first element there is; a page without one fails the test."""
        found = self._page.css_first(selector)
        assert found is not None, selector
        return found

    def all(self, selector: str) -> list[Any]:
        """Every element."""
        return list(self._page.css(selector))


def text_of(answer: Any) -> str:
    return str(LexborHTMLParser(answer.content).text())


@pytest.mark.requirement("P11-06")
def test_a_result_leads_to_its_page(world: World, get: Get) -> None:
    resource = world.article(title="示范省住房公积金提取办法")
    index_pending()
    answer = get("/-/search", q="公积金")
    page = Shown(answer.content)
    link = page.first(".hits h3 a")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert link.text() == "示范省住房公积金提取办法"
    assert link.attributes["href"] == f"/a/{resource.address}.html"
    assert page.first("#rs-count").text() == "共 1 条结果"
    assert page.first("html").attributes["data-theme"] == "vermilion"


def test_the_search_box_of_every_published_page_leads_here(world: World, get: Get) -> None:
    world.article()
    world.publish()
    form = Shown(world.file(world.portal, "/index.html").read_bytes()).first("form[role=search]")
    assert form.attributes["action"] == "/-/search"
    box = form.css_first("input")
    assert box.attributes["name"] == "q"
    assert get(str(box.attributes["data-suggest"]), q="示").status_code == 200


@pytest.mark.parametrize("typed", ["公积金", "gjj", "gongjijin", "gongjij", "zhufanggongjijin", "住房公"])
def test_suggestions_follow_what_is_typed_so_far(world: World, get: Get, typed: str) -> None:
    world.article(title="示范省住房公积金提取办法")
    index_pending()

    assert "示范省住房公积金提取办法" in get("/-/search/suggest", q=typed).content.decode()


def test_filters_narrow_and_can_be_taken_back(world: World, get: Get) -> None:
    world.article(world.news, title="关于校舍安全的通知")
    world.article(world.bureau_news, title="关于校车安全的通知")
    index_pending()
    page = Shown(get("/-/search", q="安全", scope="all").content)
    values = {one.css_first("span").text(): one.attributes["href"] for one in page.all(".filters li a")}
    narrowed = get(str(values["示范省教育厅"]))
    page = Shown(narrowed.content)
    assert [one.text() for one in page.all(".hits h3 a")] == ["关于校车安全的通知"]
    chip = page.first(".chips a")
    assert chip.text().startswith("网站：示范省教育厅")
    assert len(Shown(get(str(chip.attributes["href"])).content).all(".hits h3")) == 2


def test_a_department_looks_at_itself_first(world: World, get: Get) -> None:
    world.article(world.news, title="关于校舍安全的通知")
    index_pending()
    page = Shown(get("/-/search", host="edu.localhost", q="校舍").content)
    assert page.first("#rs-count").text() == "没有找到结果"
    ways = {one.text(): str(one.attributes["href"]) for one in page.all(".no-result a")}
    assert "写信咨询主办单位" not in ways
    Column.objects.filter(pk=world.bureau_news.pk).update(type="咨询投诉")
    again = Shown(get("/-/search", host="edu.localhost", q="校舍").content)
    letters = next(one for one in again.all(".no-result a") if one.text().startswith("写信咨询"))
    assert letters.attributes["href"] == world.bureau_news.path
    wider = next(one for one in page.all(".no-result a") if one.text() == "到全部网站搜索")
    page = Shown(get(str(wider.attributes["href"]), host="edu.localhost").content)
    assert str(page.first(".hits h3 a").attributes["href"]).startswith("https://portal.localhost")


def test_results_are_paged_by_a_mark_without_repetition(world: World, get: Get) -> None:
    for number in range(23):
        world.article(title=f"关于防汛工作的第{number}号通知")
    index_pending()
    seen: list[str] = []
    address: str | None = "/-/search?q=防汛"
    while address:
        page = Shown(get(address).content)
        seen += [one.text() for one in page.all(".hits h3 a")]
        following = page.all("a[rel=next]")
        address = str(following[0].attributes["href"]) if following else None
    assert len(seen) == len(set(seen)) == 23


@pytest.mark.requirement("P7-10")
def test_what_is_recalled_is_gone_at_once(world: World, get: Get) -> None:
    resource = world.article(title="关于防汛工作的通知")
    index_pending()
    assert "关于防汛工作的通知" in text_of(get("/-/search", q="防汛"))
    withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    assert "关于防汛工作的通知" not in text_of(get("/-/search", q="防汛"))
    assert "关于防汛工作的通知" not in get("/-/search/suggest", q="防汛").content.decode()
    assert "关于防汛工作的通知" not in get("/-/search/feed.atom", q="防汛").content.decode()


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_get_a_helpful_page(world: World, get: Get, query: str) -> None:
    world.article(title="关于防汛工作的通知")
    index_pending()
    encoded = "".join(f"%{byte:02X}" for byte in query.encode("utf-8", "surrogatepass"))
    answer = get("/-/search?q=" + encoded)
    assert answer.status_code == 200
    page = Shown(answer.content)
    assert page.first("input[name=q]") is not None
    assert page.all("script:not([src]), img[onerror]") == []


@pytest.mark.parametrize(
    ("bent", "status"),
    [("after=!!", 200), ("after=abc", 400), ("page=9&after=x", 400), ("sort=bad&scope=mars", 200),
     ("from=2026-99-99&until=x", 200), ("site=zz&year=9999&validity=none", 200), ("type=%00", 200)],
)  # fmt: skip
def test_a_bent_address_still_answers(world: World, get: Get, bent: str, status: int) -> None:
    world.article(title="住房公积金提取办法")
    index_pending()
    answer = get(f"/-/search?q=公积金&{bent}")
    assert answer.status_code == status
    assert "搜索" in text_of(answer)
    assert Shown(answer.content).first("input[name=q]").attributes["value"] == "公积金"


def test_too_long_a_query_is_told_and_kept(world: World, get: Get) -> None:
    answer = get("/-/search", q="长" * 101)
    page = Shown(answer.content)
    assert answer.status_code == 400
    assert "请不要超过 100 个字" in page.first("[role=alert]").text()
    assert page.first("input[name=q]").attributes["value"] == "长" * 100


def test_without_a_question_the_page_says_how_to_ask(world: World, get: Get) -> None:
    arrange_hot_words(actor=world.operator, site=world.portal, shown=["公积金"], hidden=[])
    page = Shown(get("/-/search").content)
    assert page.first(".search-words a").text() == "公积金"
    assert "可以这样搜" in page.first("h2").text()


@pytest.mark.parametrize("path", ["/-/search", "/-/search/policies"])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Search terms|Terms"), ("fr", "Search terms|Terms"), ("zh-Hant", "搜索詞|關鍵詞")],
)
def test_labels_are_in_the_language_of_the_site(
    world: World, get: Get, path: str, language: str, said: str
) -> None:
    Site.objects.filter(pk=world.portal.pk).update(language=language)
    page = Shown(get(path, q="公积金").content)
    places = ".search-top label, .library-form label, .filters h3, .found-head nav a"
    labels = " ".join(one.text() for one in page.all(places))
    assert re.search(said, labels)
    ours = "搜索词|关键词|信息类型|发布年份|按相关度|文种|層级"
    assert not re.search(ours, labels)


def test_what_code_says_is_in_the_language_of_the_site_too(world: World, get: Get) -> None:
    world.article(title="住房公积金提取办法")
    index_pending()
    Site.objects.filter(pk=world.portal.pk).update(language="en")
    shown = get("/-/search", q="公积金", **{"in": "提取", "from": "2000-01-01", "validity": "valid"})
    chips = [one.text() for one in Shown(shown.content).all(".chips a")]
    assert [one.partition("×")[0] for one in chips] == [
        "Validity: In force",
        "With: 提取",
        "Published since: 2000-01-01",
    ]
    refused = Shown(get("/-/search", q="长" * 101).content)
    assert refused.first("[role=alert]").text().startswith("This is too long")
    assert "Type Chinese" in Shown(get("/-/search", q="。。").content).first(".hint").text()
    assert get("/-/search/feed.atom").content.decode().startswith("Say what you look for")
    feed = get("/-/search/feed.atom", q="公积金").content.decode()
    assert 'xml:lang="en"' in feed
    assert "what a search finds" in feed


def test_a_host_without_a_site_is_told(world: World, get: Get) -> None:
    for path in ("/-/search", "/-/search/policies", "/-/search/suggest", "/-/search/feed.rss"):
        assert get(path, host="nowhere.localhost", q="x").status_code == 404


def test_an_address_beside_the_search_is_told_in_chinese(world: World, get: Get) -> None:
    answer = get("/-/search/nothing")
    assert answer.status_code == 404
    assert 'lang="zh-Hans"' in answer.content.decode()
    told = get("/-/api/search/v1/nothing")
    assert (told.status_code, told.json()["code"]) == (404, "not-found")
    assert get("/-/search/nothing", host="nowhere.localhost").status_code == 404


def test_searches_and_clicks_are_counted(world: World, get: Get) -> None:
    resource = world.article(title="住房公积金提取办法")
    index_pending()
    get("/-/search", q="公积金")
    get("/-/search", q="没有这样的词语呀")
    client = Client()
    click = {"q": "公积金", "hit": f"resource:{resource.pk}", "place": "1"}
    assert client.post("/-/search/click", click, headers={"host": "portal.localhost"}).status_code == 204
    client.post("/-/search/click", {"q": "公积金", "hit": "<x>"}, headers={"host": "portal.localhost"})
    counted = {(kind, text): count for (_, kind, text, _), count in COUNTS.take().items()}
    assert counted == {
        ("asked", "公积金"): 1,
        ("asked", "没有这样的词语呀"): 1,
        ("nothing", "没有这样的词语呀"): 1,
        ("opened", "公积金"): 1,
    }


def test_suggestions_are_words_of_many_and_titles(world: World, get: Get) -> None:
    world.article(title="公积金提取指南")
    index_pending()
    site = world.portal.pk
    keep_counts({(site, "asked", "公积金查询", ""): 9, (site, "asked", "公积金某某", ""): 1})
    found = get("/-/search/suggest", q="公积金").json()["suggestions"]
    assert [(one["text"], one["kind"]) for one in found] == [
        ("公积金查询", "word"),
        ("公积金提取指南", "page"),
    ]
    assert found[1]["url"].startswith("/a/")
    for typed in ("gongjijinch", "gong ji jin c", "gjjcx"):
        words = [one["text"] for one in get("/-/search/suggest", q=typed).json()["suggestions"]]
        assert words[0] == "公积金查询", typed
    assert get("/-/search/suggest", q="").json() == {"suggestions": []}


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_any_search_is_a_feed(world: World, get: Get, kind: str) -> None:
    world.article(title="住房公积金<提取>办法")
    world.article(title="住房公积金缴存办法")
    index_pending()
    answer = get(f"/-/search/feed.{kind}", q="公积金", scope="all")
    root = etree.fromstring(answer.content)
    titles = [one.text for one in root.iter() if str(one.tag).endswith("title")]
    assert answer["Content-Type"].startswith(f"application/{kind}+xml")
    assert titles[-2:] == ["住房公积金缴存办法", "住房公积金<提取>办法"]
    assert get(f"/-/search/feed.{kind}").status_code == 400


@pytest.mark.requirement("P11-06")
def test_the_policy_library_lists_and_filters_documents(world: World, get: Get) -> None:
    policy(world, "示范省校舍安全管理办法")
    world.article(title="校舍安全检查启动")
    index_pending()
    page = Shown(get("/-/search/policies").content)
    assert [one.text() for one in page.all(".policy-table tbody a")] == ["示范省校舍安全管理办法"]
    assert {one.attributes["name"] for one in page.all("select")} >= {"theme", "year", "level"}
    assert "示教发〔2024〕12号" in page.first(".policy-table tbody").text()
    subscribed = page.first(".found-tools a").attributes["href"] or ""
    titles = [one.text for one in etree.fromstring(get(subscribed).content).iter("title")]
    assert titles[1:] == ["示范省校舍安全管理办法"]
    page = Shown(get("/-/search/policies", q="没有这样的词语呀").content)
    assert page.first("#rs-count").text() == "没有找到文件"
    assert get("/-/search/policies", q="长" * 101).status_code == 400


def test_an_engine_that_is_away_is_told_and_nothing_typed_is_lost(
    world: World, get: Get, settings: Any
) -> None:
    settings.SEARCH_URL = "opensearch://127.0.0.1:9/nobody"
    for path in ("/-/search", "/-/search/policies"):
        answer = get(path, q="公积金")
        page = Shown(answer.content)
        assert answer.status_code == 503
        assert "检索服务暂时不可用" in page.first("[role=alert]").text()
        assert page.first("input[name=q]").attributes["value"] == "公积金"
    assert get("/-/search/feed.rss", q="公积金").status_code == 503
    assert get("/-/search/suggest", q="公积金").json() == {"suggestions": []}
