"""What bad sites send: each address ends with a listed reason, the rest of the run goes on."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError

from rongshu.intake.models import IntakeRun
from rongshu.intake.tests.conftest import RunIntake
from rongshu.intake.tests.old_site import Answer, OldSite, article, listing, text
from rongshu.library.models import Resource, ResourceVersion
from rongshu.publishing.tests.world import World

GOOD = "/good.html"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def site() -> Iterator[OldSite]:
    with OldSite() as site:
        site.page(GOOD, article("关于一项正常工作的通知", text("good")))
        yield site


def run(site: OldSite, run_intake: RunIntake, *links: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Run over the links and a good page, which is always taken over; return report and codes by path."""
    site.home(*links, GOOD)
    report = run_intake(site.url + "/")
    assert GOOD in {urlsplit(item["url"]).path for item in report["articles"]}
    return report, {site.uri(item["url"]): item["code"] for item in report["refused"]}


def attached(site: OldSite, name: str, content: bytes, kind: str = "application/octet-stream") -> str:
    """Serve an article with one attachment; return the article's address."""
    site.file(f"/files/{name}", content, kind)
    link = f'<p>附件：<a href="/files/{name}">{name}</a></p>'
    site.page("/with.html", article("关于附件的示范通知", text("attached"), extra=link))
    return "/with.html"


def archive(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return buffer.getvalue()


def test_broken_html_is_read_as_well_as_it_goes(site: OldSite, run_intake: RunIntake) -> None:
    whole = article("关于一项破损页面的通知", text("broken"))
    site.page("/broken.html", whole.replace("</div>", "").replace("</p>", "<b><td>").replace("</html>", ""))
    report, refused = run(site, run_intake, "/broken.html")
    broken = next(item for item in report["articles"] if item["url"].endswith("/broken.html"))
    assert (broken["title"], broken["published_at"]) == ("关于一项破损页面的通知", "2021-03-05 10:20")
    assert refused == {}


def test_mixed_encodings_are_told_by_their_bytes(site: OldSite, run_intake: RunIntake) -> None:
    title = "关于一项编码混乱页面的通知"
    page = article(title, text("gbk")).replace("<head>", '<head><meta charset="utf-8">')
    site.page("/gbk.html", page.encode("gb18030"), kind="text/html; charset=utf-8")
    mixed = article("关于一项半路换码页面的通知", text("mixed", 30)).encode() + "版权所有".encode("gbk")
    site.page("/mixed.html", mixed, kind="text/html")
    report, _ = run(site, run_intake, "/gbk.html", "/mixed.html")
    assert {item["title"] for item in report["articles"]} >= {title, "关于一项半路换码页面的通知"}


def test_a_page_of_fifty_megabytes_is_refused(site: OldSite, run_intake: RunIntake) -> None:
    def endless() -> Iterable[bytes]:
        return (b"<p>" + b"x" * 1_000_000 for _ in range(50))

    site.answers["/big.html"] = Answer(parts=endless)
    bomb = gzip.compress(b"<p>" + b"x" * 50_000_000)
    site.page("/bomb.html", bomb, headers={"Content-Encoding": "gzip"})
    _, refused = run(site, run_intake, "/big.html", "/bomb.html")
    assert refused == {"/big.html": "page-too-large", "/bomb.html": "page-too-large"}


def test_redirect_loops_are_refused(site: OldSite, run_intake: RunIntake) -> None:
    site.page("/a.html", "", status=302, headers={"Location": "/b.html"})
    site.page("/b.html", "", status=302, headers={"Location": "/a.html"})
    _, refused = run(site, run_intake, "/a.html")
    assert refused["/a.html"] == "redirect-loop"


def test_endless_pagination_ends(site: OldSite, run_intake: RunIntake) -> None:
    def more(uri: str) -> Answer | None:
        if not uri.startswith("/list.asp?page="):
            return None
        number = int(uri.partition("=")[2])
        return Answer(listing("列表", [f"/list.asp?page={number + 1}"]).encode())

    site.other = more
    _, refused = run(site, run_intake, "/list.asp?page=1")
    assert "endless-pagination" in refused.values()
    assert len(site.asked) < 1000


def test_a_title_of_three_thousand_characters_is_refused(site: OldSite, run_intake: RunIntake) -> None:
    site.page("/long.html", article("关于示范" * 750, text("long")))
    report, refused = run(site, run_intake, "/long.html")
    assert refused == {"/long.html": "element-too-long"}
    assert "标题" in report["refused"][0]["reason"]


@pytest.mark.requirement("P3-07")
def test_scripts_and_handlers_never_reach_a_reader(
    site: OldSite, run_intake: RunIntake, world: World
) -> None:
    nasty = (
        '<p onclick="alert(1)">正文<script>alert(2)</script><iframe src="javascript:alert(3)"></iframe>'
        '<a href="javascript:alert(4)">链接</a><img src="x" onerror="alert(5)"></p>'
    )
    site.page("/xss.html", article("关于一项危险页面的通知", text("xss"), extra=nasty))
    report, _ = run(site, run_intake, "/xss.html")
    version = ResourceVersion.objects.get(title="关于一项危险页面的通知")
    found = next(item for item in report["articles"] if item["url"].endswith("/xss.html"))
    page = world.file(world.portal, urlsplit(found["new_url"]).path).read_text()
    for text_of_reader in (version.body, page):
        assert "alert(" not in text_of_reader


@pytest.mark.requirement("P3-06")
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("tables.zip", archive(("bomb.txt", b"0" * 120_000_000)), "archive-dangerous"),
        ("pictures.zip", archive(("../../etc/passwd", b"root")), "archive-dangerous"),
        ("report.pdf", b"MZ\x90\x00" + b"\0" * 400, "file-disguised"),
        ("notice.doc", b"<html><script>alert(1)</script></html>", "file-disguised"),
        ("empty.pdf", b"", "file-empty"),
    ],
)
def test_dangerous_attachments_are_left_out_and_listed(
    site: OldSite, run_intake: RunIntake, world: World, name: str, *, content: bytes, code: str
) -> None:
    report, _ = run(site, run_intake, attached(site, name, content))
    found = next(item for item in report["articles"] if item["url"].endswith("/with.html"))
    assert [file["code"] for file in found["attachments"]] == [code]
    assert found["attachments"][0]["reason"]
    resource = Resource.objects.get(effective_version__title="关于附件的示范通知")
    assert resource.effective_version is not None
    assert resource.effective_version.attachments == []
    assert not [path for path in world.file(world.portal, "/").rglob("*") if path.name == name]


@pytest.mark.requirement("P3-06")
def test_an_svg_with_script_is_left_out(site: OldSite, run_intake: RunIntake, world: World) -> None:
    site.file("/logo.svg", SVG, "image/svg+xml")
    site.page(
        "/svg.html", article("关于一项图片的通知", text("svg"), extra='<p><img src="/logo.svg" alt="图"></p>')
    )
    report, _ = run(site, run_intake, "/svg.html")
    found = next(item for item in report["articles"] if item["url"].endswith("/svg.html"))
    assert [image["code"] for image in found["images"]] == ["svg-not-allowed"]
    assert not list(world.file(world.portal, "/").rglob("*.svg"))


def test_a_name_that_climbs_stays_inside(site: OldSite, run_intake: RunIntake, world: World) -> None:
    site.file(
        "/down?id=1", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", "application/pdf"
    )
    site.answers["/down?id=1"].headers["Content-Disposition"] = 'attachment; filename="../../../etc/evil.pdf"'
    link = '<p>附件：<a href="/down?id=1">../../../etc/evil.pdf</a></p>'
    site.page("/climb.html", article("关于附件名称的通知", text("climb"), extra=link))
    report, _ = run(site, run_intake, "/climb.html")
    found = next(item for item in report["articles"] if item["url"].endswith("/climb.html"))
    assert len(found["attachments"]) == 1
    version = ResourceVersion.objects.get(title="关于附件名称的通知")
    assert all("/" not in file["name"] and ".." not in file["name"] for file in version.attachments)


def test_a_file_that_is_not_there_stays_listed(site: OldSite, run_intake: RunIntake) -> None:
    link = '<p>附件：<a href="/files/gone.doc">示范附件.doc</a></p>'
    site.page("/gone.html", article("关于一项缺失附件的通知", text("gone"), extra=link))
    report, _ = run(site, run_intake, "/gone.html")
    found = next(item for item in report["articles"] if item["url"].endswith("/gone.html"))
    attachment = found["attachments"][0]
    assert (attachment["name"], attachment["sha256"], attachment["code"]) == (
        "示范附件.doc",
        None,
        "http-error",
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("本机不能挂载小容量磁盘，跳过磁盘写满的检查。")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("place", ["DATA_FOLDER", "STORE_FOLDER"])
def test_a_full_disk_stops_the_run_and_loses_nothing(
    site: OldSite, run_intake: RunIntake, small_disk: Path, settings: Any, *, place: str
) -> None:
    before = getattr(settings, place)
    setattr(settings, place, small_disk)
    for number in range(4):
        site.file(f"/files/{number}.zip", archive((f"{number}.bin", os.urandom(900_000))), "application/zip")
        link = f'<p>附件：<a href="/files/{number}.zip">示范附件{number}.zip</a></p>'
        page = article(f"关于第{number}项示范工作的通知", text(number), extra=link)
        site.page(f"/{number}.html", page)
    links = [f"/{number}.html" for number in range(4)]
    site.home(*links)
    with pytest.raises(CommandError, match="磁盘空间不足"):
        run_intake(site.url + "/")
    stopped = IntakeRun.objects.get()
    assert stopped.phase != IntakeRun.Phase.FINISHED
    setattr(settings, place, before)
    if place == "DATA_FOLDER":
        shutil.copytree(small_disk / "intake", before / "intake", dirs_exist_ok=True)
    report = run_intake(resume=str(stopped.id))
    assert report["stored"] == 4
    assert all("code" not in item["attachments"][0] for item in report["articles"])
