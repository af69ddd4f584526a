"""一键撤稿 down to the files readers get: pages, lists, feeds and maps of every site (P7-10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rongshu.foundation import work
from rongshu.library.models import Resource
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.recall_piece import recall_piece, restore_piece
from rongshu.publishing import publisher
from rongshu.publishing.actions.publish_pending import follow_events
from rongshu.publishing.planning import full_publication
from rongshu.publishing.publisher import Publisher, SitePublisher
from rongshu.publishing.responding import application
from rongshu.publishing.tests.world import CLOCK, World, tree_of
from rongshu.sites.models import Site

TITLE = "误发的示范通知"


@pytest.fixture
def world(standing_world: World, settings: Any, tmp_path: Path) -> World:
    """Return 示范省 with two sites online, its pieces approved by one person."""
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    settings.PUBLISHED_FOLDER = tmp_path / "www"
    settings.MANIFEST_FOLDER = tmp_path / "manifests"
    assign_flow(actor=CLOCK, flow="single", scope="platform", reason="示范")
    return standing_world


def saying(site: Site, *words: str) -> list[str]:
    """The files of a site that say any of the words."""
    return [
        path
        for path, text in tree_of(site).items()
        if any(word in text.decode(errors="ignore") for word in words)
    ]


def status_of(site: Site, path: str) -> str:
    """What a reader is answered."""
    return answer_of(site, path)[0]


def answer_of(site: Site, path: str) -> tuple[str, str]:
    """The status and the page a reader gets."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": site.domain, "QUERY_STRING": "",
        "wsgi.url_scheme": "http",
    }  # fmt: skip
    content = application(environ, lambda status, headers, *rest: said.append(status))
    return said[0][:3], b"".join(content).decode()


def out_on_both(world: World) -> Resource:
    """Return a piece that stands on both sites among others."""
    resource = world.article(world.news, world.bureau_news, title=TITLE)
    for _ in range(8):
        world.article(world.news, world.bureau_news)
    world.publish()
    resource.refresh_from_db()
    return resource


@pytest.mark.requirement("P7-10")
def test_a_recall_leaves_nothing_of_a_piece_in_any_file(world: World) -> None:
    resource = out_on_both(world)
    sites, address = (world.portal, world.education), str(resource.address)
    kinds = {Path(path).suffix for site in sites for path in saying(site, TITLE, address)}
    assert {".html", ".atom", ".rss", ".xml"} <= kinds
    recall = recall_piece(
        actor=world.operator, resource=resource, reason="误发", notice="以更正后的通知为准。"
    )
    assert {place["site"] for place in recall.places} == {site.name for site in sites}
    follow_events()
    world.publish()
    for site in sites:
        assert saying(site, TITLE, address) == []
        assert world.page(site, resource).with_name(f"{Path(address).name}.html.gone").exists()
        status, page = answer_of(site, f"/a/{address}.html")
        assert (status, "以更正后的通知为准" in page) == ("410", True)
    restore_piece(actor=world.operator, recall=recall, reason="核实无误")
    follow_events()
    world.publish()
    for site in sites:
        assert status_of(site, f"/a/{address}.html") == "200"
        assert {".html", ".atom", ".rss", ".xml"} <= {
            Path(path).suffix for path in saying(site, TITLE, address)
        }


@pytest.mark.requirement("P7-10")
def test_a_recall_goes_before_a_full_publication_under_way(world: World, monkeypatch: Any) -> None:
    resource = out_on_both(world)
    pages = [world.page(site, resource) for site in (world.portal, world.education)]
    work.enqueue(full_publication([world.portal.id, world.education.id]))
    monkeypatch.setattr(publisher, "_BATCH", 3)
    made: list[str] = []
    pages_left: list[int] = []
    original = SitePublisher.bring_in

    def recall_after_the_first_batch(self: SitePublisher, results: list[Any]) -> None:
        original(self, results)
        is_first, made[len(made) :] = not made, [result.key for result in results]
        if is_first:
            recall_piece(actor=world.operator, resource=resource, reason="误发")
            follow_events()
            at_work._looked_at = 0.0
        pages_left.append(sum(page.exists() for page in pages))

    monkeypatch.setattr(SitePublisher, "bring_in", recall_after_the_first_batch)
    at_work = Publisher()
    at_work.run()
    assert pages_left.index(0) <= 5
    assert len(pages_left) > 2 * pages_left.index(0)
    for site in (world.portal, world.education):
        assert saying(site, TITLE, str(resource.address)) == []
