"""The file responder and the pages under `/-/`: what a reader gets, and what nobody gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from rongshu.foundation import clock
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.responding import application
from rongshu.publishing.tests.world import World
from rongshu.sites.actions.change_status import take_offline


@dataclass
class Response:
    """An answer as a reader sees it."""

    status: int
    headers: dict[str, str]
    body: bytes


Get = Callable[..., Response]


@pytest.fixture
def get(world: World) -> Get:
    """Return a reader of the published tree."""
    HOSTS.forget()

    def ask(path: str, host: str = "portal.localhost", method: str = "GET", **headers: str) -> Response:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query,
            "HTTP_HOST": host, "wsgi.input": BytesIO(), **headers,
        }  # fmt: skip
        got: list[Any] = []
        body = application(environ, lambda status, head, exc_info=None: got.extend([status, head]))
        content = b"".join(body)
        getattr(body, "close", lambda: None)()
        return Response(int(got[0].split()[0]), dict(got[1]), content)

    return ask


def test_readers_get_pages_by_host_and_are_told_when_nothing_changed(world: World, get: Get) -> None:
    resource = world.article()
    world.publish()
    first = get("/")
    assert first.status == 200
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in first.headers["Content-Security-Policy"]
    assert get("/", HTTP_IF_NONE_MATCH=first.headers["ETag"]).status == 304
    assert get(f"/a/{resource.address}.html").status == 200
    assert get(f"/a/{resource.address}.html", host="edu.localhost").status == 404
    assert get("/news/").body == get("/news/index.html").body
    assert get("/news").headers["Location"] == "/news/"
    packed = get("/", HTTP_ACCEPT_ENCODING="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != first.headers["ETag"]
    assert get("/", method="POST").status == 405
    assert get("/", method="HEAD").body == b""


@pytest.mark.parametrize(
    "path",
    [
        "/../manifests/x",
        "/%2e%2e/x",
        "/a\\b",
        "/.writing/x",
        "/.offline.html",
        "/a\0b",
        "//etc/passwd",
        "/link",
    ],
)
def test_nothing_outside_the_tree_is_ever_sent(world: World, get: Get, path: str) -> None:
    world.publish()
    secret = world.file(world.portal, "/../../secret.txt")
    secret.write_text("机密")
    world.file(world.portal, "/link").symlink_to(secret)
    answer = get(path)
    assert answer.status == 404
    assert "机密" not in answer.body.decode()


def test_parts_of_files_can_be_asked_for(world: World, get: Get) -> None:
    world.publish()
    whole = get("/robots.txt").body
    part = get("/robots.txt", HTTP_RANGE="bytes=2-5")
    assert (part.status, part.body) == (206, whole[2:6])
    assert part.headers["Content-Range"] == f"bytes 2-5/{len(whole)}"
    assert get("/robots.txt", HTTP_RANGE="bytes=-3").body == whole[-3:]
    assert get("/robots.txt", HTTP_RANGE=f"bytes={len(whole)}-").status == 416
    assert get("/robots.txt", HTTP_RANGE="lines=1-2").status == 200


@pytest.mark.requirement("P7-10")
def test_a_recalled_page_is_gone_for_readers(world: World, get: Get) -> None:
    resource = world.article(world.news, world.bureau_news)
    world.publish()
    withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    world.publish()
    for host in ("portal.localhost", "edu.localhost"):
        answer = get(f"/a/{resource.address}.html", host=host)
        assert answer.status == 410
        assert "示范通知" not in answer.body.decode()
        assert "示范通知" not in get("/news/", host=host).body.decode()


@pytest.mark.requirement("P5-10")
def test_an_offline_site_shows_its_notice_everywhere(world: World, get: Get) -> None:
    world.article()
    world.publish()
    until = clock.now() + timedelta(days=7)
    take_offline(
        actor=world.operator, site=world.portal, reason="机房搬迁", notice="因机房搬迁暂停服务。", until=until
    )
    world.publish()
    HOSTS.forget()
    for path in ("/", "/news/", "/没有.html"):
        answer = get(path)
        assert answer.status == 503
        assert "因机房搬迁暂停服务" in answer.body.decode()
    assert get("/", host="edu.localhost").status == 200


def test_the_bare_host_lists_the_sites_and_opens_one(world: World, get: Get) -> None:
    world.publish()
    index = get("/", host="127.0.0.1:8000")
    assert index.status == 200
    assert "示范省教育厅" in index.body.decode()
    chosen = get("/?site=edu", host="localhost:8000")
    assert chosen.status == 302
    cookie = chosen.headers["Set-Cookie"].partition(";")[0]
    assert "示范省教育厅" in get("/news/", host="localhost:8000", HTTP_COOKIE=cookie).body.decode()
    assert get("/", host="unknown.example").status == 404


@pytest.mark.requirement("P3-11")
def test_only_links_of_published_pages_can_be_left_by(world: World, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = "rongshu.project.urls_public"
    HOSTS.forget()
    body = (
        '<p><a href="https://shop.example/x?a=1&amp;b=2">商店</a>'
        '<a href="https://www.gov.cn/zhengce/">国务院</a></p>'
    )
    resource = world.article(body_html=body)
    world.publish()
    page = world.page(world.portal, resource).read_text()
    assert 'href="https://www.gov.cn/zhengce/"' in page
    assert "shop.example" not in page
    link = page.partition("/-/leave?u=")[2][:32]
    answer = client.get(f"/-/leave?u={link}", headers={"host": "portal.localhost"})
    assert answer.status_code == 200
    assert "https://shop.example/x?a=1&amp;b=2" in answer.content.decode()
    for other in ("", "0" * 32, "https://evil.example/", link[:-1]):
        refused = client.get("/-/leave", {"u": other}, headers={"host": "portal.localhost"})
        assert refused.status_code == 404
        assert "evil.example" not in refused.content.decode()
    withdraw_resource(actor=world.operator, resource=resource, reason="误发")
    world.publish()
    assert client.get(f"/-/leave?u={link}", headers={"host": "portal.localhost"}).status_code == 404
