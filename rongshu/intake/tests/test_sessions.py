"""Sessions in addresses, under names nobody knows beforehand."""

from __future__ import annotations

import secrets

from aiohttp import web

from rongshu.intake.crawling.sessions import Sessions
from rongshu.intake.tests.test_crawling import Handler, article, crawl, listing, page


def test_a_parameter_that_names_the_visitor_is_found_out() -> None:
    asked: list[str] = []

    def drawn(*links: str, body: str = "") -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            asked.append(request.path)
            html = listing(*(f"{link}?visitor={secrets.token_hex(12)}1a" for link in links))
            return await page(body + html)(request)

        return answer

    articles = [f"/{number}.html" for number in range(1, 11)]
    site = {
        url: drawn("/list.html", articles[number - 5], body=article(number))
        for number, url in enumerate(articles)
    }
    run = crawl({"/": drawn("/list.html"), "/list.html": drawn(*articles), **site})
    assert {url.partition("?")[0] for url in run.articles} == set(articles)
    assert run.refused == {}
    assert len(asked) < 60, "each page has addresses without end"


def test_a_parameter_that_names_the_article_stays() -> None:
    sessions = Sessions()
    addresses = [f"http://a.example/view?id={number:02}ab34cd56ef78" for number in range(9)]
    for number, address in enumerate(addresses):
        sessions.learn(address, f"article {number}")
        sessions.learn(address, f"article {number}")
    assert [sessions.plain(address) for address in addresses] == addresses
