"""Web archives as sources: pages, redirects and files as they were kept; damage is said."""

from __future__ import annotations

import asyncio
import gzip
import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from rongshu.intake.crawling import CrawledArticle, Crawler, FetchRefused, Refusal, WarcSource
from rongshu.intake.tests.old_site import article, listing, text

HOST = "http://www.old.example.gov.cn"


def keep(file: Path, answers: list[tuple[str, str, bytes, dict[str, str]]]) -> Path:
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=file.name.endswith(".gz"))
        for url, status, body, headers in answers:
            said = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=said)
            )
    return file


def site() -> list[tuple[str, str, bytes, dict[str, str]]]:
    page = {"Content-Type": "text/html; charset=gb2312"}
    packed = page | {"Content-Encoding": "gzip"}
    first = article("关于第一项工作的通知", text(1), extra='<p>附件：<a href="/f/1.doc">申报表.doc</a></p>')
    return [
        (HOST + "/", "200 OK", listing("首页", ["/a/1.htm", "/old.htm", "/no.htm"]).encode("gbk"), page),
        (HOST + "/a/1.htm", "200 OK", gzip.compress(first.encode("gbk")), packed),
        (HOST + "/old.htm", "302 Found", b"", {"Location": "/a/2.htm"}),
        (HOST + "/a/2.htm", "200 OK", article("关于第二项工作的通知", text(2)).encode("gbk"), page),
        (HOST + "/no.htm", "404 Not Found", b"", page),
        (HOST + "/f/1.doc", "200 OK", b"\xd0\xcf\x11\xe0 form", {"Content-Type": "application/msword"}),
    ]


def crawled(path: Path) -> list[object]:
    async def read() -> list[object]:
        return [result async for result in Crawler(WarcSource(path)).crawl()]

    return asyncio.run(read())


@pytest.mark.parametrize("name", ["old.warc", "old.warc.gz"])
def test_an_archive_is_read_like_the_site_it_kept(tmp_path: Path, name: str) -> None:
    path = keep(tmp_path / name, site())
    found = crawled(path)
    articles = {one.url: one for one in found if isinstance(one, CrawledArticle)}
    assert {one.article.title for one in articles.values()} == {
        "关于第一项工作的通知",
        "关于第二项工作的通知",
    }
    assert HOST + "/old.htm" in {url for one in articles.values() for url in one.other_urls} | {
        getattr(one, "url", "") for one in found
    }
    assert [(one.url, one.code) for one in found if isinstance(one, Refusal)] == [
        (HOST + "/no.htm", "http-error")
    ]
    assert [one.url for one in articles[HOST + "/a/1.htm"].article.attachments] == [HOST + "/f/1.doc"]

    async def fetched() -> bytes:
        source = WarcSource(path)
        await source.start_urls()
        return (await source.fetch_file(HOST + "/f/1.doc", tmp_path)).path.read_bytes()

    assert asyncio.run(fetched()) == b"\xd0\xcf\x11\xe0 form"


def test_a_folder_of_archives_and_one_that_was_cut_off(tmp_path: Path) -> None:
    keep(tmp_path / "1.warc", site()[:4])
    whole = keep(tmp_path / "2.warc", site()[3:]).read_bytes()
    (tmp_path / "2.warc").write_bytes(whole[:-20])
    assert len([one for one in crawled(tmp_path) if isinstance(one, CrawledArticle)]) == 2
    (tmp_path / "3.warc").write_bytes(b"no archive at all")
    with pytest.raises(FetchRefused, match="WARC"):
        crawled(tmp_path / "3.warc")


def test_a_bomb_in_an_archive_stops_at_the_limit(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>" + b"x" * 30_000_000)
    packed = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    path = keep(tmp_path / "bomb.warc", [*site(), (HOST + "/bomb.htm", "200 OK", bomb, packed)])
    refused = {one.url: one.code for one in crawled(path) if isinstance(one, Refusal)}
    assert refused[HOST + "/bomb.htm"] == "page-too-large"
