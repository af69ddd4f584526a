"""Searching an installation by what queries mean: corrections, names, pins, blocks and the editors' words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.models import AuditRecord
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.actions.keep_promotions import PromotionWish, keep_promotion, remove_promotion
from rongshu.search.actions.keep_vocabulary import (
    checked_entry,
    keep_vocabulary_entry,
    remove_vocabulary_entry,
)
from rongshu.search.engines.port import Sort
from rongshu.search.errors import VocabularyMalformed
from rongshu.search.models import Promotion, VocabularyEntry
from rongshu.search.queries.searching import Reader, Results, SearchQuery, search, search_with
from rongshu.search.queries.texts import plain
from rongshu.search.queries.vocabulary import vocabulary_of, with_entries
from rongshu.search.tests.province import ask
from rongshu.search.understanding.understand import HINT_NUMBER


def _titles(results: Results) -> list[str]:
    return [plain(hit.title_html) for hit in results.hits]


@pytest.fixture
def two(world: World) -> World:
    world.article(title="住房公积金提取办法")
    world.article(title="城市供热条例")
    index_pending()
    return world


def test_mistakes_are_corrected_by_titles_of_the_index(two: World) -> None:
    meant = {
        "公鸡金提取": "公积金提取",
        "城市供热条列": "城市供热条例",
        "城市供热例": "城市供热条例",
        "城市市供热条例": "城市供热条例",
    }
    assert {typed: ask(two, typed).did_you_mean for typed in meant} == meant


def test_a_mistaken_word_is_corrected_where_no_title_says_the_whole(two: World) -> None:
    meant = {"公鸡金转移条件": "公积金转移条件", "公鸡金怎么办理": "公积金怎么办理", "公积金转移": ""}
    assert {typed: ask(two, typed).did_you_mean for typed in meant} == meant


def test_a_short_name_is_corrected_though_its_pairs_of_characters_stand_somewhere(two: World) -> None:
    for number in range(4):
        text = "<p>法人设立登记由住房和城乡建设厅电话受理，电话公布在各窗口，人设不限。</p>"
        two.article(title=f"窗口须知之{number}", body_html=text)
    two.article(title="示范省人力资源和社会保障厅机构职能")
    index_pending()
    meant = {"人设厅电话": "人社厅电话", "人设厅": "人社厅", "人社厅电话": "", "法人设立": ""}
    assert {typed: ask(two, typed).did_you_mean for typed in meant} == meant


def test_former_names_of_departments_lead_to_what_the_present_ones_publish(world: World) -> None:
    world.article(title="教育和体育委员会工作要点")
    index_pending()
    assert ask(world, "教育厅 工作要点", sort=Sort.NEWEST).total == 0
    rename_organization(actor=Clock(), organization=world.library.education, name="示范省教育和体育委员会")
    assert _titles(ask(world, "教育厅 工作要点", sort=Sort.NEWEST)) == ["教育和体育委员会工作要点"]
    assert "示范省教育和体育委员会" in vocabulary_of(None).variants["示范省教育厅"]


def test_an_unknown_number_is_said_to_be_unknown(two: World) -> None:
    unknown, known = ask(two, "示政发〔2026〕8号 供热").understood, ask(two, "供热").understood
    in_part = ask(two, "示政发8号 供热").understood
    assert in_part is not None and in_part.hint == HINT_NUMBER  # noqa: PT018
    assert unknown is not None and unknown.hint == HINT_NUMBER  # noqa: PT018 - for the types
    assert known is not None and known.hint == ""  # noqa: PT018


def test_pinyin_is_heard_rather_than_corrected(two: World) -> None:
    results = ask(two, "gongjijin")
    assert (results.heard, results.did_you_mean, results.total) == ("公积金", "", 1)


def test_nothing_is_corrected_without_reason(two: World) -> None:
    for typed in ("城市供热条例", "公积金", "量子计算机", "()*.", "a"):
        assert ask(two, typed).did_you_mean == "", typed


def test_each_way_of_asking_finds(two: World) -> None:
    for typed in ("gjj", "gongjijin tiqu", "暖气", "住房公積金", "标题:供热", '"供热条例"'):
        results = ask(two, typed)
        assert results.total == 1, typed
        assert results.hits[0].title_html, typed


def test_words_that_say_nothing_find_nothing_by_themselves(two: World) -> None:
    two.article(title="请问怎么看待这项工作？可以怎么做？")
    index_pending()

    assert _titles(ask(two, "请问可以怎么提取公积金呀？")) == ["住房公积金提取办法"]


def test_in_a_sentence_a_phrase_alone_is_enough(two: World) -> None:
    assert _titles(ask(two, "“供热条例”的用途具体包含哪些？")) == ["城市供热条例"]


def test_what_is_excluded_is_not_found(two: World) -> None:
    assert _titles(ask(two, "办法 -住房")) == []
    assert ask(two, "站点:不存在的站").total == 0
    assert ask(two, "站点:示范省人民政府 供热").total == 1


def test_what_says_nothing_finds_nothing_and_helps(two: World) -> None:
    for typed in ("😀", "？？", "\u200b"):
        results = ask(two, typed)
        assert results.total == 0, typed
        assert results.understood is not None, typed
        assert results.understood.hint, typed


def test_words_of_editors_take_effect_at_once_and_end_with_them(two: World) -> None:
    assert ask(two, "热乎费").total == 0
    entry = keep_vocabulary_entry(
        actor=two.operator, kind="one-way", words=["热乎费"], leads_to=["供热"], note="俗称"
    )
    assert _titles(ask(two, "热乎费")) == ["城市供热条例"]
    remove_vocabulary_entry(actor=two.operator, entry=entry)
    assert ask(two, "热乎费").total == 0
    said = AuditRecord.objects.filter(action__startswith="search.vocabulary").order_by("at")
    assert [row.action for row in said] == ["search.vocabulary-kept", "search.vocabulary-removed"]


def test_the_effect_of_words_can_be_tried_before(two: World) -> None:
    tried = with_entries(
        vocabulary_of(two.portal.pk), [checked_entry(kind="one-way", words=["热乎费"], leads_to=["供热"])]
    )
    reader = Reader(site=two.portal.pk)

    assert search_with(reader, SearchQuery(text="热乎费"), tried).total == 1
    assert search(reader, SearchQuery(text="热乎费")).total == 0
    assert not VocabularyEntry.objects.exists()


def test_words_that_can_not_be_kept_say_why(world: World) -> None:
    wrong: list[tuple[str, list[str], str]] = [
        ("synonyms", ["一个"], "words"),
        ("one-way", ["甲"], "leads_to"),
        ("stop", [], "words"),
        ("other", ["甲", "乙"], "kind"),
        ("synonyms", ["甲" * 31, "乙"], "words"),
    ]
    for kind, words, field in wrong:
        with pytest.raises(VocabularyMalformed) as refused:
            keep_vocabulary_entry(actor=world.operator, kind=kind, words=words, leads_to=[])
        assert field in refused.value.fields
        assert not VocabularyEntry.objects.exists()


def test_a_pinned_document_stands_first_and_a_blocked_one_nowhere(two: World) -> None:
    heating = ask(two, "供热").hits[0].id
    pin = keep_promotion(
        actor=two.operator, wish=PromotionWish(kind="pin", queries=["公积金"], document=heating)
    )
    assert _titles(ask(two, "公积金")) == ["城市供热条例", "住房公积金提取办法"]
    assert _titles(ask(two, "公积金提取")) == ["住房公积金提取办法"]
    remove_promotion(actor=two.operator, promotion=pin)
    keep_promotion(actor=two.operator, wish=PromotionWish(kind="block", document=heating))
    assert _titles(ask(two, "公积金")) == ["住房公积金提取办法"]
    assert _titles(ask(two, "供热")) == []


def test_a_promotion_has_its_days(two: World, travel: Callable[[timedelta], None]) -> None:
    heating = ask(two, "供热").hits[0]
    today = heating.published_on
    assert today is not None
    keep_promotion(
        actor=two.operator,
        wish=PromotionWish(kind="block", queries=["供热"], document=heating.id, ends_on=today),
    )
    # It was published in 2021: those days are over.
    assert _titles(ask(two, "供热")) == ["城市供热条例"]


def test_a_best_bet_leads_to_a_page_only(world: World) -> None:
    for url in ("javascript:alert(1)", "//elsewhere.example", "", "ftp://x"):
        wish = PromotionWish(kind="best-bet", queries=["供热"], title="热线", url=url)
        with pytest.raises(VocabularyMalformed) as refused:
            keep_promotion(actor=world.operator, wish=wish)
        assert "url" in refused.value.fields
        assert not Promotion.objects.exists()


def test_who_does_not_manage_the_search_changes_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        keep_vocabulary_entry(actor=world.library.writer, kind="stop", words=["通知"])
    with pytest.raises(NotAllowed):
        keep_promotion(
            actor=world.library.writer,
            wish=PromotionWish(kind="pin", queries=["供热"], document="resource:1"),
        )
    assert not VocabularyEntry.objects.exists()
    assert not Promotion.objects.exists()
