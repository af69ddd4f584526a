"""Facets, filters, sorting, paging, explanations: the same in every engine."""

from __future__ import annotations

import pytest

from rongshu.search.engines import clauses
from rongshu.search.engines.clauses import All, Everything, OneOf, Range, Term
from rongshu.search.engines.port import WINDOW, Engine, EngineRequest, Sort
from rongshu.search.errors import BeyondWindow, CursorUnknown
from rongshu.search.tests.engines.asking import ask, found, names
from rongshu.search.tests.engines.conftest import EngineMaker
from rongshu.search.tests.engines.corpus import document, fill, generated

FUND = Term("title_words", "公积金")


@pytest.fixture(scope="module")
def large(new_engine: EngineMaker) -> Engine:
    engine = new_engine()
    fill(engine, generated(400))
    return engine


def test_facets_count_what_was_found(small: Engine) -> None:
    answer = ask(small, FUND, facets=("site", "year", "theme"))
    assert answer.facets["site"] == (("city", 3), ("county", 1), ("province", 1))
    assert answer.facets["theme"] == (("housing", 2), ("finance", 1))
    assert dict(answer.facets["year"]) == {"2010": 1, "2023": 1, "2024": 1}


def test_a_facet_ignores_its_own_choice_and_heeds_the_others(small: Engine) -> None:
    chosen = (OneOf("site", ("county",)), OneOf("type", ("policy", "guide")))
    answer = ask(small, Everything(), chosen=chosen, facets=("site", "type", "year"))
    assert names(answer) == ["old-loan"]
    assert answer.total == 1
    assert dict(answer.facets["site"]) == {"city": 3, "province": 1, "county": 1}
    assert dict(answer.facets["type"]) == {"policy": 1, "article": 1}
    assert dict(answer.facets["year"]) == {"2010": 1}


def test_filters_narrow_facets_and_do_not_score(small: Engine) -> None:
    narrowed = ask(small, FUND, filters=(OneOf("site", ("county",)),), facets=("site",))
    assert names(narrowed) == ["old-loan"]
    assert dict(narrowed.facets["site"]) == {"city": 1, "county": 1}
    whole = {hit.id: hit.score for hit in ask(small, FUND).hits}
    assert narrowed.hits[0].score == pytest.approx(whole["resource:old-loan"], rel=1e-5)


def test_several_filters_all_count(small: Engine) -> None:
    filters = (Range("published", at_least=1_600_000_000), clauses.Any((Term("site", "county"),)))
    assert found(small, Everything(), filters=filters) == {"news"}


def test_a_limit_of_nothing_only_counts(small: Engine) -> None:
    answer = ask(small, FUND, limit=0, facets=("type",))
    assert (answer.hits, answer.total, answer.next) == ((), 3, None)
    assert dict(answer.facets["type"]) == {"policy": 2, "guide": 1}


def test_facets_of_nothing_are_empty(small: Engine) -> None:
    answer = ask(small, Term("title_words", "没有"), facets=("site",))
    assert (answer.total, answer.facets["site"]) == (0, ())


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.NEWEST, ["news", "school", "fund", "loan", "old-loan", "empty"]),
        (Sort.OLDEST, ["empty", "old-loan", "loan", "fund", "school", "news"]),
    ],
)
def test_sorted_by_time(small: Engine, sort: Sort, expected: list[str]) -> None:
    assert names(ask(small, Everything(), sort=sort)) == expected
    assert names(ask(small, Everything(), sort=sort, limit=2)) == expected[:2]


def test_hits_carry_what_was_stored(small: Engine) -> None:
    assert ask(small, Term("type", "guide")).hits[0].source == {"title": "住房公积金提取办事指南"}
    assert small.documents(["resource:loan", "resource:nobody"]) == {
        "resource:loan": {"title": "住房公积金贷款管理办法"}
    }


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("clause", [Everything(), Term("body_pairs", "住房"), Term("body_pairs", "教育")])
def test_pages_hold_every_hit_once_in_order(large: Engine, sort: Sort, clause: clauses.Clause) -> None:
    whole = ask(large, clause, sort=sort, limit=1000)
    assert whole.next is None
    assert len(whole.hits) == whole.total
    paged, after = [], None
    for _ in range(100):
        page = ask(large, clause, sort=sort, limit=37, after=after)
        assert page.total == whole.total
        paged += names(page)
        after = page.next
        if after is None:
            break
    assert paged == names(whole)


def test_paging_keeps_what_was_chosen(large: Engine) -> None:
    chosen = (OneOf("site", ("a", "b")),)
    first = ask(large, Everything(), chosen=chosen, limit=20)
    second = ask(large, Everything(), chosen=chosen, limit=20, after=first.next)
    assert not set(names(first)) & set(names(second))
    assert second.total == first.total == ask(large, OneOf("site", ("a", "b")), limit=0).total


def test_scores_never_rise(large: Engine) -> None:
    hits = ask(large, clauses.Any((Term("body_pairs", "住房"), Term("title_words", "教育"))), limit=400).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "after", ["x", "-0.5", "-1", "99999999999999999999", "WzQsMV0", "é", "\x00", "[" * 999]
)
def test_a_cursor_nobody_wrote_is_refused(small: Engine, after: str) -> None:
    with pytest.raises((CursorUnknown, BeyondWindow)):
        ask(small, Everything(), after=after)


def test_nobody_pages_beyond_the_window(new_engine: EngineMaker) -> None:
    engine = new_engine()
    fill(engine, (document(f"{number:05d}", "通知") for number in range(WINDOW + 5)))
    after = None
    for _ in range(WINDOW // 1000):
        page = ask(engine, Term("title_words", "通知"), limit=1000, after=after)
        after = page.next
    assert page.total == WINDOW + 5
    assert after is None


def test_an_explanation_says_where_the_score_is_from(small: Engine) -> None:
    clause = All((FUND, clauses.Constant(Term("site", "city"), 2.0)))
    hit = small.search(EngineRequest(clause=clause, limit=1, explain=True)).hits[0]
    assert hit.explanation is not None
    assert hit.explanation["value"] == pytest.approx(hit.score, rel=1e-5)
    assert hit.explanation["details"]
    assert ask(small, clause, limit=1).hits[0].explanation is None


def test_frequencies(small: Engine) -> None:
    counted = small.frequencies("title_words", ["住房", "公积金", "没有"])
    assert counted == {"住房": 4, "公积金": 3, "没有": 0}
    assert small.frequencies("title_words", []) == {}
