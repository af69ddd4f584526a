"""Servers that ban, stall, break off, lie or lead round in circles: listed reasons, and the run goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from rongshu.intake.crawling import CrawledArticle, Crawler, Fetcher, Politeness, Refusal, SiteSource
from rongshu.intake.crawling.pacing import patience_asked
from rongshu.intake.tests.old_site import Answer, OldSite, article, listing, text

GOOD = "/good.html"


@pytest.fixture
def site() -> Iterator[OldSite]:
    with OldSite() as site:
        site.page(GOOD, article("关于一项正常工作的通知", text("good")))
        yield site


def crawl(site: OldSite, **polite: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the whole site; return articles and codes of refusals by request URI."""
    given = {"per_second": None, "at_once": 8, "backoff_seconds": 0.05, "timeout_seconds": 5.0, **polite}

    async def read() -> list[object]:
        async with Fetcher(politeness=Politeness(**given), allow_hosts=["127.0.0.1"]) as fetcher:
            return [one async for one in Crawler(SiteSource(fetcher, [site.url + "/"])).crawl()]

    found = asyncio.run(read())
    articles = {site.uri(one.url): one.article for one in found if isinstance(one, CrawledArticle)}
    return articles, {site.uri(one.url): one.code for one in found if isinstance(one, Refusal)}


@pytest.mark.parametrize(("status", "says_when"), [(429, True), (429, False), (403, False), (503, True)])
def test_a_server_that_bans_fast_clients_gets_them_slower(
    site: OldSite, status: int, *, says_when: bool
) -> None:
    links = [f"/a/{number}.html" for number in range(40)]
    asked: list[float] = []
    banned_until = [0.0]

    def guarded(uri: str) -> Answer | None:
        if uri not in links:
            return None
        now = time.monotonic()
        asked.append(now)
        if len([at for at in asked if now - at < 0.3]) > 12:
            banned_until[0] = now + 0.5
        if now < banned_until[0]:
            return Answer(b"", status=status, headers={"Retry-After": "1"} if says_when else {})
        return Answer(article(f"关于{uri}的通知", text(uri)).encode())

    site.other = guarded
    site.home(*links, GOOD)
    articles, refused = crawl(site, backoff_seconds=0.4, attempts=5)
    assert set(links) | {GOOD} == set(articles)
    assert refused == {}
    # Without heed each of forty would have been refused again and again.
    assert len(asked) < 40 * 3


def test_pages_that_are_forbidden_are_told_of_and_hold_nothing_up(site: OldSite) -> None:
    links = [f"/secret/{number}.html" for number in range(30)]
    for link in links:
        site.page(link, "no", status=403)
    site.home(GOOD, *links)
    articles, refused = crawl(site, backoff_seconds=0.01)
    assert set(articles) == {GOOD}
    assert refused == dict.fromkeys(links, "http-error")


def test_patience_is_asked_in_seconds_or_until_a_moment() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    assert 20 < patience_asked(soon) <= 30
    assert (patience_asked("7"), patience_asked("99999"), patience_asked("soon"), patience_asked("")) == (
        7,
        60,
        0,
        0,
    )
    assert patience_asked(format_datetime(datetime(2001, 1, 1, tzinfo=UTC))) == 0


def test_faults_for_a_while_are_waited_out(site: OldSite) -> None:
    served = iter(range(100))
    whole = article("关于一项迟到工作的通知", text("late")).encode()
    site.other = lambda uri: (
        (Answer(b"", status=500) if next(served) < 2 else Answer(whole)) if uri == "/late.html" else None
    )
    site.home("/late.html", GOOD)
    articles, refused = crawl(site)
    assert set(articles) == {"/late.html", GOOD}
    assert refused == {}


def test_stalls_and_broken_connections_are_listed(site: OldSite) -> None:
    def stalls() -> Iterable[bytes]:
        yield b"<html>"
        time.sleep(2)

    def drips() -> Iterable[bytes]:
        for _ in range(200):
            time.sleep(0.05)
            yield b"<p>"

    site.answers["/stalls.html"] = Answer(parts=stalls)
    site.answers["/drips.html"] = Answer(parts=drips)
    site.page("/broken.html", b"<html>", headers={"Content-Encoding": "gzip"})
    site.answers["/short.html"] = Answer(parts=lambda: [b"<html>"], headers={"Content-Length": "9000"})
    site.home("/stalls.html", "/drips.html", "/broken.html", "/short.html", GOOD)
    articles, refused = crawl(site, timeout_seconds=0.2, attempts=2)
    assert set(articles) == {GOOD}
    assert refused == {
        "/stalls.html": "timed-out", "/drips.html": "timed-out", "/broken.html": "fetch-failed",
        "/short.html": "fetch-failed",
    }  # fmt: skip


def test_calendars_and_days_without_end_are_left(site: OldSite) -> None:
    def day(uri: str) -> Answer | None:
        if not uri.startswith("/calendar.jsp?day="):
            return None
        number = int(uri.partition("=")[2])
        ahead = [f"/calendar.jsp?day={number + step}" for step in (1, 7, 30, 365)]
        return Answer(listing("日程", ahead).encode())

    site.other = day
    site.home("/calendar.jsp?day=1", GOOD)
    articles, refused = crawl(site)
    assert set(articles) == {GOOD}
    assert set(refused.values()) == {"endless-pagination"}
    assert len(site.asked) < 1500


def test_pages_that_send_on_to_each_other_end(site: OldSite) -> None:
    site.page("/a.html", '<html><head><meta http-equiv="refresh" content="0;url=/b.html"></head></html>')
    site.page("/b.html", '<html><head><meta http-equiv="refresh" content="0;url=/a.html"></head></html>')
    site.page(
        "/self.html", '<html><head><meta http-equiv="refresh" content="0;url=/self.html"></head></html>'
    )
    site.page(
        "/frames.html",
        '<html><frameset cols="1,2"><frame src="/frames.html"><frame src="/in.html"></frameset></html>',
    )
    site.page("/in.html", article("关于框架内工作的通知", text("in")))
    site.home("/a.html", "/self.html", "/frames.html", GOOD)
    articles, refused = crawl(site)
    assert set(articles) == {"/in.html", GOOD}
    assert refused["/self.html"] == "redirect-loop"
    assert len(site.asked) < 40


def test_wide_text_lying_charsets_and_backslashes_are_read(site: OldSite) -> None:
    site.page("/wide.html", article("关于宽字符工作的通知", text("wide")).encode("utf-16"), kind="text/html")
    bare = article("关于无标记宽字符工作的通知", text("bare")).encode("utf-16-le")
    site.page("/bare.html", bare, kind="text/html; charset=utf-8")
    lying = article("关于谎报编码工作的通知", text("lying")).encode("gb18030")
    site.page("/deep/lying.html", lying, kind="text/html; charset=utf-8")
    site.home("\\wide.html", "bare.html", ".\\deep\\lying.html", "//127.0.0.1:1/elsewhere.html", GOOD)
    articles, _ = crawl(site)
    assert {one.title for one in articles.values()} == {
        "关于宽字符工作的通知", "关于无标记宽字符工作的通知", "关于谎报编码工作的通知",
        "关于一项正常工作的通知",
    }  # fmt: skip


def test_pages_that_say_themselves_that_they_are_not_there_are_no_articles(site: OldSite) -> None:
    missing = (
        "<html><head><title>提示</title></head><body><div class='main'><h1>您访问的页面不存在</h1>"
        "<p>抱歉，您访问的页面不存在或已被删除，系统将在5秒后返回首页，请检查输入的网址是否正确。</p></div></body></html>"
    )
    site.other = lambda uri: Answer(missing.encode()) if uri.startswith("/gone/") else None
    site.home(*(f"/gone/{number}.html" for number in range(5)), GOOD)
    articles, _ = crawl(site)
    assert set(articles) == {GOOD}
