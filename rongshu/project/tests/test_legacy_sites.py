"""Legacy sites: every family builds, answers, decodes, and can be reached link by link."""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from rongshu.project.legacy_sites import (
    FAMILIES,
    LegacyArticle,
    LegacyServer,
    LegacySite,
    Paragraph,
    TruthArticle,
    build_legacy_site,
    load_legacy_site,
    read_source_articles,
)
from rongshu.project.legacy_sites.articles import BEIJING, Attachment
from rongshu.project.legacy_sites.attachments import attachment_bytes
from rongshu.project.legacy_sites.real_texts import masked

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"没有真实语料目录 {DATA}，跳过")
HOST = "www.old.example"
# Their lists have no addresses to follow; intake/tests/test_turning_pages.py finds their articles.
BEHIND_BUTTONS = {"postback2010", "jsp2008", "api2019"}


def notices(count: int) -> list[LegacyArticle]:
    """Short articles of two columns, enough to fill several list pages."""
    start = datetime(2009, 3, 2, 9, 15, tzinfo=BEIJING)
    return [
        LegacyArticle(
            key=f"n{at}",
            title=f"关于第{at}号示范事项的通知",
            published_at=start + timedelta(days=at, minutes=at),
            column=("政务公开", "通知公告") if at % 4 else ("新闻中心", "要闻动态"),
            blocks=(Paragraph(f"现将第{at}号示范事项通知如下。"), Paragraph("请认真执行。" * (at % 5 + 1))),
            source="示范市人民政府办公室",
        )
        for at in range(count)
    ]


@pytest.fixture(scope="module", params=list(FAMILIES))
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> LegacySite:
    marked = replace(notices(1)[0], key="marked", title="关于“A&B”<试点>及'C'的\"通知\"")
    articles = [*read_source_articles(None), *notices(90), marked]
    folder = tmp_path_factory.mktemp(request.param)
    return build_legacy_site(request.param, articles, folder, site_name="示范市旧版网站", host=HOST, seed=3)


@pytest.fixture(scope="module")
def server(site: LegacySite) -> Iterator[LegacyServer]:
    with LegacyServer(site) as running:
        yield running


def fetch(server: LegacyServer, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request without following redirects; the path goes out as it is written."""
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=20)
    try:
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def page_text(server: LegacyServer, address: str, charset: str) -> str:
    status, headers, content = fetch(server, address)
    if status == 302:
        status, headers, content = fetch(server, headers["location"])
    assert status == 200, address
    return html.unescape(content.decode(charset))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_truth_lies_outside_the_web_root_and_can_be_loaded_again(site: LegacySite) -> None:
    assert not list(site.root.rglob("truth*"))
    lines = site.truth_path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["key"] for line in lines] == [article.key for article in site.truth]
    assert load_legacy_site(site.folder) == site


def test_every_address_of_the_truth_shows_the_title(site: LegacySite, server: LegacyServer) -> None:
    for article in site.truth:
        for address in (article.url, *article.other_urls):
            assert squeezed(article.title) in squeezed(page_text(server, address, article.charset)), address


def test_the_pages_hold_the_whole_text_and_particulars(site: LegacySite, server: LegacyServer) -> None:
    for article in site.truth:
        pages = [page_text(server, url, article.charset) for url in (article.url, *article.other_urls)]
        tags = re.compile(r"<[^>]*>")
        shown = squeezed("".join(tags.sub("", page) for page in pages))
        raw = squeezed("".join(pages))
        for line in article.body_text.split("\n"):
            assert squeezed(line) in shown, (article.url, line)
        assert article.source is None or squeezed(article.source) in shown
        year, month, day = article.published_at[:10].split("-")
        assert re.search(rf"{year}[-年]0?{int(month)}[-月]0?{int(day)}", raw), article.url


def test_attachments_and_images_are_served_with_their_digests(site: LegacySite, server: LegacyServer) -> None:
    files = [file for article in site.truth for file in (*article.attachments, *article.images)]
    assert len(files) > 20
    for file in files:
        status, _headers, content = fetch(server, file.url)
        assert (status, sha256(content).hexdigest()) == (200, file.sha256), file


def test_every_article_is_reached_by_following_links_and_pagers(
    site: LegacySite, server: LegacyServer
) -> None:
    if site.family in BEHIND_BUTTONS:
        pytest.skip("buttons, no links")
    seen = crawl(server)
    for article in site.truth:
        assert seen & {article.url, *article.other_urls}, article.url
        assert {file.url for file in (*article.attachments, *article.images)} <= seen, article.url


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, site: LegacySite) -> None:
    again = [
        build_legacy_site(site.family, notices(12), tmp_path / name, site_name="示范站", host=HOST, seed=5)
        for name in ("one", "two")
    ]
    trees = [{p.relative_to(s.folder): p.read_bytes() for p in files_of(s)} for s in again]
    assert trees[0] == trees[1]


def files_of(site: LegacySite) -> list[Path]:
    return [path for path in sorted(site.folder.rglob("*")) if path.is_file()]


def crawl(server: LegacyServer) -> set[str]:
    """Every address (path and query, sessions dropped) that links, frames, pagers and data lead to."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        status, headers, content = fetch(server, address)
        if status == 302:
            waiting.append(headers["location"])
        elif status == 200 and re.match(r"text/html|application/json", headers["content-type"]):
            base = f"{server.base_url}{address}"
            found = (urljoin(base, link.strip().replace("\\", "/")) for link in addresses_in(content))
            waiting += [own for link in found if (own := own_address(server, link))]
    return seen


def own_address(server: LegacyServer, link: str) -> str | None:
    parts = urlsplit(urldefrag(link).url)
    if f"{parts.scheme}://{parts.netloc}" != server.base_url:
        return None
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return re.sub(r"[?&]sid=[0-9A-F]{16}", "", path)


def addresses_in(content: bytes) -> Iterator[str]:
    text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
    if text.startswith("{"):
        yield from (item["url"] for item in json.loads(text)["list"])
        return
    yield from embedded_records(text)
    tree = LexborHTMLParser(text)
    for node in tree.css("a, frame, iframe, option, img"):
        names = ("href", "src", "value", "data-src")
        yield from (value for name in names if (value := node.attributes.get(name)))
    pager = re.search(r'^createPageHTML\((\d+), \d+, "index", "html"\)', text, re.MULTILINE)
    yield from (f"index_{page}.html" for page in range(1, int(pager[1]) if pager else 0))
    for node in tree.css("[data-pages]"):
        pattern = node.attributes["data-url"] or ""
        yield from (
            pattern.replace("{page}", str(page))
            for page in range(2, int(node.attributes["data-pages"] or 0) + 1)
        )


def embedded_records(text: str) -> Iterator[str]:
    for record in re.findall(r"<!\[CDATA\[(.*?)\]\]>", text, re.DOTALL):
        yield from (html.unescape(link) for link in re.findall(r'href="([^"]+)"', record))
    island = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    if island:
        yield from (item["url"] for item in json.loads(island[1])["list"])


# --- particular habits of particular families


def one_site(family: str, folder: Path, articles: list[LegacyArticle] | None = None) -> LegacySite:
    return build_legacy_site(family, articles or notices(40), folder, site_name="示范站", host=HOST)


def test_characters_that_gbk_lacks_survive_as_references(tmp_path: Path) -> None:
    rare = replace(
        notices(1)[0], title="关于𠮷林路改造的通知", blocks=(Paragraph("面积约１２㎡，编号①𬭚，ñ。"),)
    )
    for family in ("frontpage2003", "asp2006"):
        built = one_site(family, tmp_path / family, [rare, *notices(3)])
        with LegacyServer(built) as running:
            shown = page_text(running, built.truth[0].url, "gb18030")
        assert "𠮷林路" in shown
        assert "①𬭚，ñ" in shown


def test_the_asp_server_ignores_sessions_and_case_and_apologises_with_200(tmp_path: Path) -> None:
    built = one_site("asp2006", tmp_path)
    with LegacyServer(built) as running:
        plain = fetch(running, built.truth[0].url)[2]
        number = built.truth[0].url.partition("=")[2]
        assert fetch(running, f"/SHOWARTICLE.ASP?ID={number}&sid=0123456789ABCDEF")[2] == plain
        status, _headers, body = fetch(running, "/ShowArticle.asp?id=99999999")
    assert (status, "可能已被删除" in body.decode("gbk")) == (200, True)


def test_a_split_article_continues_on_numbered_pages(tmp_path: Path) -> None:
    long = replace(
        notices(1)[0], blocks=tuple(Paragraph(f"第{at}段。" + "示范文字" * 120) for at in range(10))
    )
    built = one_site("disclosure2016", tmp_path, [long])
    assert [url.endswith(f"_{at}.html") for at, url in enumerate(built.truth[0].other_urls, 1)] == [
        True,
        True,
    ]


def test_some_pages_lie_about_their_charset(tmp_path: Path) -> None:
    built = one_site("disclosure2016", tmp_path)
    lying = [article for article in built.truth if article.charset == "gbk"]
    claims = set(built.habits.charsets.values())
    assert lying
    assert claims == {"gb2312"}
    with LegacyServer(built) as running:
        content = fetch(running, lying[0].url)[2]
    assert b'<meta charset="utf-8">' in content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_the_portal_redirects_its_short_addresses(tmp_path: Path) -> None:
    built = one_site("portal2020", tmp_path)
    article = next(article for article in built.truth if article.other_urls)
    with LegacyServer(built) as running:
        status, headers, _ = fetch(running, article.other_urls[0])
    assert (status, headers["location"]) == (302, article.url)


def test_columns_keep_their_order_and_may_be_empty(tmp_path: Path) -> None:
    columns = [("互动交流", "民意征集"), ("政务公开",)]
    built = build_legacy_site("trs2012", notices(3), tmp_path, site_name="示范站", host=HOST, columns=columns)
    with LegacyServer(built) as running:
        home = page_text(running, "/", "utf-8")
        empty = page_text(running, "/hdjl/lm14/", "utf-8")
    assert home.index("互动交流") < home.index("政务公开") < home.index("新闻中心")
    assert "民意征集" in empty


def test_dynamic_pages_are_saved_under_names_a_file_system_takes(tmp_path: Path) -> None:
    with_file = replace(notices(1)[0], attachments=(Attachment("附件", "pdf", ("示范",)),))
    built = one_site("asp2006", tmp_path, [with_file])
    number = built.truth[0].url.partition("=")[2]
    names = {path.name for path in built.root.iterdir()}
    assert names >= {"index.asp", f"ShowArticle.asp@id={number}.html", f"DownFile.asp@fileid={number}0"}


def test_two_sites_are_told_apart_by_port_and_by_host(tmp_path: Path) -> None:
    sites = [
        build_legacy_site("trs2012", notices(3), tmp_path / name, site_name=name, host=f"{name}.example")
        for name in ("first", "second")
    ]
    with LegacyServer(sites) as running:
        by_host = fetch(running, "/", Host="second.example")[2]
        by_port = fetch(running, "/")[2]
        assert running.url_of(sites[0]) != running.url_of(sites[1])
    assert b"<title>second</title>" in by_host
    assert b"<title>first</title>" in by_port


def test_own_links_are_rewritten_to_the_address_asked_for(tmp_path: Path) -> None:
    built = one_site("portal2020", tmp_path)
    with LegacyServer(built) as running:
        asked = fetch(running, built.truth[0].url)[2]
        authority = running.base_url.removeprefix("http://").encode()
    with LegacyServer(built, rewrite_host=False) as running:
        kept = fetch(running, built.truth[0].url)[2]
    assert authority in asked
    assert HOST.encode() not in asked
    assert HOST.encode() in kept


def test_text_is_compressed_for_those_who_accept_it(tmp_path: Path) -> None:
    built = one_site("jcms2009", tmp_path)
    with LegacyServer(built) as running:
        _, headers, content = fetch(running, "/", **{"Accept-Encoding": "gzip"})
    assert headers["content-encoding"] == "gzip"
    assert content.startswith(b"\x1f\x8b")


@pytest.mark.parametrize("address", ["/../truth.jsonl", "/%2e%2e/truth.jsonl", "/..%2fsite.json"])
def test_nothing_outside_the_web_root_is_served(tmp_path: Path, address: str) -> None:
    built = one_site("trs2012", tmp_path)
    with LegacyServer(built) as running:
        status, _headers, content = fetch(running, address)
    assert status == 404
    assert b"habits" not in content
    assert b"body_text" not in content


@pytest.mark.parametrize(("family", "articles"), [("gopher1993", notices(1)), ("trs2012", [])])
def test_a_refused_build_writes_nothing(tmp_path: Path, family: str, articles: list[LegacyArticle]) -> None:
    with pytest.raises(ValueError, match="旧站"):
        build_legacy_site(family, articles, tmp_path / "site", site_name="示范站", host=HOST)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF-1.4"), ("doc", rb"{\rtf1"), ("csv", b""), ("txt", b"")],
)
def test_attachments_are_what_their_suffix_says(suffix: str, start: bytes) -> None:
    attachment = Attachment("附件1", suffix, ("序号\t事项", "1\t示范事项"))  # type: ignore[arg-type]
    content = attachment_bytes(attachment)
    assert content.startswith(start)
    assert content == attachment_bytes(attachment)


# --- where the articles come from


def test_the_sample_texts_are_many_varied_and_our_own() -> None:
    articles = read_source_articles(None)
    lengths = [len(article.text) for article in articles]
    assert len(articles) >= 60
    assert (
        len({article.text for article in articles})
        == len({article.title for article in articles})
        == len(articles)
    )
    assert min(lengths) >= 300
    assert 1500 < max(lengths) <= 2500
    columns = {article.column[-1] for article in articles}
    assert columns >= {
        "要闻动态",
        "通知公告",
        "政策文件",
        "政策解读",
        "机构职能",
        "领导信息",
        "办事指南",
        "常见问题",
        "统计数据",
    }
    policies = [article for article in articles if article.column[-1] == "政策文件"]
    assert all(re.search(r"〔\d{4}〕\d+号$", article.document_number) for article in policies)


def test_the_order_is_decided_by_the_seed() -> None:
    first, second, other = (
        [article.key for article in read_source_articles(None, 20, seed)] for seed in (1, 1, 2)
    )
    assert first == second != other
    assert len(first) == 20


def test_a_folder_without_corpora_falls_back_to_the_samples(tmp_path: Path) -> None:
    assert read_source_articles(tmp_path, 5) == read_source_articles(None, 5)


def test_letters_are_masked() -> None:
    text = "网友“示范用户001”您好，请联系王小二先生，电话0731-12345678，13800000000。"
    assert masked(text) == "网友您好，请联系王某先生，电话（电话略），（电话略）。"


@needs_data
def test_real_articles_of_every_corpus_come_mixed() -> None:
    articles = read_source_articles(DATA, 300, seed=1)
    assert len(articles) == 300
    assert {article.column[0] for article in articles} >= {"政务公开", "办事服务", "互动交流", "专题专栏"}
    assert all(article.title and len(article.text) > 50 for article in articles)


@needs_data
@pytest.mark.parametrize("family", list(FAMILIES))
def test_real_articles_lose_no_text(family: str, tmp_path: Path) -> None:
    built = one_site(family, tmp_path, read_source_articles(DATA, 60, seed=4))
    with LegacyServer(built) as running:
        for article in built.truth:
            assert_complete(running, article)


def assert_complete(server: LegacyServer, article: TruthArticle) -> None:
    pages = [page_text(server, url, article.charset) for url in (article.url, *article.other_urls)]
    shown = squeezed("".join(re.sub(r"<[a-zA-Z/!?][^>]*>", "", page) for page in pages))
    for line in article.body_text.split("\n"):
        assert squeezed(re.sub(r"<[a-zA-Z/!?][^>]*>", "", line)) in shown, (article.url, line[:60])
