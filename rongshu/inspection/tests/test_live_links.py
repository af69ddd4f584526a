"""Links visited on a real server of the loopback: dead, moved elsewhere, inner, alive."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rongshu.inspection.actions.check_live_links import visit_next
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.models import Inspection
from rongshu.inspection.reading.visiting import InnerAddress, visit
from rongshu.library.models import ResourceVersion

Draft = Callable[..., ResourceVersion]


class _Pages(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]
    title = "示范市教育局"

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path))
        moved = {"/inner": "http://127.0.0.1:9/", "/moved": f"http://localhost:{self.server.server_port}/"}  # type: ignore[attr-defined]
        status = 302 if self.path in moved else 404 if self.path == "/gone" else 200
        if self.path == "/get-only" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if self.path in moved:
            self.send_header("Location", moved[self.path])
        if self.path == "/titled":
            self.send_header("Content-Type", "text/html")
        self.end_headers()
        if self.path == "/titled" and self.command == "GET":
            self.wfile.write(f"<html><head><title>{self.title}</title>".encode("gb18030"))

    do_HEAD = do_GET  # noqa: N815 - the name that the server looks for

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    _Pages.asked = []
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield running
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def test_links_are_followed_and_inner_addresses_refused(server: ThreadingHTTPServer) -> None:
    here = f"127.0.0.1:{server.server_port}"
    with pytest.raises(InnerAddress):
        visit(f"http://{here}/")
    assert _Pages.asked == []
    assert not visit(f"http://{here}/get-only", {here}).is_dead
    assert _Pages.asked == [("HEAD", "/get-only"), ("GET", "/get-only")]
    assert visit(f"http://{here}/gone", {here}).status == 404
    with pytest.raises(InnerAddress):
        visit(f"http://{here}/inner", {here})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "localhost", "[::1]",  # noqa: S104
        "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254",
    ],
)  # fmt: skip
def test_no_writing_of_an_inner_address_is_visited(server: ThreadingHTTPServer, host: str) -> None:
    with pytest.raises(InnerAddress):
        visit(f"http://{host}:{server.server_port}/")
    assert _Pages.asked == []


def test_a_name_that_resolves_to_both_worlds_is_not_visited(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: one look-up is made and all its addresses are judged; one inner address refuses it."""
    asked: list[str] = []

    def resolved(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("8.8.8.8", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with pytest.raises(InnerAddress):
        visit(f"http://rebinding.example:{server.server_port}/")
    assert asked == ["rebinding.example"]
    assert _Pages.asked == []


@pytest.mark.requirement("P7-04")
def test_dead_and_hijacked_links_join_the_inspection(
    draft: Draft, server: ThreadingHTTPServer, settings: Any
) -> None:
    port = server.server_port
    here = f"http://127.0.0.1:{port}"
    settings.LINK_CHECK = True
    settings.LINK_CHECK_HOSTS = {f"127.0.0.1:{port}", f"localhost:{port}"}
    links = "".join(
        f'<p>请见<a href="{here}/{name}">说明{name}</a>。</p>' for name in ("gone", "moved", "fine")
    )
    version = draft(f"<p>为加强校舍安全管理，现将有关资料公布如下。</p>{links}")
    before = inspect_version(version_id=version.pk)
    assert visit_next()
    assert not visit_next()
    after = Inspection.objects.get(pk=before.pk)
    found = {
        row.rule_code: row for row in after.findings.all() if row.rule_code in {"E12-dead", "E12-hijacked"}
    }
    assert set(found) == {"E12-dead", "E12-hijacked"}
    assert "404" in found["E12-dead"].suggestion
    assert after.severe_count == before.severe_count + 1
    assert after.general_count == before.general_count + 1


@pytest.mark.requirement("P7-04")
def test_a_page_that_changes_its_title_wholly_is_told_of(
    draft: Draft, server: ThreadingHTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = f"127.0.0.1:{server.server_port}"
    settings.LINK_CHECK, settings.LINK_CHECK_HOSTS = True, {here}

    def seen_with(title: str, number: int) -> list[str]:
        monkeypatch.setattr(_Pages, "title", title)
        body = f'<p>请见<a href="http://{here}/titled">校舍安全说明</a>，第{number}号。</p>'
        inspection = inspect_version(version_id=draft(body, title=f"示范说明第{number}号").pk)
        assert visit_next()
        live = {"E12-retitled", "E12-shady-page"}
        return sorted({row.rule_code for row in inspection.findings.all()} & live)

    assert seen_with("示范市教育局", 1) == []
    assert seen_with("示范市教育局_首页", 2) == []
    assert seen_with("葡京娱乐城", 3) == ["E12-retitled", "E12-shady-page"]
    assert seen_with("葡京娱乐城", 4) == ["E12-retitled", "E12-shady-page"]
    assert seen_with("示范市教育局_首页", 5) == []


def test_nothing_is_visited_unless_switched_on(draft: Draft, server: ThreadingHTTPServer) -> None:
    version = draft(f'<p>请见<a href="http://127.0.0.1:{server.server_port}/gone">校舍安全管理说明</a>。</p>')
    inspect_version(version_id=version.pk)
    assert not visit_next()
    assert _Pages.asked == []
