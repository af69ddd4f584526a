"""What readers may reach is in the index, and nothing else: whatever happens, in whatever order."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from rongshu.foundation import clock, work
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.publishing.tests.deeds import DEEDS, carry_out
from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.engines.choosing import PUBLIC, engine
from rongshu.search.engines.clauses import Phrase
from rongshu.search.engines.port import EngineRequest
from rongshu.search.indexing.building import Build
from rongshu.search.indexing.planning import rebuild_request
from rongshu.search.indexing.verifying import find_drift
from rongshu.search.queries.searching import Reader, SearchQuery, search
from rongshu.search.sources import ids_of_thing, source_named, thing_of
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.change_placement import schedule_placement
from rongshu.sites.actions.change_status import bring_online, take_offline
from rongshu.sites.actions.move_placement import remove_placement


def found(text: str) -> list[str]:
    """Return the titles of the resources in which a text stands, from the index alone."""
    clause = Phrase("title_characters", tuple(text))
    hits = engine(PUBLIC).search(EngineRequest(clause=clause, limit=50)).hits
    return sorted(str(hit.source["title"]) for hit in hits if hit.source["kind"] == "resource")


def test_an_article_is_found_and_a_draft_is_not(world: World) -> None:
    world.article(title="关于公布示范价格的通知")
    world.draft(title="关于尚未批准的通知")
    waiting = world.effective(title="关于没有放到栏目的通知")
    assert index_pending().left == 0
    assert found("公布示范价格") == ["关于公布示范价格的通知"]
    assert found("尚未批准") == []
    assert found("没有放到") == []
    world.place(waiting, world.news)
    index_pending()
    assert found("没有放到") == ["关于没有放到栏目的通知"]


@pytest.mark.requirement("P7-10")
def test_a_recalled_article_leaves_and_a_reinstated_one_returns(world: World) -> None:
    resource = world.article(title="关于公布示范价格的通知")
    index_pending()
    withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    index_pending()
    assert found("公布示范价格") == []
    reinstate_resource(actor=world.operator, resource=resource, reason="已核实")
    index_pending()
    assert found("公布示范价格") == ["关于公布示范价格的通知"]


def test_what_changes_during_a_rebuild_is_as_it_is_now_when_it_serves(world: World) -> None:
    recalled = world.article(title="关于中途撤回的通知")
    world.article(title="关于一直都在的通知")
    index_pending()
    # A build that has read everything, and doesn't serve yet.
    work.enqueue([rebuild_request("演练")])
    build = Build.begun(PUBLIC, "演练")
    while not build.step():
        pass
    build.target.close()
    withdraw_resource(actor=world.operator, resource=recalled, reason="内容有误")
    world.article(title="关于中途发布的通知")
    before = {one.name for one in engine(PUBLIC).generations() if one.is_serving}
    shown = search(Reader(), SearchQuery(text="中途撤回的通知")).hits
    assert all("撤回" not in hit.title_html for hit in shown)  # even before the indexer knows
    index_pending()

    assert {one.name for one in engine(PUBLIC).generations()} == {build.row.generation}
    assert build.row.generation not in before
    assert found("的通知") == ["关于一直都在的通知", "关于中途发布的通知"]
    assert find_drift(PUBLIC).is_none


def test_an_edit_is_found_by_its_new_words_only(world: World) -> None:
    resource = world.article(title="关于旧称的通知")
    index_pending()
    world.edit(resource, title="关于新称的通知")
    index_pending()
    assert found("旧称") == []
    assert found("新称") == ["关于新称的通知"]
    assert engine(PUBLIC).count() == len(list(engine(PUBLIC).ids()))


def test_a_version_a_column_holds_back_is_not_found(world: World) -> None:
    change_column(actor=world.operator, column=world.news, hold_updates=True)
    resource = world.article(title="关于旧称的通知")
    index_pending()
    world.edit(resource, title="关于新称的通知")
    index_pending()
    assert found("新称") == []
    assert found("旧称") == ["关于旧称的通知"]


def test_where_sites_show_different_versions_each_is_found(world: World) -> None:
    change_column(actor=world.operator, column=world.news, hold_updates=True)
    resource = world.article(world.news, world.bureau_news, title="关于旧称的通知")
    index_pending()
    world.edit(resource, title="关于新称的通知")
    index_pending()
    assert found("关于") == ["关于新称的通知", "关于旧称的通知"]
    withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    index_pending()
    assert found("关于") == []


def test_time_takes_an_article_in_and_out(world: World, travel: Any) -> None:
    resource = world.effective(title="关于限时展示的通知")
    placement = world.place(resource, world.news)
    now = clock.now()
    schedule_placement(
        actor=world.operator,
        placement=placement,
        visible_from=now + timedelta(hours=1),
        visible_until=now + timedelta(hours=3),
    )
    index_pending()
    assert found("限时展示") == []
    travel(timedelta(hours=2))
    index_pending()
    assert found("限时展示") == ["关于限时展示的通知"]
    travel(timedelta(hours=2))
    index_pending()
    assert found("限时展示") == []


def test_a_site_that_goes_offline_takes_what_only_it_shows(world: World) -> None:
    world.article(world.bureau_news, title="关于只在教育厅的通知")
    world.article(world.bureau_news, world.news, title="关于两处都有的通知")
    index_pending()
    until = clock.now() + timedelta(days=2)
    take_offline(
        actor=world.operator, site=world.education, reason="升级", notice="系统升级，暂停服务。", until=until
    )
    index_pending()
    assert found("关于") == ["关于两处都有的通知"]
    world.education.refresh_from_db()
    bring_online(actor=world.operator, site=world.education)
    index_pending()
    assert found("关于") == ["关于两处都有的通知", "关于只在教育厅的通知"]


def test_a_removed_placement_is_gone(world: World) -> None:
    resource = world.effective(title="关于撤出栏目的通知")
    placement = world.place(resource, world.news)
    index_pending()
    remove_placement(actor=world.operator, placement=placement, reason="不再适用")
    index_pending()
    assert found("撤出栏目") == []


def test_sites_columns_and_organizations_are_found(world: World) -> None:
    index_pending()
    ids = {one.partition(":")[0] for one in engine(PUBLIC).ids()}
    assert ids == {"site", "column", "organization"}
    assert find_drift(PUBLIC).is_none


@pytest.mark.parametrize("seed", range(4))
def test_after_any_deeds_the_index_is_as_if_made_anew(world: World, travel: Any, seed: int) -> None:
    dice = random.Random(seed)
    index_pending()
    for number in range(6):
        world.article(world.news, title=f"示范文件之{number}")
    for _ in range(24):
        step = (dice.choice(sorted(DEEDS)), dice.randrange(50), dice.randrange(50))
        carry_out(world, travel, step)
        if dice.random() < 0.2:
            index_pending()
    index_pending()
    drift = find_drift(PUBLIC)
    assert drift.is_none, [(thing, _as_indexed(thing), _as_it_is(thing)) for thing in drift.things()]


def _as_indexed(thing: str) -> Any:
    return engine(PUBLIC).documents(ids_of_thing(thing))


def _as_it_is(thing: str) -> Any:
    kind, id_ = thing_of(thing)
    source = source_named(kind)
    return [one.source for one in source.public.load([id_])] if source else None
