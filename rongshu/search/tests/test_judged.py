"""The gate: the search may not find our own texts worse than recorded (nDCG@10, pooled, by at most 0.02)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest

from rongshu.search.engines.port import Engine
from rongshu.search.evaluating import (
    Collection,
    evaluate,
    pairs_alone,
    scratch_engine,
    the_product,
)
from rongshu.search.tests.judged_set import FOLDER, finds, judged_set, neighbours

# Every kind of question that the search claims to understand has its questions.
CLASSES: Final = {
    "date", "document", "exclude", "initials", "lay", "number", "old-name", "phrase", "pinyin", "region",
    "short", "short-form", "spoken", "synonym", "traditional", "typo", "who", "within", "year",
}  # fmt: skip
_TOLERATED: Final = 0.02


@pytest.fixture(scope="module")
def judged() -> Collection:
    return judged_set()


@pytest.fixture(scope="module")
def engine(judged: Collection) -> Iterator[Engine]:
    with scratch_engine(judged) as made:
        yield made


def test_the_judged_set_has_every_class_of_questions(judged: Collection) -> None:
    assert len(judged.documents) >= 200
    assert len(judged.questions) >= 150
    assert set(judged.classes.values()) == CLASSES
    known = {document.id for document in judged.documents}
    assert all(set(answers) <= known for answers in judged.judged.values())


def test_the_search_finds_as_well_as_recorded(judged: Collection, engine: Engine) -> None:
    recorded = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
    figures = evaluate(judged, engine, the_product())

    assert figures.ndcg_at_10 >= recorded["ndcg@10"] - _TOLERATED, figures.as_json()


def test_understanding_is_worth_it(judged: Collection, engine: Engine) -> None:
    assert evaluate(judged, engine, the_product()).ndcg_at_10 > (
        evaluate(judged, engine, pairs_alone).ndcg_at_10 + 0.1
    )


@pytest.mark.parametrize("name", ["number", "phrase", "exclude"])
def test_what_is_said_exactly_is_found_exactly(judged: Collection, engine: Engine, name: str) -> None:
    assert evaluate(judged.of_class(name), engine, the_product()).ndcg_at_10 > 0.95


def test_each_pair_of_neighbouring_characters_of_a_title_finds_it(judged: Collection, engine: Engine) -> None:
    for document in judged.documents[::4]:
        for pair in neighbours(document.title):
            assert finds(engine, pair, document), (pair, document.title)
