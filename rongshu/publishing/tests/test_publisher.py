"""Leases, recalls, failures, verification: the publisher among others and among accidents."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from rongshu.foundation import work
from rongshu.foundation.leases import acquire
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.gate.records import IncomingFile
from rongshu.publishing import expanding, loading, publisher, verifying
from rongshu.publishing.actions.publish_pending import follow_events, publish_pending
from rongshu.publishing.actions.verify_tree import verify_tree
from rongshu.publishing.burden import lease_name
from rongshu.publishing.errors import PagesFailed, PublisherBusy, TreeUnwritable
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.models import SiteManifest
from rongshu.publishing.planning import QUEUE, full_publication
from rongshu.publishing.publisher import Publisher, SitePublisher
from rongshu.publishing.staging import Workshop
from rongshu.publishing.tests.world import World, tree_of
from rongshu.publishing.writing import SiteTree, Stager, manifest_file
from rongshu.sites.actions.register_verification_file import register_verification_file


def test_nothing_is_made_twice(world: World) -> None:
    world.article()
    assert world.publish() > 0
    assert world.publish() == 0
    assert SiteManifest.objects.filter(is_settled=True).count() == 2


def test_an_edit_touches_only_what_shows_it(world: World) -> None:
    articles = [world.article() for _ in range(12)]
    world.publish()
    before = {path: file.stat().st_ino for path, file in _files(world).items()}
    world.edit(articles[0], title="改后的标题")
    world.publish()
    after = {path: file.stat().st_ino for path, file in _files(world).items()}
    changed = {path for path in after if before.get(path) != after[path]}
    # The oldest of twelve stands on chunk 1 and in the feeds; page one shows the newest five.
    month = f"sitemap-{str(articles[0].address)[:7].replace('/', '-')}.xml"
    assert changed - {month} == {
        f"a/{articles[0].address}.html",
        "news/1.html",
        "news/feed.atom",
        "news/feed.rss",
    }


def test_a_new_article_changes_page_one_and_the_newest_chunk_only(world: World) -> None:
    for _ in range(12):
        world.article()
    world.publish()
    before = {path: file.stat().st_ino for path, file in _files(world).items()}
    world.article()
    world.publish()
    chunks = {
        path for path, file in _files(world).items() if path.startswith("news/") and path.endswith(".html")
    }
    changed = {path for path in chunks if before.get(path) != _files(world)[path].stat().st_ino}
    assert changed == {"news/index.html", "news/3.html"}


@pytest.mark.requirement("P7-10")
def test_a_recall_goes_before_everything_even_during_a_full_publication(
    world: World, monkeypatch: Any
) -> None:
    files = (IncomingFile(name="泄露.txt", content="不该公开的内容".encode() * 50),)
    resource = world.article(world.news, world.bureau_news, files=files)
    for _ in range(8):
        world.article()
    world.publish()
    pages = [world.page(world.portal, resource), world.page(world.education, resource)]
    copies = list(world.file(world.portal, "/f").rglob("*.txt"))
    assert len(copies) == 1
    work.enqueue(full_publication([world.portal.id, world.education.id]))
    made: list[str] = []
    monkeypatch.setattr(publisher, "_BATCH", 3)
    original = SitePublisher.bring_in

    def note(self: SitePublisher, results: list[Any]) -> None:
        original(self, results)
        made.extend(result.key for result in results)
        if len(made) == 3:
            withdraw_resource(actor=world.operator, resource=resource, reason="误发")
            follow_events()
            publisher_in_test._looked_at = 0.0

    monkeypatch.setattr(SitePublisher, "bring_in", note)
    publisher_in_test = Publisher()
    gone_at: list[int] = []
    publisher_in_test.progress = lambda slug, count, left: gone_at.append(
        sum(page.exists() for page in pages)
    )
    publisher_in_test.run()
    assert gone_at.index(0) <= 5
    assert len(made) > 20
    assert not copies[0].exists()
    assert all(Path(f"{page}.gone").exists() for page in pages)
    assert not any("示范通知之1<" in text.decode(errors="ignore") for text in tree_of(world.portal).values())


def test_a_reinstated_page_is_back_with_its_files(world: World) -> None:
    resource = world.article(files=(IncomingFile(name="附件.txt", content="附件".encode() * 100),))
    world.publish()
    before = tree_of(world.portal)
    withdraw_resource(actor=world.operator, resource=resource, reason="核实")
    world.publish()
    assert f"a/{resource.address}.html.gone" in tree_of(world.portal)
    reinstate_resource(actor=world.operator, resource=resource, reason="无误")
    world.publish()
    after = tree_of(world.portal)
    assert after.keys() == before.keys()
    assert f"a/{resource.address}.html" in after


def test_a_second_publisher_is_refused_and_changes_nothing(world: World) -> None:
    world.article()
    lease = acquire(lease_name(world.portal.id), "another")
    with pytest.raises(PublisherBusy):
        publish_pending(wait=False)
    assert tree_of(world.portal) == {}
    assert work.take(QUEUE, str(world.portal.id), 10)
    lease.release()
    assert world.publish() > 0
    assert "index.html" in tree_of(world.portal)


def test_a_full_disk_leaves_work_and_whole_files(world: World, monkeypatch: Any) -> None:
    resource = world.article()
    world.publish()
    before = tree_of(world.portal)
    world.edit(resource, title="磁盘满时的修改")

    def refuse(self: Stager, content: bytes) -> str:
        raise TreeUnwritable from OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Stager, "_write", refuse)
        with pytest.raises(TreeUnwritable):
            world.publish()
    assert tree_of(world.portal) == before
    assert not SiteManifest.objects.get(site=world.portal).is_settled
    world.publish()
    assert "磁盘满时的修改" in world.page(world.portal, resource).read_text()


def test_a_page_that_fails_holds_nothing_up_and_stays_visible(world: World, monkeypatch: Any) -> None:
    good, bad = world.article(), world.article(title="会失败的页面")
    original = loading.documents.article

    def fail(material: Any) -> Any:
        if material.shown.resource.id == bad.id:
            raise ValueError("broken")
        return original(material)

    with monkeypatch.context() as broken:
        broken.setitem(loading.articles._BUILDERS, "article", fail)
        with pytest.raises(PagesFailed):
            world.publish()
    assert world.page(world.portal, good).exists()
    assert not world.page(world.portal, bad).exists()
    row = SiteManifest.objects.get(site=world.portal)
    assert (row.failing_pages, row.is_settled) == (1, False)
    assert "broken" in row.last_error
    SiteManifest.objects.update(retry_at=None)
    manifest = Manifest(manifest_file(world.portal.id))
    manifest._db.execute("UPDATE todo SET available_at = 0")
    manifest.close()
    world.publish()
    assert world.page(world.portal, bad).exists()


@pytest.mark.requirement("P3-02")
def test_verify_restores_what_was_altered_removed_or_added(world: World) -> None:
    resource = world.article(files=(IncomingFile(name="附件.txt", content="附件".encode() * 100),))
    register_verification_file(
        actor=world.operator, site=world.portal, name="baidu_verify_x.html", content="x"
    )
    world.publish()
    before = tree_of(world.portal)
    _tamper(world, resource)
    found = verify_tree(actor=world.operator, site_id=world.portal.id)
    assert (found.altered, found.missing, found.added) == (3, 1, 2)
    assert tree_of(world.portal) == before
    assert not any(path.is_symlink() for path in world.file(world.portal, "/").rglob("*"))
    assert verify_tree(actor=world.operator, site_id=world.portal.id).repaired == 0


@pytest.mark.requirement("P3-02")
def test_the_sweep_of_the_worker_finds_the_same(world: World) -> None:
    resource = world.article(files=(IncomingFile(name="附件.txt", content="附件".encode() * 100),))
    world.publish()
    before = tree_of(world.portal)
    sweeper = verifying.Sweeper()
    sweeper.run_once()
    sweeper.run_once()
    _tamper(world, resource, verification=False)
    sweeper._began = -verifying._CYCLE
    sweeper.run_once()
    sweeper.run_once()
    publish_pending()
    assert tree_of(world.portal) == before


def test_a_sweep_that_takes_too_long_looks_for_more_of_each_second() -> None:
    assert verifying.slice_after(0.2, 20) == pytest.approx(0.2)
    assert verifying.slice_after(0.2, 400) == pytest.approx(0.4)
    assert verifying.slice_after(0.6, 4000) == pytest.approx(0.9)
    assert verifying.slice_after(0.9, 60) == pytest.approx(0.27)


def test_a_lost_or_foreign_manifest_is_made_anew(world: World) -> None:
    world.article()
    world.publish()
    before = tree_of(world.portal)
    file = manifest_file(world.portal.id)
    manifest = Manifest(file)
    with manifest.change():
        manifest.distrust("/index.html")
    manifest.close()
    world.file(world.portal, "/index.html").write_text("篡改")
    assert not verify_tree(actor=world.operator, site_id=world.portal.id).is_manifest_genuine
    assert tree_of(world.portal) == before
    file.unlink()
    shutil.rmtree(world.file(world.portal, "/"))
    world.edit(world.article())
    world.publish()
    assert before.keys() <= tree_of(world.portal).keys()


def test_another_edition_of_the_templates_makes_all_pages_anew(world: World, monkeypatch: Any) -> None:
    resource = world.article()
    world.publish()
    page = world.page(world.portal, resource)
    page_before = page.read_text()
    page.write_text("旧版页面")
    manifest = Manifest(manifest_file(world.portal.id))
    with manifest.change():
        manifest.distrust(f"/a/{resource.address}.html")
        SiteManifest.objects.filter(site=world.portal).update(root=manifest.root())
    manifest.close()
    monkeypatch.setattr(expanding, "edition", lambda: "another")
    monkeypatch.setattr(publisher, "edition", lambda: "another")
    monkeypatch.setattr(Publisher, "_is_edition_asked_for", False)
    assert world.publish() > 10
    assert page.read_text() == page_before
    assert set(SiteManifest.objects.values_list("edition", flat=True)) == {"another"}


def test_what_a_killed_publisher_left_is_cleared_away(world: World) -> None:
    world.article()
    world.publish()
    before = tree_of(world.portal)
    publisher_of_site = SitePublisher(world.portal.id, Workshop())
    with publisher_of_site.manifest.change():
        publisher_of_site.manifest.intend(["/a/unknown.html", "/index.html"])
    world.file(world.portal, "/a/unknown.html").write_text("半成品")
    world.file(world.portal, "/index.html").write_text("半成品")
    publisher_of_site.abandon()
    SiteManifest.objects.update(is_settled=False)
    world.publish()
    assert tree_of(world.portal) == before


def test_files_that_pages_share_stay_until_the_last_goes(world: World) -> None:
    files = (IncomingFile(name="共用.txt", content="共用附件".encode() * 100),)
    first, second = world.article(files=files, title="第一篇"), world.article(files=files, title="第二篇")
    world.publish()
    [copy] = world.file(world.portal, "/f").rglob("*.txt")
    withdraw_resource(actor=world.operator, resource=first, reason="误发")
    world.publish()
    assert copy.exists()
    withdraw_resource(actor=world.operator, resource=second, reason="误发")
    world.publish()
    assert not copy.exists()
    assert not copy.parent.exists()


def _files(world: World) -> dict[str, Path]:
    root = world.file(world.portal, "/")
    return {str(file.relative_to(root)): file for file in root.rglob("*") if file.is_file()}


def _tamper(world: World, resource: Any, *, verification: bool = True) -> None:
    """Alter three files (one becomes a link), remove one, add two."""
    world.page(world.portal, resource).write_text("<h1>黑页</h1>")
    next(world.file(world.portal, "/f").rglob("*.txt")).write_text("木马")
    page = world.file(world.portal, "/sitemap.html")
    page.unlink()
    page.symlink_to("/etc/passwd")
    world.file(world.portal, "/news/index.html").unlink()
    world.file(world.portal, "/shell.php").write_text("<?php")
    world.file(world.portal, "/bet").mkdir(exist_ok=True)
    world.file(world.portal, "/bet/index.html").write_text("博彩")


def test_nobody_can_leave_the_tree(world: World) -> None:
    world.publish()
    site = SitePublisher(world.portal.id, Workshop())
    outside = world.file(world.portal, "/../outside.txt")
    outside.write_text("别处")
    tree: SiteTree = site.tree
    tree.restore("/../outside.txt")
    site.abandon()
    assert outside.exists()
