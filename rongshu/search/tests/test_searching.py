"""Searching as a page does it: places, snippets, facets, folding, and nothing that was recalled."""

from __future__ import annotations

from django.core.management import call_command

from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.queries.texts import plain
from rongshu.search.snippets import Highlighter
from rongshu.search.tests.province import ask


def test_a_result_says_where_it_is_and_why(world: World) -> None:
    world.article(
        world.news,
        world.bureau_news,
        title="住房公积金提取办法",
        body_html="<h2>第一章</h2><p>职工购买自住住房的，可以提取住房公积金。</p><p>其他规定&lt;略&gt;。</p>",
    )
    index_pending()
    results = ask(world, "公积金 提取", facets=("site", "type", "year"))
    hit = results.hits[0]
    assert results.total == 1
    assert "<mark>" in hit.title_html
    assert "公积金</mark>" in hit.snippet_html
    assert "&lt;略&gt;" in hit.snippet_html
    assert hit.url.startswith("/a/")
    assert [one.site_name for one in hit.also_on] == ["示范省教育厅"]
    assert hit.also_on[0].url.startswith("http")
    assert hit.organization == "示范省教育厅"
    assert {(one.label, one.count) for one in results.facets["site"]} == {
        ("示范省人民政府", 1),
        ("示范省教育厅", 1),
    }
    assert [one.value for one in results.facets["year"]] == ["2021"]


_COPIED = "".join(
    f"<p>职工办理第{number}项业务时应当如实填写申请材料。</p>" for number in "一二三四五六七八九十"
)


def test_copies_of_a_text_are_folded_into_one(world: World) -> None:
    world.article(world.news, title="住房公积金提取问答", body_html=_COPIED)
    world.article(world.bureau_news, title="住房公积金提取问答", body_html=f"{_COPIED}<p>来源：本站</p>")
    world.article(world.bureau_news, title="住房公积金提取问答（续）", body_html=_COPIED)
    index_pending()

    hits = ask(world, "公积金提取问答").hits

    assert [plain(hit.title_html) for hit in hits] == ["住房公积金提取问答", "住房公积金提取问答（续）"]
    assert [one.site_name for one in hits[0].also_on] == ["示范省教育厅"]


def test_publishing_by_the_command_brings_the_index_along(world: World) -> None:
    world.article(title="住房公积金提取办法")
    call_command("publish")

    assert ask(world, "公积金").total == 1


def test_an_article_stands_before_a_column_of_the_same_name(world: World) -> None:
    world.article(title="本周省内要闻简报汇编")
    index_pending()

    assert [hit.kind for hit in ask(world, "要闻").hits][:2] == ["resource", "column"]


def test_a_scope_keeps_to_the_site(world: World) -> None:
    world.article(world.news, title="关于门户的材料")
    world.article(world.bureau_news, title="关于教育厅的材料")
    index_pending()
    assert ask(world, "材料", scope="all").total == 2
    assert ask(world, "材料", scope="province").total == 2
    assert ask(world, "材料", scope="site").total == 1


def test_a_recalled_resource_is_not_shown_even_before_the_index_knows(world: World) -> None:
    resource = world.article(title="关于即将撤回的材料")
    world.article(title="关于留下的材料")
    index_pending()
    assert ask(world, "材料").total == 2
    withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    results = ask(world, "材料")
    assert [hit.title_html.replace("<mark>", "").replace("</mark>", "") for hit in results.hits] == [
        "关于留下的材料"
    ]
    assert results.total == 1


def test_what_is_chosen_in_a_facet_narrows(world: World) -> None:
    world.article(title="关于一件事的材料", theme_code="11")
    index_pending()
    assert ask(world, "材料", chosen={"type": ("article",)}, facets=("type",)).total == 1
    results = ask(world, "材料", chosen={"type": ("leader",)}, facets=("type",))
    assert results.total == 0
    assert [(one.value, one.count, one.is_chosen) for one in results.facets["type"]] == [
        ("article", 1, False),
        ("leader", 0, True),
    ]


def test_within_results_every_word_is_wanted(world: World) -> None:
    world.article(title="关于春季防火的材料")
    world.article(title="关于夏季防汛的材料")
    index_pending()
    assert ask(world, "材料", within="防汛").total == 1
    assert ask(world, "材料", within="防汛 防火").total == 0


def test_the_snippet_is_where_most_words_stand_and_is_escaped() -> None:
    highlighter = Highlighter(["公积金", "提取"])
    text = "公积金概况。" + "无关的句子。" * 60 + "<b>公积金</b>提取<script>材料如下。" + "尾声。" * 50
    snippet = highlighter.snippet(text)
    assert "提取</mark>" in snippet
    assert "<script>" not in snippet
    assert "&lt;b&gt;<mark>公积金</mark>" in snippet
    assert Highlighter([]).snippet(text).startswith("公积金概况")
