"""Crawling against a real server on loopback: every address ends once, and nothing nasty gets through."""

import asyncio
import gzip
import hashlib
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from rongshu.intake.crawling import (
    CrawledArticle,
    Crawler,
    Fetcher,
    FetchRefused,
    FolderSource,
    FoundAlias,
    MemoryFrontier,
    Politeness,
    Refusal,
    SiteSource,
    VisitKind,
    canonical,
    identity,
)
from rongshu.intake.crawling.addresses import Scope, is_trap, template
from rongshu.intake.crawling.guarding import Guard

QUICK = Politeness(per_second=None, at_once=8, timeout_seconds=2, attempts=2, backoff_seconds=0.01)
TEXT = "经研究，现将示范工作有关事项通知如下，请各单位结合实际认真抓好落实，并按时报送情况。" * 5
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def article(number: int, extra: str = "") -> str:
    return f"""<html><head><title>关于第{number}项示范工作的通知</title></head><body>
    <div>当前位置：<a href="/">首页</a> &gt; 通知公告</div>
    <h1>关于第{number}项示范工作的通知</h1><div>发布时间：2021-03-05 10:20 来源：示范市办公室</div>
    <div id="zoom"><p>第{number}项：{TEXT}</p>{extra}</div></body></html>"""


def listing(*links: str, extra: str = "") -> str:
    rows = "".join(f'<li><a href="{link}">示范链接的标题文字</a></li>' for link in links)
    return f"<html><head><title>列表</title></head><body><ul>{rows}</ul>{extra}</body></html>"


def page(body: str | bytes, **options: Any) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        content = body.encode() if isinstance(body, str) else body
        return web.Response(body=content, content_type="text/html", **options)

    return answer


def redirect(target: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        raise web.HTTPFound(target)

    return answer


class Run:
    """What a crawl of a small site brought; addresses without scheme and host."""

    def __init__(self, results: list[Any], frontier: MemoryFrontier, origin: str) -> None:
        def plain(url: str) -> str:
            return url.replace(origin, "")

        self.articles = {plain(item.url): item for item in results if isinstance(item, CrawledArticle)}
        self.refused = {plain(item.url): item.code for item in results if isinstance(item, Refusal)}
        self.aliases = {plain(item.url): plain(item.of) for item in results if isinstance(item, FoundAlias)}
        self.kinds = {plain(visit.url): visit.kind for visit in frontier.visits.values()}
        self.origin = origin


async def serving(handlers: dict[str, Handler]) -> tuple[web.AppRunner, str]:
    application = web.Application()
    for path, handler in handlers.items():
        application.router.add_get(path, handler)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


def crawl(
    handlers: dict[str, Handler], *, start: str = "/", politeness: Politeness = QUICK, **options: Any
) -> Run:
    async def run() -> Run:
        runner, origin = await serving(handlers)
        frontier = MemoryFrontier()
        try:
            async with Fetcher(politeness=politeness, allow_hosts=["127.0.0.1"]) as fetcher:
                crawler = Crawler(SiteSource(fetcher, [origin + start]), frontier=frontier, **options)
                results = [result async for result in crawler.crawl()]
        finally:
            await runner.cleanup()
        return Run(results, frontier, origin)

    return asyncio.run(run())


def test_every_address_ends_as_exactly_one_kind() -> None:
    site = {
        "/": page(
            listing("/1.html", "/index.html", "/gone.html", "/data", "http://other.example/", "/1.pdf")
        ),
        "/1.html": page(article(1)),
        "/data": lambda request: _binary(b"\x00\x01", "application/octet-stream"),
    }
    run = crawl(site)
    assert run.kinds == {
        "/": VisitKind.PAGE,
        "/1.html": VisitKind.ARTICLE,
        "/gone.html": VisitKind.REFUSED,
        "/data": VisitKind.FILE,
    }
    assert run.refused == {"/gone.html": "http-error"}
    assert run.articles["/1.html"].article.title == "关于第1项示范工作的通知"


async def _binary(content: bytes, kind: str, **headers: str) -> web.Response:
    return web.Response(body=content, content_type=kind, headers=headers)


def test_a_split_article_is_one_whichever_part_is_met_first() -> None:
    pager = '<p><a href="{0}_2.html">[2]</a> <a href="{0}_3.html">[3]</a> <a href="{0}.html">[1]</a></p>'
    for first in ("/t100.html", "/t100_2.html"):
        run = crawl(
            {
                "/": page(listing(first)),
                "/t100.html": page(article(1, pager.format("t100"))),
                "/t100_2.html": page(article(2, pager.format("t100"))),
                "/t100_3.html": page(article(3, pager.format("t100"))),
            }
        )
        assert list(run.articles) == ["/t100.html"]
        text = run.articles["/t100.html"].article.body_text or ""
        assert [text.index(f"第{number}项：") for number in (1, 2, 3)] == sorted(
            text.index(f"第{number}项：") for number in (1, 2, 3)
        )
        assert {url.replace(run.origin, "") for url in run.articles["/t100.html"].other_urls} == {
            "/t100_2.html",
            "/t100_3.html",
        }


def test_redirects_and_refreshes_lead_to_one_article() -> None:
    run = crawl(
        {
            "/": page(listing("/old", "/new.html", "/refresh.html")),
            "/old": redirect("/new.html"),
            "/refresh.html": page(
                '<html><head><meta http-equiv="refresh" content="0;url=new.html"></head></html>'
            ),
            "/new.html": page(article(1)),
        }
    )
    assert list(run.articles) == ["/new.html"]
    assert set(run.aliases) | {
        url.replace(run.origin, "") for url in run.articles["/new.html"].other_urls
    } == {
        "/old",
        "/refresh.html",
    }


def test_redirect_loops_are_refused() -> None:
    run = crawl(
        {
            "/": page(listing("/a", "/self", "/endless/1")),
            "/a": redirect("/b"),
            "/b": redirect("/a"),
            "/self": page('<meta http-equiv="refresh" content="0;url=/self">'),
            "/endless/{n}": lambda request: redirect(f"/endless/{int(request.match_info['n']) + 1}")(request),
        }
    )
    assert run.refused == {"/a": "redirect-loop", "/self": "redirect-loop", "/endless/1": "redirect-loop"}


def test_who_is_sent_in_a_circle_to_take_a_cookie_comes_through() -> None:
    async def gate(request: web.Request) -> web.StreamResponse:
        if request.cookies.get("passed") == "1":
            return await page(article(1))(request)
        sent_back = web.HTTPFound(request.path)
        sent_back.set_cookie("passed", "1")
        raise sent_back

    run = crawl({"/": page(listing("/gate/1.html")), "/gate/1.html": gate})
    assert (set(run.articles), run.refused) == ({"/gate/1.html"}, {})


def test_big_pages_and_bombs_stop_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/html"})
        await answer.prepare(request)
        for _ in range(50):
            await answer.write(b"x" * 1_000_000)
        return answer

    run = crawl(
        {
            "/": page(listing("/bomb", "/endless", "/damaged")),
            "/bomb": lambda request: _binary(bomb, "text/html", **{"Content-Encoding": "gzip"}),
            "/damaged": lambda request: _binary(
                bomb[:50] + b"?" * 50, "text/html", **{"Content-Encoding": "gzip"}
            ),
            "/endless": endless,
        }
    )
    assert run.refused == {
        "/bomb": "page-too-large",
        "/endless": "page-too-large",
        "/damaged": "fetch-failed",
    }


def test_endless_pagination_is_closed_and_the_rest_is_read() -> None:
    async def numbered(request: web.Request) -> web.StreamResponse:
        number = int(request.query["page"])
        return await page(listing(f"/list?page={number + 1}", "/1.html"))(request)

    run = crawl(
        {
            "/": page(listing("/list?page=1", "/2.html")),
            "/list": numbered,
            "/1.html": page(article(1)),
            "/2.html": page(article(2)),
        }
    )
    assert set(run.articles) == {"/1.html", "/2.html"}
    assert set(run.refused.values()) == {"endless-pagination"}
    assert len(run.kinds) < 100


def test_self_repeating_addresses_are_not_followed() -> None:
    run = crawl({"/": page(listing("a/")), "/{path:.*}": page(listing("a/"))})
    assert "address-trap" in run.refused.values()
    assert len(run.kinds) < 10


def test_script_pagers_lists_and_islands_are_followed() -> None:
    island = '<script type="text/xml"><datastore><![CDATA[<a href="/3.html">三</a>]]></datastore></script>'
    run = crawl(
        {
            "/tz/": page(listing("/1.html", extra='<script>createPageHTML(2,0,"index","html");</script>')),
            "/tz/index_1.html": page(listing("/2.html", extra=island)),
            **{f"/{number}.html": page(article(number)) for number in (1, 2, 3)},
        },
        start="/tz/",
    )
    assert set(run.articles) == {"/1.html", "/2.html", "/3.html"}


def test_an_article_in_a_frame_and_a_frameset() -> None:
    shell = (
        article(1)
        .replace(TEXT, "")
        .replace("第1项：", "")
        .replace("<p>", '<iframe src="/body.htm"></iframe><p>')
    )
    run = crawl(
        {
            "/": page('<html><frameset><frame src="/left.htm"><frame src="/1.html"></frameset></html>'),
            "/left.htm": page(listing("/1.html")),
            "/1.html": page(shell),
            "/body.htm": page(f"<html><body><p>{TEXT}</p></body></html>"),
        }
    )
    assert TEXT in (run.articles["/1.html"].article.body_text or "")


def test_session_ids_do_not_multiply_addresses() -> None:
    async def home(request: web.Request) -> web.StreamResponse:
        session = hashlib.sha256(request.path_qs.encode()).hexdigest()[:16]
        return await page(
            listing(f"/1.html;jsessionid={session}", f"/1.html?PHPSESSID={session}", f"/?sid={session}")
        )(request)

    run = crawl({"/": home, "/1.html": page(article(1))})
    assert run.kinds == {"/": VisitKind.PAGE, "/1.html": VisitKind.ARTICLE}


def test_robots_are_respected_unless_told_otherwise() -> None:
    site = {
        "/": page(listing("/secret/1.html")),
        "/robots.txt": lambda request: _binary(b"User-agent: *\nDisallow: /secret/", "text/plain"),
        "/secret/1.html": page(article(1)),
    }
    assert crawl(site).refused == {"/secret/1.html": "robots-disallowed"}
    free = Politeness(per_second=None, respect_robots=False)
    assert set(crawl(site, politeness=free).articles) == {"/secret/1.html"}


def test_passing_faults_are_tried_again_and_slow_servers_given_up() -> None:
    tries: list[int] = []

    async def shaky(request: web.Request) -> web.StreamResponse:
        tries.append(1)
        if len(tries) == 1:
            return web.Response(status=503)
        return await page(article(1))(request)

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(2)
        return web.Response()

    quick = Politeness(per_second=None, timeout_seconds=0.2, attempts=2, backoff_seconds=0.01)
    run = crawl(
        {"/": page(listing("/1.html", "/silent")), "/1.html": shaky, "/silent": silent}, politeness=quick
    )
    assert set(run.articles) == {"/1.html"}
    assert run.refused == {"/silent": "timed-out"}


def test_a_run_that_is_full_says_so_for_every_address_left() -> None:
    run = crawl(
        {"/": page(listing("/1.html", "/2.html")), "/{n}.html": page(article(1))}, max_pages=2, at_once=1
    )
    assert list(run.refused.values()) == ["run-full"]


def test_a_frontier_that_is_kept_resumes_without_reading_twice() -> None:
    asked: list[str] = []

    async def noted(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return await page(article(int(request.match_info["n"])))(request)

    async def run() -> set[str]:
        runner, origin = await serving(
            {"/": page(listing(*(f"/{n}.html" for n in range(12)))), "/{n}.html": noted}
        )
        frontier, found = MemoryFrontier(), set()
        try:
            async with Fetcher(politeness=QUICK, allow_hosts=["127.0.0.1"]) as fetcher:
                for _ in range(2):
                    crawling = Crawler(SiteSource(fetcher, [origin]), frontier=frontier, at_once=1).crawl()
                    async for result in crawling:
                        assert isinstance(result, CrawledArticle)
                        found.add(result.url)
                        if len(found) == 5:
                            break
                    await crawling.aclose()
        finally:
            await runner.cleanup()
        return found

    assert len(asyncio.run(run())) == 12
    assert len(asked) - len(set(asked)) <= 1  # what was under way when the run stopped


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://[::ffff:192.168.1.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://localhost/",
        "http://100.64.0.1/",
    ],
)
def test_inner_addresses_are_refused_in_every_writing(url: str) -> None:
    async def fetch() -> None:
        async with Fetcher(politeness=QUICK) as fetcher:
            await fetcher.fetch(url)

    with pytest.raises(FetchRefused) as refused:
        asyncio.run(fetch())
    assert refused.value.code == "address-not-allowed"


def test_a_public_name_that_resolves_inside_is_refused_at_connect_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Rebinding(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            return [
                ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)
            ]

        async def close(self) -> None:
            return None

    monkeypatch.setattr("rongshu.intake.crawling.guarding.ThreadedResolver", Rebinding)

    codes: list[str] = []

    async def fetch(allow: list[str]) -> int:
        asked: list[str] = []

        async def inner(request: web.Request) -> web.StreamResponse:
            asked.append(request.path)
            return web.Response(text="秘密")

        runner, origin = await serving({"/": inner})
        try:
            async with Fetcher(politeness=QUICK, allow_hosts=allow) as fetcher:
                await fetcher.fetch(origin.replace("127.0.0.1", "www.shi.example") + "/")
        except FetchRefused as refused:
            codes.append(refused.code)
        finally:
            await runner.cleanup()
        return len(asked)

    assert asyncio.run(fetch([])) == 0
    assert codes == ["address-not-allowed"]
    assert asyncio.run(fetch(["www.shi.example"])) > 0


def test_a_redirect_to_an_inner_address_is_refused() -> None:
    run = crawl({"/": page(listing("/out")), "/out": redirect("http://169.254.169.254/latest/")})
    assert run.refused == {"/out": "address-not-allowed"}


def test_a_host_is_allowed_by_name_and_port() -> None:
    assert Guard(["shi.example:8080"]).allows_host("SHI.example", 8080)
    assert not Guard(["shi.example:8080"]).allows_host("shi.example", 80)


def test_files_are_hashed_on_the_way_and_leave_nothing_when_refused(tmp_path: Path) -> None:
    content = bytes(range(256)) * 500

    async def run() -> None:
        headers = {"Content-Disposition": "attachment; filename*=UTF-8''%E8%A1%A8.xls"}
        runner, origin = await serving(
            {"/down.asp": lambda request: _binary(content, "application/vnd.ms-excel", **headers)}
        )
        try:
            async with Fetcher(politeness=QUICK, allow_hosts=["127.0.0.1"]) as fetcher:
                file = await fetcher.fetch_file(f"{origin}/down.asp?id=1", tmp_path)
                assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))
                assert (file.name, file.path.read_bytes()) == ("表.xls", content)
                file.path.unlink()
                with pytest.raises(FetchRefused):
                    await fetcher.fetch_file(f"{origin}/gone.doc", tmp_path)
        finally:
            await runner.cleanup()

    asyncio.run(run())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("HTTP://WWW.Shi.Example:80/a/../b/./c.html#top", "http://www.shi.example/b/c.html"),
        ("http://s.example/1.jsp;jsessionid=AB12?id=3&PHPSESSID=0123456789ab", "http://s.example/1.jsp?id=3"),
        ("http://s.example/topic.asp?sid=12", "http://s.example/topic.asp?sid=12"),
        ("http://s.example//a//%7Eb%e4", "http://s.example/a/~b%E4"),
        ("http://s.example/../../etc", "http://s.example/etc"),
    ],
)
def test_canonical_addresses(written: str, plain: str) -> None:
    assert canonical(written) == plain
    assert canonical(plain) == plain


def test_scope_identity_and_templates() -> None:
    scope = Scope.around(["http://www.shi.example:8080/"])
    assert "http://shi.example:8080/a" in scope
    assert "http://shi.example/a" not in scope
    assert identity("https://www.s.example/a/index.html") == identity("http://s.example/a/")
    assert template("http://s.example/art/2020/1/art_5.html?b=1&a=2") == template(
        "http://s.example/art/2021/12/art_66.html?a=0&b=3"
    )
    assert is_trap("http://s.example/a/b/a/b/a/b/a/")
    assert not is_trap("http://s.example/zwgk/tz/2020/1.html")


def crawl_folder(folder: Path, **options: Any) -> list[CrawledArticle]:
    async def run() -> list[CrawledArticle]:
        crawler = Crawler(FolderSource(folder, **options))
        return [result async for result in crawler.crawl() if isinstance(result, CrawledArticle)]

    return sorted(asyncio.run(run()), key=lambda found: found.url)


def test_a_folder_of_saved_pages(tmp_path: Path) -> None:
    (tmp_path / "通知_files").mkdir()
    (tmp_path / "通知_files" / "1.jpg").write_bytes(b"jpeg")
    saved = "<!-- saved from url=(0040)http://www.shi.example/tz/1.html -->"
    picture = '<p><img src="./通知_files/1.jpg" alt="图"></p>'
    (tmp_path / "通知.html").write_text(saved + article(1, picture))
    (tmp_path / "www.shi.example" / "gg").mkdir(parents=True)
    (tmp_path / "www.shi.example" / "gg" / "index.html").write_text(listing("2.html", "../missing.html"))
    (tmp_path / "www.shi.example" / "gg" / "2.html").write_text(article(2))
    (tmp_path / "plain.htm").write_text(article(3))
    found = crawl_folder(tmp_path, base_url="http://base.example/")
    assert [item.url for item in found] == [
        "http://base.example/plain.htm",
        "http://www.shi.example/gg/2.html",
        "http://www.shi.example/tz/1.html",
    ]

    async def copied() -> bytes:
        source = FolderSource(tmp_path)
        await source.start_urls()
        (tmp_path / "out").mkdir()
        file = await source.fetch_file(found[2].article.images[0].url, tmp_path / "out")
        with pytest.raises(FetchRefused):
            await source.fetch_file("http://www.shi.example/nowhere.doc", tmp_path / "out")
        return file.path.read_bytes()

    assert asyncio.run(copied()) == b"jpeg"


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text(article(9))
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "1.html").write_text(listing("../secret.html", "file:///etc/passwd"))
    (folder / "2.html").symlink_to(tmp_path / "secret.html")
    assert crawl_folder(folder) == []
