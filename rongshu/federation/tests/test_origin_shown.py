"""What another node owns is shown as if it were ours, with its origin, and can't be changed here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.tests.console_samples import make_partner
from rongshu.federation.tests.neighbourhood import ORIGINAL, foreign_article
from rongshu.foundation.consumers import advance_all
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.sequencer import number_events
from rongshu.library.errors import ResourceOfOtherNode
from rongshu.library.models import Resource, ResourceType
from rongshu.library.queries import effective_matching
from rongshu.library.queries.origins import names_of_origins
from rongshu.newsroom.actions.begin_draft import open_draft
from rongshu.newsroom.models import Draft
from rongshu.publishing.tests.world import World, make_world
from rongshu.search.indexing.duties import INDEXER
from rongshu.search.queries.searching import Reader, SearchQuery, search
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    settings.PUBLISHED_FOLDER = tmp_path / "www"
    settings.MANIFEST_FOLDER = tmp_path / "manifests"
    return make_world()


@pytest.fixture
def partner(world: World) -> Partner:
    return make_partner(world.operator, world.notices)


@pytest.fixture
def foreign(world: World, partner: Partner) -> Resource:
    return foreign_article(world, partner)


def test_its_page_names_the_origin_and_leads_there(world: World, foreign: Resource) -> None:
    own = world.article(world.news)
    world.publish()

    page = world.page(world.portal, foreign).read_text()
    assert "原文：" in page
    assert ">示例市教育局</a>" in page
    assert f'<link rel="canonical" href="{ORIGINAL}">' in page
    ours = world.page(world.portal, own).read_text()
    assert "原文：" not in ours
    assert f'<link rel="canonical" href="{world.portal.base_url}' in ours


def test_lists_say_of_each_entry_whose_it_is(world: World, foreign: Resource) -> None:
    world.article(world.news)
    world.publish()

    rows = world.file(world.portal, "/news/index.html").read_text().split("<li>")
    [row] = [row for row in rows if "转自 示例市教育局" in row]
    assert f"/a/{foreign.address}.html" in row


def test_the_home_page_says_it_in_every_block(world: World, foreign: Resource) -> None:
    kinds = ("headline", "topics", "column-list", "column-tabs", "services", "institutions")
    change_blocks(
        actor=world.operator,
        site=world.portal,
        blocks=[BlockSetting(key=kind, kind=kind, title="示范", columns=("/news",)) for kind in kinds],
    )
    world.publish()

    page = world.file(world.portal, "/index.html").read_text()
    for kind in kinds:
        block = page.partition(f'id="block-{kind}"')[2].partition("</section>")[0]
        assert block.count("转自 示例市教育局") == 1, kind


@pytest.mark.parametrize("presentation", ["leader", "institution", "topic"])
def test_pages_of_other_types_name_the_origin(world: World, foreign: Resource, presentation: str) -> None:
    ResourceType.objects.filter(pk=foreign.type_id).update(presentation=presentation)
    world.publish()

    page = world.page(world.portal, foreign).read_text()
    assert f'data-page="{presentation}"' in page
    assert "原文：" in page
    assert f'<link rel="canonical" href="{ORIGINAL}">' in page


def test_a_link_that_is_no_page_is_not_one(world: World, foreign: Resource) -> None:
    ForeignResource.objects.update(header={"owner": {"name": "示例市教育局"}, "url": "javascript:alert(1)"})
    world.publish()

    page = world.page(world.portal, foreign).read_text()
    assert "<span>原文：示例市教育局</span>" in page
    assert "javascript:alert" not in page


def test_the_library_says_why_it_is_read_only(
    world: World, foreign: Resource, console_client: ConsoleClient
) -> None:
    page = sign_in(console_client, world.operator)
    own = world.effective()
    shown = page.get(reverse("library-resource", args=[foreign.pk])).text
    assert "由“示例市教育局”在另一节点发布" in shown
    assert "在另一节点发布" not in page.get(reverse("library-resource", args=[own.pk])).text


def test_the_newsroom_begins_no_change_of_it(world: World, foreign: Resource) -> None:
    with pytest.raises(ResourceOfOtherNode):
        open_draft(actor=world.operator, resource=foreign)
    assert not Draft.objects.exists()


def test_the_search_says_whose_it_is_and_narrows_by_it(
    world: World, partner: Partner, foreign: Resource, settings: Any, tmp_path: Path
) -> None:
    settings.SEARCH_FOLDER = tmp_path / "search"
    own = world.article(world.news)
    INDEXER.abandon()
    while number_events() or advance_all() or INDEXER.run_once():
        pass
    reader, query = Reader(site=world.portal.pk), SearchQuery(text="示范通知", facets=("origin",))
    found = search(reader, query)
    narrowed = search(reader, replace(query, chosen={"origin": (partner.pk.hex,)}))
    INDEXER.abandon()

    origins = {hit.id: hit.origin for hit in found.hits if hit.kind == "resource"}
    assert origins == {f"resource:{foreign.pk}": "示例市教育局", f"resource:{own.pk}": ""}
    assert {(one.label, one.count) for one in found.facets["origin"]} == {(partner.name, 1), ("本平台", 1)}
    assert [hit.id for hit in narrowed.hits] == [f"resource:{foreign.pk}"]


def test_a_node_behind_a_hub_is_called_after_its_region(
    world: World, partner: Partner, foreign: Resource
) -> None:
    behind, nobody = new_id(), new_id()
    header = {"owner": {"name": "示例县教育局", "region_name": "示例县"}, "url": ""}
    ForeignResource.objects.update(origin_node=behind, header=header)
    assert names_of_origins([partner.pk, behind, nobody]) == {partner.pk: partner.name, behind: "示例县"}


def test_columns_may_select_by_origin(world: World, partner: Partner, foreign: Resource) -> None:
    world.article(world.news)
    found = effective_matching({"origins": [str(partner.pk)]})
    assert [one.pk for one in found] == [foreign.pk]
