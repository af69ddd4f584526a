"""A small old site on loopback, whose every answer a test decides."""

from __future__ import annotations

import io
import random
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_WORDS = [
    "示范", "工作", "通知", "单位", "落实", "情况", "报送", "安排", "检查", "服务", "群众", "项目", "资金",
    "学校", "医院", "道路", "绿化", "供水", "粮食", "农业", "就业", "培训", "创新", "企业", "标准", "质量",
    "应急", "演练", "档案", "统计", "调查", "监督", "评议", "公开", "咨询", "答复", "规划", "建设", "养护",
]  # fmt: skip


@dataclass
class Answer:
    """What the server says to one address; `parts` are sent one after the other instead of a body."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    parts: Callable[[], Iterable[bytes]] | None = None


class OldSite:
    """Pages by request URI. `is_down`: every answer is 502, as of a proxy before a dead server.

    Who does not send the `wanted_headers` (by what they begin with) is turned away.
    Counts what was asked for.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.other: Callable[[str], Answer | None] = lambda uri: None
        self.asked: list[str] = []
        self.posted: list[bytes] = []
        self.is_down = False
        self.wanted_headers: dict[str, str] = {}
        self.pause = 0.0
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def do_POST(self) -> None:
                site.posted.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                site.answer(self, posted=True)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler, *, posted: bool = False) -> None:
        """Send what is known under the address; what was posted is counted as such."""
        self.asked.append(f"POST {request.path}" if posted else request.path)
        time.sleep(self.pause)
        found = self.answers.get(request.path) or self.other(request.path)
        found = found or Answer(b"not here", status=404)
        sent = request.headers
        if not all(sent.get(name, "").startswith(begins) for name, begins in self.wanted_headers.items()):
            found = Answer(b"no", status=403)
        if self.is_down:
            found = Answer(b"", status=502)
        request.send_response(found.status)
        request.send_header("Content-Type", found.kind)
        for name, value in found.headers.items():
            request.send_header(name, value)
        if found.parts is None:
            request.send_header("Content-Length", str(len(found.body)))
            request.end_headers()
            request.wfile.write(found.body)
            return
        request.send_header("Connection", "close")
        request.end_headers()
        try:
            for part in found.parts():
                request.wfile.write(part)
        except OSError:
            pass
        request.close_connection = True

    def page(self, uri: str, html: str | bytes, **options: Any) -> str:
        """Serve a page; return its absolute address."""
        self.answers[uri] = Answer(html if isinstance(html, bytes) else html.encode(), **options)
        return self.url + uri

    def file(self, uri: str, content: bytes, kind: str = "application/octet-stream") -> str:
        """Serve a file; return its absolute address."""
        self.answers[uri] = Answer(content, kind)
        return self.url + uri

    def uri(self, url: str) -> str:
        """Return the request URI of an address of this site."""
        return url.removeprefix(self.url)

    def home(self, *links: str) -> None:
        """Serve the first page with links."""
        self.page("/", listing("首页", links))


def article(
    title: str, body: str, *, column: str = "通知公告", at: str = "2021-03-05 10:20", extra: str = ""
) -> str:
    """Return an article page of the plainest kind."""
    date = f"发布时间：{at} " if at else ""
    return f"""<html><head><title>{title}_示范省</title></head><body>
    <div class="nav">当前位置：<a href="/">首页</a> &gt; {column.replace("/", " &gt; ")}</div>
    <h1>{title}</h1><div class="info">{date}来源：示范市办公室</div>
    <div id="zoom">{body}{extra}</div></body></html>"""


def listing(name: str, links: Iterable[str]) -> str:
    """Return a list page."""
    rows = "".join(f'<li><a href="{link}">示范链接的标题文字</a><span>[03-05]</span></li>' for link in links)
    return f"<html><head><title>{name}</title></head><body><h2>{name}</h2><ul>{rows}</ul></body></html>"


def text(seed: object, sentences: int = 6) -> str:
    """Return paragraphs that no other seed gives."""
    chance = random.Random(str(seed))
    made = ("".join(chance.choices(_WORDS, k=chance.randint(8, 20))) for _ in range(sentences))
    return "".join(f"<p>{sentence}，共{chance.randint(2, 999)}项。</p>" for sentence in made)


def workbook(seed: object) -> bytes:
    """Return a small file of the kind that article pages offer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"附件{seed}.txt"), f"示范附件之{seed}")
    return buffer.getvalue()


@contextmanager
def small_site(articles: int = 30, *, seed: int = 0) -> Iterator[OldSite]:
    """Two columns with lists and files; a repetition, near duplicates, an article without a date."""
    with OldSite() as site:
        columns = {"tzgg": "政务公开/通知公告", "gzdt": "工作动态"}
        links: dict[str, list[str]] = {slug: [] for slug in columns}
        for number in range(articles):
            slug = list(columns)[number % 2]
            extra = ""
            if number % 5 == 0:
                site.file(f"/files/{number}.zip", workbook(number), "application/zip")
                extra = f'<p>附件：<a href="/files/{number}.zip">示范附件{number}.zip</a></p>'
            title, at = (
                f"关于第{number + 1000 * seed}项示范工作的通知",
                f"{2000 + number // 12}-{number % 12 + 1:02}-0{seed % 9 + 1}",
            )
            body = text((seed, number))
            html = article(title, body, column=columns[slug], at=f"{at} 10:20", extra=extra)
            site.page(f"/{slug}/{number}.html", html)
            links[slug].append(f"/{slug}/{number}.html")
        _add_oddities(site, links, seed)
        for slug, uris in links.items():
            for start in range(0, len(uris), 10):
                name = f"/{slug}/index_{start // 10}.html" if start else f"/{slug}/"
                after = [f"/{slug}/index_{start // 10 + 1}.html"] if start + 10 < len(uris) else []
                site.page(name, listing(columns[slug].split("/")[-1], [*uris[start : start + 10], *after]))
        site.home("/tzgg/", "/gzdt/")
        yield site


def _add_oddities(site: OldSite, links: dict[str, list[str]], seed: int) -> None:
    again = site.answers["/tzgg/0.html"].body.decode().replace("政务公开 &gt; 通知公告", "工作动态")
    site.page("/gzdt/again.html", again)
    near, at = text((seed, "near"), 12), f"{1999 - seed}-01-02"
    site.page("/gzdt/near1.html", article("示范设施延期使用办事指南", near, column="工作动态", at=at))
    near = near.replace("</p>", "（修订）</p>", 1)
    site.page(
        "/gzdt/near2.html",
        article("示范设施迁移改建办事指南", near, column="工作动态", at=f"{1999 - seed}-01-03"),
    )
    site.page("/tzgg/undated.html", article("关于一项无日期工作的通知", text((seed, "undated")), at=""))
    links["gzdt"] += ["/gzdt/again.html", "/gzdt/near1.html", "/gzdt/near2.html"]
    links["tzgg"] += ["/tzgg/undated.html", "/tzgg/missing.html"]
