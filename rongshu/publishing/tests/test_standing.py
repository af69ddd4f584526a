"""Sites that close: announced, archived, handed on. And the web archive itself."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from warcio.archiveiterator import ArchiveIterator

from rongshu.foundation import clock
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.models import AuditRecord
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.gate.records import IncomingFile
from rongshu.publishing.actions.archive_site import archive_site
from rongshu.publishing.archiving import NothingToArchive, PackageExists
from rongshu.publishing.tests.deeds import Travel
from rongshu.publishing.tests.test_equivalence import travel  # noqa: F401 - a fixture
from rongshu.publishing.tests.world import World, tree_of
from rongshu.sites.actions.close_site import announce_closing
from rongshu.sites.clockwork import close_announced_sites
from rongshu.sites.models import Site


@pytest.mark.requirement("P5-11")
def test_a_closing_site_says_so_for_thirty_days_and_then_hands_its_readers_on(
    world: World,
    travel: Travel,  # noqa: F811
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.DATA_FOLDER = tmp_path
    resource = world.article(world.news, world.bureau_news)
    world.publish()
    announce_closing(
        actor=world.operator,
        site=world.education,
        reason="整合",
        notice="内容迁至省政府门户网站。",
        closes_at=clock.now() + timedelta(days=31),
        successor_url="http://portal.localhost/",
    )
    world.publish()
    page = world.page(world.education, resource)
    assert "内容迁至省政府门户网站" in page.read_text()
    assert "内容迁至省政府门户网站" not in world.page(world.portal, resource).read_text()
    travel(timedelta(days=32))
    carry_out_due()
    assert close_announced_sites()
    world.education.refresh_from_db()
    assert world.education.status == Site.Status.CLOSED
    world.publish()
    tree = tree_of(world.education)
    assert not page.exists()
    assert tree[".successor"].decode().strip() == "http://portal.localhost/"
    assert "内容迁至省政府门户网站" in tree[".closed.html"].decode()
    assert not [path for path in tree if path.startswith(("a/", "news/", "f/"))]
    [package] = (tmp_path / "archives").iterdir()
    assert package.name.startswith("edu-")


@pytest.mark.requirement("P6-09")
def test_the_archive_holds_every_page_with_its_metadata(world: World, tmp_path: Path) -> None:
    file = IncomingFile(name="附件一.txt", content="附件内容".encode() * 30)
    resource = world.article(files=(file,), title="归档的文章", keywords=("归档",))
    withdraw_resource(actor=world.operator, resource=world.article(title="撤下的文章"), reason="误发")
    world.publish()
    package = archive_site(actor=world.operator, site=world.portal, folder=tmp_path / "包")
    records = _records(package.folder / "pages.warc.gz")
    tree = {path: content for path, content in tree_of(world.portal).items() if not path.endswith(".gone")}
    served = {f"/{path}".removesuffix("index.html"): content for path, content in tree.items()}
    base = world.portal.base_url.rstrip("/")
    assert {address.removeprefix(base): content for address, content in records.items()} == served
    metadata = json.loads((package.folder / "metadata.json").read_text())
    assert metadata["网站"]["标准"] == "GB/T 42147-2022"
    assert metadata["网站"]["网站标识码"] == world.portal.identification_code
    [page] = [one for one in metadata["网页"] if one.get("资源标识符") == str(resource.id)]
    assert page["题名"] == "归档的文章"
    assert page["栏目名称"] == "要闻"
    assert page["数字摘要值"] == sha256(tree[f"a/{resource.address}.html"]).hexdigest()
    assert page["附件"] == ["附件一.txt"]
    document = etree.parse(package.folder / "metadata.xml")
    assert len(document.findall("网页")) == len(metadata["网页"]) == package.page_count
    for line in (package.folder / "digests.txt").read_text().splitlines():
        digest, name = line.split("  ")
        assert sha256((package.folder / name).read_bytes()).hexdigest() == digest
    assert AuditRecord.objects.filter(action="site.archived", details__digest=package.digest).exists()


def test_an_archive_is_never_overwritten_nor_empty(world: World, tmp_path: Path) -> None:
    with pytest.raises(NothingToArchive):
        archive_site(actor=world.operator, site=world.portal, folder=tmp_path / "leer")
    assert not (tmp_path / "leer").exists()
    world.publish()
    archive_site(actor=world.operator, site=world.portal, folder=tmp_path / "package")
    before = (tmp_path / "package/digests.txt").read_text()
    with pytest.raises(PackageExists):
        archive_site(actor=world.operator, site=world.portal, folder=tmp_path / "package")
    assert (tmp_path / "package/digests.txt").read_text() == before


def _records(file: Path) -> dict[str, bytes]:
    with file.open("rb") as opened:
        return {
            record.rec_headers.get_header("WARC-Target-URI"): record.content_stream().read()
            for record in ArchiveIterator(opened, check_digests=True)
            if record.rec_type == "response"
        }
