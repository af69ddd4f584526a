"""From a change in the library to files on disk."""

from __future__ import annotations

import pytest

from rongshu.publishing.tests.world import World, tree_of


@pytest.mark.requirement("P2-11")
def test_one_edit_reaches_both_sites_down_to_the_files(world: World) -> None:
    resource = world.article(world.news, world.bureau_news, title="关于示范的通知")
    world.publish()
    pages = [world.page(world.portal, resource), world.page(world.education, resource)]
    assert all("关于示范的通知" in page.read_text() for page in pages)
    world.edit(resource, title="关于示范的通知（修订）")
    world.publish()
    assert all("关于示范的通知（修订）" in page.read_text() for page in pages)
    for site in (world.portal, world.education):
        assert "关于示范的通知（修订）" in world.file(site, "/news/index.html").read_text()
    assert {"index.html", "news/feed.atom", "sitemap.xml", "robots.txt", "404.html"} <= tree_of(
        world.portal
    ).keys()
