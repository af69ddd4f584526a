"""The nginx configuration of deploy/nginx, run by a real nginx over a tree as the publisher leaves it."""

from __future__ import annotations

import http.client
import os
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from rongshu.project.serving.ports import free_port
from rongshu.publishing.responding import Answer

CONFIGURATION = Path(__file__).parents[3] / "deploy" / "nginx" / "rongshu.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HOST = "portal.localhost"

if NGINX is None and os.environ.get("CI") != "true":
    pytest.skip(
        "!!! 没有安装 nginx：跳过 deploy/nginx 的测试（apt-get install nginx-light）", allow_module_level=True
    )


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of the base
        """Say nothing."""


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Stand where the application stands: an old address, and "seen" for everything else."""
    if environ["PATH_INFO"] == "/old.asp":
        start_response("301 Moved Permanently", [("Location", f"/a/new.html?{environ['QUERY_STRING']}")])
        return []
    if environ["PATH_INFO"].startswith("/a/") and not environ["PATH_INFO"].endswith(".gone"):
        return withdrawn(environ, start_response)
    if environ["PATH_INFO"].startswith("/-/federation/"):
        start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Repr-Digest", "signed")])
        return [environ["QUERY_STRING"].encode() + b"0" * 5000]
    start_response("404 Not Found", [("X-Seen-By", "application"), ("X-Host", environ["HTTP_HOST"])])
    return [environ["PATH_INFO"].encode()]


def withdrawn(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer for a withdrawn page by the embedded server's own hand; or fail where the mark says so."""
    answer = Answer(environ, start_response, str(TREES["portal"]), ("Cache-Control", "no-cache"))
    gone = f"{environ['PATH_INFO']}.gone"
    if answer.text(gone) == "fail":
        raise OSError
    return answer.page(gone, 410) or answer.page("/410.html", 410) or []


TREES: dict[str, Path] = {}


class Site:
    """An nginx with the shipped configuration, its tree, and requests to it."""

    def __init__(self, folder: Path, port: int, tls_port: int) -> None:
        self.data, self.port, self.tls_port = folder, port, tls_port
        self.tree = TREES["portal"] = folder / "www" / "portal"

    def get(
        self, path: str, host: str = HOST, address: str = "127.0.0.1", **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(address, self.port, timeout=10)
        return self._ask(connection, path, host, headers)

    def get_securely(self, path: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        context = ssl._create_unverified_context()  # noqa: S323 - a certificate made for this test
        connection = http.client.HTTPSConnection("127.0.0.1", self.tls_port, timeout=10, context=context)
        return self._ask(connection, path, HOST, {})

    def _ask(
        self, connection: http.client.HTTPConnection, path: str, host: str, headers: dict[str, str]
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request("GET", path, headers={"Host": host, **named})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    assert NGINX, "CI must have nginx"
    folder = tmp_path_factory.mktemp("nginx")
    for parent in [folder, *folder.parents]:
        if parent.name.startswith(("nginx", "popen-", "pytest-")):
            parent.chmod(0o755)  # nginx's worker enters as another user
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = Site(folder, free_port(), free_port())
    _plant(made)
    _configure(made, server.server_port)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    _until_it_answers(made, process)
    yield made
    process.terminate()
    process.wait(timeout=30)
    server.shutdown()


def _plant(site: Site) -> None:
    pages = {
        "index.html": "首页" * 600, "410.html": "已撤下", "news/index.html": "列表",
        "a/2026/11/x.html": "文章",
        "a/2026/11/y.html.gone": "", "a/2026/11/told.html.gone": "因数据有误撤回",
        "a/2026/11/away.html.gone": "fail", "f/abc/表.xlsx": "table", "f/abc/p.pdf": "%PDF", ".offline": "no",
        ".well-known/check.txt": "ok",
    }  # fmt: skip
    for name, content in pages.items():
        file = site.tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    (site.data / "secret.txt").write_text("secret")
    (site.tree / "planted.txt").symlink_to(site.data / "secret.txt")
    (site.data / "hosts").mkdir()
    (site.data / "hosts" / HOST).symlink_to("../www/portal")


def _configure(site: Site, application_port: int) -> None:
    text = CONFIGURATION.read_text()
    for shipped, here in (
        ("/var/lib/rongshu", str(site.data)),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{application_port};"),
        ("listen 80;", f"listen 127.0.0.1:{site.port}; listen 127.0.0.1:{site.tls_port} ssl;"),
        ("listen [::]:80;", f"listen [::1]:{site.port};"),
        (
            "server_name _;",
            f"server_name _; ssl_certificate {site.data}/c.pem; ssl_certificate_key {site.data}/k.pem;",
        ),
    ):
        assert text.count(shipped) >= 1
        text = text.replace(shipped, here)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{site.data}/k.pem"]
    request = ["openssl", "req", "-x509", "-days", "2", "-subj", f"/CN={HOST}", "-out", f"{site.data}/c.pem"]
    subprocess.run([*request, *key], check=True, capture_output=True)
    (site.data / "rongshu.conf").write_text(text)
    temporary = " ".join(
        f"{name}_temp_path {site.data}/tmp;" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (site.data / "nginx.conf").write_text(
        f"user nobody nogroup; worker_processes 1; pid {site.data}/pid; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; {temporary}"
        f" include {site.data}/rongshu.conf; }}"
    )


def _until_it_answers(site: Site, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, (site.data / "error.log").read_text()
        try:
            site.get("/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nginx does not answer")


@pytest.mark.requirement("P1-10", "P3-02")
def test_published_pages_are_served_by_host_over_both_families(site: Site) -> None:
    for address in ("127.0.0.1", "::1"):
        status, body, headers = site.get("/a/2026/11/x.html", address=address)
        assert (status, body.decode()) == (200, "文章")
        assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert site.get("/")[1].decode().startswith("首页")
    assert site.get("/news/")[1].decode() == "列表"


def test_a_folder_without_its_slash_is_redirected_on_the_same_host(site: Site) -> None:
    status, _, headers = site.get("/news")
    assert (status, headers["Location"]) == (301, "/news/")


def test_readers_revalidate(site: Site) -> None:
    _, _, headers = site.get("/a/2026/11/x.html")
    assert headers["Cache-Control"] == "no-cache"
    assert site.get("/a/2026/11/x.html", If_None_Match=headers["ETag"])[0] == 304


def test_a_withdrawn_page_is_gone_and_the_mark_itself_is_no_page(site: Site) -> None:
    status, body, headers = site.get("/a/2026/11/y.html")
    assert (status, body.decode()) == (410, "已撤下")
    assert headers["Cache-Control"] == "no-cache"
    assert site.get("/a/2026/11/y.html.gone")[2]["X-Seen-By"] == "application"


def test_the_notice_of_a_recall_is_what_the_embedded_server_shows(site: Site) -> None:
    status, body, headers = site.get("/a/2026/11/told.html")
    assert (status, body.decode()) == (410, "因数据有误撤回")
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_withdrawn_page_stays_gone_while_the_application_fails(site: Site) -> None:
    status, body, headers = site.get("/a/2026/11/away.html")
    assert (status, body.decode()) == (410, "已撤下")
    assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_a_recall_takes_effect_at_the_next_request(site: Site) -> None:
    page = site.tree / "a" / "2026" / "11" / "z.html"
    page.write_text("将撤下")
    _, _, headers = site.get("/a/2026/11/z.html")
    page.rename(page.with_name("z.html.gone"))
    assert site.get("/a/2026/11/z.html", If_None_Match=headers["ETag"])[0] == 410


def test_what_is_not_found_is_asked_of_the_application(site: Site) -> None:
    status, _, headers = site.get("/old.asp?id=3")
    assert (status, headers["Location"]) == (301, "/a/new.html?id=3")
    assert site.get("/nothing.html")[1] == b"/nothing.html"
    assert site.get("/-/health")[2]["X-Seen-By"] == "application"
    assert site.get("/", host="unknown.example")[2]["X-Host"] == "unknown.example"


@pytest.mark.requirement("P3-08")
def test_security_headers_are_sent_also_with_errors(site: Site) -> None:
    for path in ("/", "/a/2026/11/y.html"):
        headers = site.get(path)[2]
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"] is None
    assert site.get_securely("/")[2]["Strict-Transport-Security"].startswith("max-age=31536000")
    assert site.get_securely("/-/health")[2]["Strict-Transport-Security"].startswith("max-age=31536000")


def test_attached_files_get_no_scripts_and_are_saved_where_a_browser_cannot_show_them(site: Site) -> None:
    table = site.get("/f/abc/%E8%A1%A8.xlsx")[2]
    assert "sandbox" in table["Content-Security-Policy"]
    assert table["Content-Disposition"] == "attachment"
    assert site.get("/f/abc/p.pdf")[2]["Content-Disposition"] is None


@pytest.mark.parametrize(
    "path",
    ["/.offline", "/planted.txt", "/../secret.txt", "/%2e%2e/secret.txt", "/a/..%2f..%2fsecret.txt"],
)
def test_nothing_outside_and_nothing_hidden_is_served(site: Site, path: str) -> None:
    status, body, _ = site.get(path)
    assert status in {400, 403, 404}
    assert body != b"secret"


def test_site_verification_files_are_served(site: Site) -> None:
    assert site.get("/.well-known/check.txt")[1] == b"ok"


def test_an_offline_or_closed_site_is_left_to_the_application(site: Site) -> None:
    for name in (".offline.html", ".closed.html"):
        (site.tree / name).write_text("停")
        assert site.get("/")[2]["X-Seen-By"] == "application"
        (site.tree / name).unlink()
    assert site.get("/")[0] == 200


def test_what_nodes_say_to_each_other_is_left_as_it_was_signed(site: Site) -> None:
    path = "/-/federation/v1/manifest?bucket=0a&x=%E4%B8%AD"
    status, body, headers = site.get(path, Accept_Encoding="gzip")
    assert (status, body) == (200, b"bucket=0a&x=%E4%B8%AD" + b"0" * 5000)
    assert headers["Content-Encoding"] is None
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Repr-Digest"] == "signed"


def test_text_is_compressed(site: Site) -> None:
    assert site.get("/", Accept_Encoding="gzip")[2]["Content-Encoding"] == "gzip"
