"""Pinyin and initials find what the Chinese finds, and say what they were taken for."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.actions.keep_promotions import PromotionWish, keep_promotion
from rongshu.search.queries.answering import direct_answers
from rongshu.search.queries.texts import plain
from rongshu.search.tests.province import ask, reader_of
from rongshu.search.tests.web.conftest import Get
from rongshu.search.understanding.sounds import Sounds

_FUND = "<p>职工可以凭购房合同申请提取住房公积金，由教育厅核对。</p>"


@pytest.fixture
def filled(world: World) -> World:
    """Return texts that speak of the fund, mostly in their bodies, and titles that only sound alike."""
    world.article(title="公积金提取须知", body_html=_FUND)
    for number in range(3):
        world.article(title=f"购房职工须知之{number}", body_html=_FUND)
        world.article(title=f"国家级示范基地名单之{number}")
    index_pending()
    return world


def _titles(world: World, text: str, **given: object) -> list[str]:
    return [plain(hit.title_html) for hit in ask(world, text, **given).hits]


def test_letters_find_what_the_chinese_finds(filled: World) -> None:
    meant = _titles(filled, "公积金")
    assert len(meant) == 4
    for typed in ("gongjijin", "gong ji jin", "GongJiJin", "zhufang gongjijin", "gjj"):
        found = ask(filled, typed)
        assert {plain(hit.title_html) for hit in found.hits[:4]} == set(meant), typed
        assert found.heard.endswith("公积金")
        assert found.did_you_mean == ""
        assert "公积金</mark>" in found.hits[0].title_html
    # What only sounds alike comes after.
    assert [title.startswith("国家级") for title in _titles(filled, "gjj")] == [False] * 4 + [True] * 3
    assert ask(filled, "gjj tiqu").heard == ask(filled, "公积金tiqu").heard == "公积金提取"
    assert ask(filled, "jiaoyuting").heard == "教育厅"
    for typed in ("hello world", "xyz", '"gongjijin"', "标题:gjj", "a", "zzzz zzzz"):
        assert ask(filled, typed).heard == "", typed


def test_the_way_back_leads_to_what_was_typed(filled: World, get: Get) -> None:
    shown = LexborHTMLParser(get("/-/search?q=gongjijin").content)
    assert "已按“公积金”检索" in shown.text()
    back = shown.css(".search-top p.hint a")[0].attributes["href"] or ""
    again = LexborHTMLParser(get(back).content)
    assert "已按" not in again.text()
    # Only titles sound so.
    assert [one.text(strip=True) for one in again.css(".hits h3 a, .hits h2 a")] == ["公积金提取须知"]


def test_what_editors_promote_holds_for_letters_too(filled: World) -> None:
    hidden = ask(filled, "公积金").hits[0].id
    for wish in (
        PromotionWish(kind="block", queries=["公积金"], document=hidden),
        PromotionWish(kind="best-bet", queries=["公积金"], title="办事大厅", url="/services/"),
        PromotionWish(kind="best-bet", queries=["gjj"], title="热线", url="/hotline/"),
    ):
        keep_promotion(actor=filled.operator, wish=wish)
    found = ask(filled, "gjj")
    assert found.heard == "公积金"
    assert hidden not in {hit.id for hit in found.hits}
    answers = direct_answers(reader_of(filled), "gjj", found)
    assert {one.title for one in answers} == {"办事大厅", "热线"}


def test_what_stands_there_as_typed_is_proposed_only(world: World) -> None:
    world.article(title="免费上网的去处", body_html="<p>各馆提供 wangluo 上网服务，网络免费。</p>")
    world.article(title="wangluo 上网须知")
    index_pending()
    found = ask(world, "wangluo")

    assert (found.heard, found.did_you_mean) == ("", "网络")


def test_a_row_of_words_is_the_likeliest_one() -> None:
    sounds = Sounds({"示范": 9, "师范": 2, "省": 5, "教育厅": 3, "市": 1, "饭": 9}, {"教育厅"})

    assert sounds.words(["shi", "fan", "sheng", "jiao", "yu", "ting"]) == ("示范", "省", "教育厅")
    assert sounds.words(("fan", "sheng")) == ()
    assert (sounds.shortened("jyt"), sounds.shortened("sf")) == ("教育厅", "")
