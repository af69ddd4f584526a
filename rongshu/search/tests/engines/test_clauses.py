"""What each clause finds and how it scores, the same in every engine."""

from __future__ import annotations

import pytest

from rongshu.search.engines import clauses
from rongshu.search.engines.clauses import (
    All,
    Best,
    Boost,
    Clause,
    Constant,
    Everything,
    Nothing,
    OneOf,
    Phrase,
    Prefix,
    Range,
    Term,
    Without,
)
from rongshu.search.engines.port import Engine
from rongshu.search.tests.engines.asking import ask, found, names, score

EVERY = {"fund", "loan", "old-loan", "school", "news", "empty"}
FUND = Term("title_words", "公积金")
LOAN = Term("title_words", "贷款")
HOUSE = Term("body_pairs", "住房")


def characters(text: str, field: str = "body_characters", slop: int = 0) -> Phrase:
    return Phrase(field, tuple(text), slop)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (FUND, {"fund", "loan", "old-loan"}),
        (Term("title_words", "公积"), set()),
        (Term("site", "county"), {"old-loan", "news"}),
        (Term("number", "示政发〔2023〕8号"), {"loan"}),
        (Phrase("title_words", ("住房", "公积金")), {"fund", "loan", "old-loan"}),
        (Phrase("title_words", ("公积金", "住房")), set()),
        (Phrase("title_words", ("贷款",)), {"loan", "old-loan"}),
        (characters("房公积"), {"fund"}),
        (characters("住房公积金账户"), {"fund"}),
        (characters("户公"), set()),
        (characters("教育入学", "title_characters"), {"school"}),
        (Phrase("title_words", ("住房", "提取"), slop=1), {"fund"}),
        (Phrase("title_words", ("住房", "提取"), slop=0), set()),
        (Prefix("title_words", "公"), {"fund", "loan", "old-loan"}),
        (Prefix("number", "示政发〔20"), {"loan", "old-loan"}),
        (OneOf("organization", ("education", "office")), {"school", "news"}),
        (OneOf("organization", ("nobody",)), set()),
        (OneOf("organization", ()), set()),
        (OneOf("id", ("resource:fund", "resource:nobody")), {"fund"}),
        (Range("published", at_least=1_700_000_000), {"fund", "school", "news"}),
        (Range("published", at_least=1_680_000_000, below=1_700_000_000), {"loan"}),
        (Range("authority", below=1), {"empty"}),
        (Range("authority"), EVERY),
        (All((FUND, LOAN)), {"loan", "old-loan"}),
        (All((FUND,)), {"fund", "loan", "old-loan"}),
        (All(()), EVERY),
        (clauses.Any((LOAN, HOUSE)), {"loan", "old-loan", "fund", "school", "news"}),
        (clauses.Any((FUND, LOAN, HOUSE), minimum=2), {"loan", "old-loan", "fund"}),
        (clauses.Any((FUND, LOAN), minimum=3), set()),
        (clauses.Any(()), set()),
        (clauses.Any((LOAN,), minimum=0), EVERY),
        (All((clauses.Any((LOAN,), minimum=0),)), EVERY),
        (All((FUND, clauses.Any((LOAN,), minimum=0))), {"fund", "loan", "old-loan"}),
        (Best((LOAN, HOUSE)), {"loan", "old-loan", "fund", "school", "news"}),
        (Best(()), set()),
        (Without(FUND, Term("validity", "abolished")), {"fund", "loan"}),
        (Without(Everything(), FUND), {"school", "news", "empty"}),
        (Without(FUND, Everything()), set()),
        (Constant(FUND, 7.0), {"fund", "loan", "old-loan"}),
        (Boost(FUND, 3.0), {"fund", "loan", "old-loan"}),
        (Everything(), EVERY),
        (Nothing(), set()),
        (clauses.Any((Nothing(), LOAN)), {"loan", "old-loan"}),
        (All((Nothing(), LOAN)), set()),
    ],
)
def test_a_clause_finds(small: Engine, clause: Clause, expected: set[str]) -> None:
    assert found(small, clause) == expected
    assert ask(small, clause, limit=0).total == len(expected)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (Everything(), 1.0),
        (OneOf("organization", ("housing",)), 1.0),
        (OneOf("site", ("province", "city")), 1.0),
        (Term("organization", "housing"), 1.0),
        (Range("published", at_least=1), 1.0),
        (Prefix("title_words", "公"), 1.0),
        (Constant(FUND, 7.0), 7.0),
        (Constant(FUND, 0.0), 0.0),
        (Boost(Constant(FUND, 7.0), 0.5), 3.5),
        (clauses.Any((Constant(FUND, 2.0),), minimum=0), 2.0),
        (clauses.Any((Constant(LOAN, 2.0),), minimum=0), 0.0),
        (Boost(Boost(Everything(), 2.0), 3.0), 6.0),
        (All((Constant(FUND, 2.0), Constant(HOUSE, 0.5))), 2.5),
        (clauses.Any((Constant(FUND, 2.0), Constant(HOUSE, 0.5), Constant(LOAN, 9.0))), 2.5),
        (All((Constant(FUND, 2.0), clauses.Any((Constant(LOAN, 9.0), Constant(HOUSE, 1.0)), 0))), 3.0),
        (Best((Constant(FUND, 2.0), Constant(HOUSE, 1.0))), 2.0),
        (Best((Constant(FUND, 2.0), Constant(HOUSE, 1.0)), tie=0.5), 2.5),
        (Without(Constant(FUND, 4.0), LOAN), 4.0),
        (Constant(Boost(FUND, 3.0), 1.5), 1.5),
    ],
)
def test_a_clause_scores(small: Engine, clause: Clause, expected: float) -> None:
    assert score(small, clause, "fund") == pytest.approx(expected, rel=1e-5)


def test_bm25_of_terms_adds_up(small: Engine) -> None:
    alone = score(small, FUND, "loan"), score(small, LOAN, "loan")
    assert min(alone) > 0
    assert score(small, All((FUND, LOAN)), "loan") == pytest.approx(sum(alone), rel=1e-4)
    assert score(small, Boost(FUND, 2.5), "loan") == pytest.approx(2.5 * alone[0], rel=1e-4)


def test_a_rarer_word_weighs_more_and_a_longer_title_less(small: Engine) -> None:
    assert score(small, LOAN, "loan") > score(small, FUND, "loan")
    house = Term("title_words", "住房")
    assert score(small, house, "fund") == pytest.approx(score(small, house, "loan"), rel=1e-4)
    assert score(small, house, "news") < score(small, house, "loan")


def test_bm25_is_the_published_formula(small: Engine) -> None:
    # 2 of 6 documents, once in 5 words of 25 in all; five titles hold words, OpenSearch counts only those.
    from math import log  # noqa: PLC0415

    def formula(documents: int) -> float:
        inverse = log(1 + (documents - 2 + 0.5) / (2 + 0.5))
        return inverse * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / (26 / documents)))

    least, most = sorted((formula(5), formula(6)))
    assert least * 0.99 <= score(small, LOAN, "loan") <= most * 1.01


def test_what_is_excluded_does_not_score(small: Engine) -> None:
    clause = Without(LOAN, Term("body_pairs", "核定"))
    assert names(ask(small, clause)) == ["old-loan"]
    assert score(small, clause, "old-loan") == pytest.approx(score(small, LOAN, "old-loan"), rel=1e-5)
