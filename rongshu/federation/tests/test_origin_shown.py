"""What another node owns is shown as if it were ours, with its origin, and can't be changed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.tests.console_samples import make_partner
from rongshu.foundation.consumers import advance_all
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.sequencer import number_events
from rongshu.library.errors import ResourceOfOtherNode
from rongshu.library.models import Resource, SourceApp
from rongshu.library.queries import effective_matching
from rongshu.newsroom.actions.begin_draft import open_draft
from rongshu.newsroom.models import Draft
from rongshu.publishing.tests.world import World, make_world
from rongshu.search.indexing.duties import INDEXER
from rongshu.search.queries.searching import Reader, SearchQuery, search


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
    """A resource of 示例市 that stands on the portal."""
    SourceApp.objects.get_or_create(code="federation", defaults={"name": "资源联通", "adapter": "federation"})
    resource = world.article(
        world.news, id=new_id(), origin_node=partner.pk, origin_version=3, source_app="federation"
    )
    ForeignResource.objects.create(
        resource=resource, origin_node=partner.pk, origin_version=3, kind="upsert", digest="",
        partner=partner, header={
            "owner": {"name": "示例市教育局", "code": "", "region": ""},
            "url": "https://node.shili.localhost/-/federation/v1/pages/1",
        },
    )  # fmt: skip
    return resource


def test_its_page_names_the_origin_and_leads_there(world: World, foreign: Resource) -> None:
    own = world.article(world.news)
    world.publish()

    page = world.page(world.portal, foreign).read_text()
    assert "原文：" in page
    assert ">示例市教育局</a>" in page
    assert "原文：" not in world.page(world.portal, own).read_text()


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


def test_the_search_says_whose_it_is(world: World, foreign: Resource, settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_FOLDER = tmp_path / "search"
    own = world.article(world.news)
    INDEXER.abandon()
    while number_events() or advance_all() or INDEXER.run_once():
        pass
    found = search(Reader(site=world.portal.pk), SearchQuery(text="示范通知"))
    INDEXER.abandon()
    origins = {hit.id: hit.origin for hit in found.hits if hit.kind == "resource"}
    assert origins == {f"resource:{foreign.pk}": "示例市教育局", f"resource:{own.pk}": ""}


def test_columns_may_select_by_origin(world: World, partner: Partner, foreign: Resource) -> None:
    world.article(world.news)
    found = effective_matching({"origins": [str(partner.pk)]})
    assert [one.pk for one in found] == [foreign.pk]
