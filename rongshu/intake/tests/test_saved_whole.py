"""Pages saved as one file (MHT) in a folder: by Internet Explorer, by Chrome, by Word."""

from __future__ import annotations

import asyncio
import base64
import quopri
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from pathlib import Path

from rongshu.intake.crawling import CrawledArticle, Crawler, FolderSource, Refusal
from rongshu.intake.tests.old_site import article, text

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(60))


def saved(page: str, where: str, picture: dict[str, str], *, charset: str = "utf-8", head: str = "") -> bytes:
    """Return one file with a page and a picture; the headers say where each lay."""
    whole = MIMEMultipart("related", type="text/html")
    if head:
        whole["Snapshot-Content-Location"] = head
    root = MIMENonMultipart("text", "html", charset=charset)
    root["Content-Transfer-Encoding"] = "quoted-printable"
    root["Content-Location"] = where
    root.set_payload(quopri.encodestring(page.encode(charset)).decode())
    shown = MIMEImage(PICTURE, "png")
    for name, value in picture.items():
        shown[name] = value
    whole.attach(root)
    whole.attach(shown)
    return whole.as_bytes()


def page(title: str, src: str) -> str:
    return article(title, text(title), extra=f'<p><img src="{src}" alt="示意图"></p>')


def crawled(folder: Path, out: Path) -> tuple[dict[str, str], dict[str, bytes], dict[str, str]]:
    """Return addresses and pictures by title, and the codes of refusals by address."""

    async def read() -> tuple[dict[str, str], dict[str, bytes], dict[str, str]]:
        source = FolderSource(folder, base_url="http://saved.example/")
        found = [one async for one in Crawler(source).crawl()]
        articles = [one for one in found if isinstance(one, CrawledArticle)]
        pictures = {}
        for one in articles:
            for image in one.article.images if out.exists() else ():
                file = await source.fetch_file(image.url, out)
                pictures[one.article.title or ""] = file.path.read_bytes()
        refused = {one.url: one.code for one in found if isinstance(one, Refusal)}
        return {one.article.title or "": one.url for one in articles}, pictures, refused

    return asyncio.run(read())


def test_pages_saved_as_one_file_are_read_with_their_pictures(tmp_path: Path) -> None:
    folder, out = tmp_path / "saved", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    where = "http://www.shi.example/tz/1.htm"
    (folder / "通知.mht").write_bytes(
        saved(
            page("关于第一项示范工作的通知", "../pic/1.png"), where,
            {"Content-Location": "http://www.shi.example/pic/1.png"}, charset="gb2312",
        )
    )  # fmt: skip
    (folder / "chrome.mhtml").write_bytes(
        saved(
            page("关于第二项示范工作的通知", "cid:pic-2@mhtml.blink"), "http://www.shi.example/tz/2.htm",
            {"Content-ID": "<pic-2@mhtml.blink>"}, head="http://www.shi.example/tz/2.htm",
        )
    )  # fmt: skip
    (folder / "word.mht").write_bytes(
        saved(
            page("关于第三项示范工作的通知", "word.files/image001.png"), "file:///C:/5F3A/word.htm",
            {"Content-Location": "file:///C:/5F3A/word.files/image001.png"},
        )
    )  # fmt: skip
    articles, pictures, refused = crawled(folder, out)
    assert articles == {
        "关于第一项示范工作的通知": where,
        "关于第二项示范工作的通知": "http://www.shi.example/tz/2.htm",
        "关于第三项示范工作的通知": "http://saved.example/word.mht",
    }
    assert pictures == dict.fromkeys(articles, PICTURE)
    assert refused == {}


def test_what_is_no_such_file_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "cut.mht").write_bytes(
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n"
    )
    (tmp_path / "deep.mht").write_bytes(
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3000))
    )
    (tmp_path / "empty.mht").write_bytes(b"")
    (tmp_path / "one.mht").write_bytes(
        b"Content-Type: text/html; charset=gbk\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(page("关于单独一项工作的通知", "x.png").encode("gbk"))
    )
    articles, _, refused = crawled(tmp_path, tmp_path / "nowhere")
    assert set(articles) == {"关于单独一项工作的通知"}
    assert refused == dict.fromkeys(
        (f"http://saved.example/{name}.mht" for name in ("cut", "deep", "empty")), "archive-damaged"
    )
