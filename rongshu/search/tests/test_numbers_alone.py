"""47号文: what bears the number, the newest and of the highest authority first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rongshu.search.documents import SearchDocument
from rongshu.search.engines.clauses import Everything
from rongshu.search.engines.port import Engine, EngineRequest
from rongshu.search.evaluating import Collection, scratch_engine
from rongshu.search.ranking import Situation, find
from rongshu.search.understanding import seeded, understand

_TODAY = date(2026, 1, 1)
_NUMBERED = {
    "city-2017": ("示市发〔2017〕47号", "2017-06-01", 30, "990100"),
    "nation-2017": ("示办发〔2017〕47号", "2017-06-01", 60, "000000"),
    "city-2024": ("示市发〔2024〕47号", "2024-03-01", 30, "990100"),
    "other-2025": ("示市发〔2025〕147号", "2025-12-01", 60, "990100"),
}
_TELLING = "关于贯彻47号文的通知：47号文解读，47号文47号文"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    documents = [
        SearchDocument(
            id=id_, kind="text", type="policy-document", title="关于印发示范办法的通知", body="示范正文。",
            document_numbers=(number,), authority=authority, regions=(region,),
            published_at=datetime.fromisoformat(day).replace(tzinfo=UTC),
        )
        for id_, (number, day, authority, region) in _NUMBERED.items()
    ]  # fmt: skip
    newest = datetime(2025, 12, 31, tzinfo=UTC)
    telling = SearchDocument(
        id="telling", kind="resource", title=_TELLING, body=_TELLING, published_at=newest, authority=60
    )
    with scratch_engine(Collection((*documents, telling), {}, {})) as made:
        yield made


def _found(engine: Engine, question: str) -> list[str]:
    vocabulary = replace(seeded(), regions={"示范市": "990100"})
    understood = understand(question, vocabulary, _TODAY)
    request = EngineRequest(clause=Everything())
    return [one.id for one in find(engine, understood, Situation(today=_TODAY), request).answer.hits]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("47号文", ["city-2024", "nation-2017", "city-2017", "telling"]),
        ("请问47号文件", ["city-2024", "nation-2017", "city-2017", "telling"]),
        ("2017 47号", ["nation-2017", "city-2017", "city-2024", "telling"]),
        ("2017年47号文", ["nation-2017", "city-2017", "city-2024", "telling"]),
        ("示范市47号文", ["city-2024", "city-2017", "nation-2017"]),
        ("示办发47号", ["nation-2017"]),
    ],
)
def test_what_bears_the_number_comes_first(engine: Engine, question: str, first: list[str]) -> None:
    assert _found(engine, question)[: len(first)] == first


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("文号:示市发", {"city-2017", "city-2024", "other-2025"}),
        ("文号:示市发2024", {"city-2024"}),
        ("文号:〔2017〕47", {"city-2017", "nation-2017"}),
        ("文号:第47号文", {"city-2017", "city-2024", "nation-2017"}),
        ("文号:无此发", set()),
    ],
)
def test_a_number_is_found_by_what_is_known_of_it(engine: Engine, typed: str, found: set[str]) -> None:
    assert set(_found(engine, typed)) == found
