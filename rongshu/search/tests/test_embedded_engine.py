"""The embedded engine alone: generations, readers beside a writer, and what tantivy does silently wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rongshu.search.documents import SearchDocument, prepare
from rongshu.search.engines.clauses import Any, Clause, Everything, OneOf, Phrase, Term
from rongshu.search.engines.embedded import engine as embedded_engine
from rongshu.search.engines.embedded import fields, paging
from rongshu.search.engines.embedded.engine import EmbeddedEngine
from rongshu.search.engines.port import EngineRequest, Sort, Stamp
from rongshu.search.errors import BeyondWindow, EngineUnavailable, GenerationServing
from rongshu.search.ranking import Situation, find
from rongshu.search.schema import FIELDS
from rongshu.search.understanding import seeded, understand

STAMP = Stamp(1, "test")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    made = EmbeddedEngine(str(tmp_path), "public")
    yield made
    made.close()


def _document(number: int, title: str, **values: object) -> SearchDocument:
    at = datetime(2024, 1, 1 + number % 28, tzinfo=UTC)
    return SearchDocument(
        id=f"resource:{number}",
        kind="resource",
        title=title,
        published_at=at,
        source={"n": number},
        **values,  # type: ignore[arg-type]
    )


def _fill(engine: EmbeddedEngine, *documents: SearchDocument) -> str:
    name = engine.begin_generation(STAMP)
    with engine.writer(name) as writer:
        for one in documents:
            writer.add(prepare(one))
        writer.commit()
    return name


def _found(engine: EmbeddedEngine, text: str) -> list[str]:
    answer = engine.search(EngineRequest(clause=Term("title_words", text)))
    return sorted(hit.id for hit in answer.hits)


def test_without_a_generation_nothing_is_found(engine: EmbeddedEngine) -> None:
    assert engine.search(EngineRequest(clause=Everything())).total == 0
    assert engine.documents(["resource:1"]) == {}
    assert not engine.health().is_well


def test_a_generation_serves_from_the_switch_on(engine: EmbeddedEngine) -> None:
    first = _fill(engine, _document(1, "公积金 提取"))
    assert _found(engine, "提取") == []
    engine.switch(first)
    assert _found(engine, "提取") == ["resource:1"]
    second = _fill(engine, _document(2, "公积金 提取"))
    assert _found(engine, "提取") == ["resource:1"]
    engine.switch(second)
    engine.drop(first)
    assert _found(engine, "提取") == ["resource:2"]
    assert [one.name for one in engine.generations()] == [second]
    assert engine.generations()[0].stamp == STAMP


def test_what_serves_can_not_be_dropped(engine: EmbeddedEngine) -> None:
    name = _fill(engine, _document(1, "提取"))
    engine.switch(name)
    with pytest.raises(GenerationServing):
        engine.drop(name)
    assert _found(engine, "提取") == ["resource:1"]


def test_a_commit_is_seen_by_an_open_reader_and_nothing_before_it(engine: EmbeddedEngine) -> None:
    name = _fill(engine, _document(1, "提取"))
    engine.switch(name)
    assert _found(engine, "提取") == ["resource:1"]
    with engine.writer(name) as writer:
        writer.add(prepare(_document(2, "提取")))
        writer.remove(["resource:1"])
        assert _found(engine, "提取") == ["resource:1"]
        writer.commit()
        assert _found(engine, "提取") == ["resource:2"]
    assert list(engine.ids()) == ["resource:2"]
    assert engine.count() == 1


def test_adding_again_replaces(engine: EmbeddedEngine) -> None:
    name = _fill(engine, _document(1, "提取"), _document(1, "缴存"))
    engine.switch(name)
    assert _found(engine, "提取") == []
    assert _found(engine, "缴存") == ["resource:1"]
    assert engine.documents(["resource:1", "resource:9"]) == {"resource:1": {"n": 1}}


def test_a_second_writer_is_refused(engine: EmbeddedEngine) -> None:
    name = _fill(engine, _document(1, "提取"))
    with engine.writer(name), pytest.raises(EngineUnavailable):
        engine.writer(name)


def test_an_uncommitted_change_is_forgotten(engine: EmbeddedEngine) -> None:
    name = _fill(engine, _document(1, "提取"))
    engine.switch(name)
    with engine.writer(name) as writer:
        writer.remove(["resource:1"])
    assert _found(engine, "提取") == ["resource:1"]


def test_chosen_values_narrow_hits_and_other_facets_but_not_their_own(engine: EmbeddedEngine) -> None:
    documents = [
        _document(n, "通知", type="article" if n % 2 else "policy", sites=("a", "b") if n % 3 else ("b",))
        for n in range(12)
    ]
    engine.switch(_fill(engine, *documents))
    request = EngineRequest(
        clause=Term("title_words", "通知"), chosen=(OneOf("type", ("policy",)),), facets=("type", "site")
    )
    answer = engine.search(request)
    assert answer.total == 6
    assert dict(answer.facets["type"]) == {"article": 6, "policy": 6}
    assert dict(answer.facets["site"]) == {"b": 6, "a": 4}


def test_pages_follow_each_other_and_end_at_the_window(engine: EmbeddedEngine) -> None:
    engine.switch(_fill(engine, *(_document(n, "通知") for n in range(25))))
    after, seen = None, []
    while True:
        request = EngineRequest(clause=Everything(), sort=Sort.NEWEST, after=after, limit=10)
        answer = engine.search(request)
        seen += [hit.id for hit in answer.hits]
        if (after := answer.next) is None:
            break
    assert len(seen) == len(set(seen)) == 25
    with pytest.raises(BeyondWindow):
        engine.search(EngineRequest(clause=Everything(), after="9999"))


def test_a_phrase_finds_any_run_of_characters(engine: EmbeddedEngine) -> None:
    engine.switch(_fill(engine, _document(1, "住房公积金提取办法"), _document(2, "金提公取办")))
    request = EngineRequest(clause=Phrase("title_characters", tuple("金提取办")), explain=True)
    answer = engine.search(request)
    assert [hit.id for hit in answer.hits] == ["resource:1"]
    assert answer.hits[0].explanation


def test_an_index_of_an_older_schema_serves_until_it_is_made_anew(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tuple(field for field in FIELDS if field.name not in {"heading_words", "number"})
    with monkeypatch.context() as patched:
        patched.setattr(fields, "FIELDS", older)
        patched.setattr(fields, "_TEXT", tuple(one for one in fields._TEXT if one != "heading_words"))
        patched.setattr(fields, "_VALUES", tuple(one for one in fields._VALUES if one != "number"))
        engine.switch(_fill(engine, _document(1, "公积金 提取")))
    clause = Any((Term("heading_words", "提取"), Term("title_words", "提取"), Term("number", "x")))
    assert [hit.id for hit in engine.search(EngineRequest(clause=clause, facets=("type",))).hits] == [
        "resource:1"
    ]


def _asked(engine: EmbeddedEngine, text: str, **situation: object) -> list[str]:
    """Ids of the best five for a query."""
    today = date(2024, 6, 1)
    where = Situation(today=today, **situation)  # type: ignore[arg-type]
    request = EngineRequest(clause=Everything(), limit=5)
    return [hit.id for hit in find(engine, understand(text, seeded(), today), where, request).answer.hits]


@pytest.fixture
def many(engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> EmbeddedEngine:
    """Of a thousand documents four hundred say the same words, one of the last two hardly, one not at all."""
    monkeypatch.setattr(paging, "_MANY", 300)
    common = (_document(n, "公积金提取通知", body="公积金提取" * 20) for n in range(400))
    others = (_document(n, "其他通知") for n in range(1000, 1600))
    named = _document(
        900, "通知", body=f"公积金提取{'其他事项' * 90}", document_numbers=("示政发〔2024〕8号",)
    )
    pinned = _document(901, "通知", body="其他事项")
    engine.switch(_fill(engine, *common, *others, named, pinned))
    return engine


def test_what_is_pinned_stands_first_among_very_many(many: EmbeddedEngine) -> None:
    assert _asked(many, "公积金提取", pinned=("resource:901",))[0] == "resource:901"
    assert "resource:901" not in _asked(many, "公积金提取")


@pytest.mark.parametrize("text", ["示政发〔2024〕8号公积金提取", "示政发〔2024〕8号"])
def test_what_bears_the_number_stands_first_among_very_many(many: EmbeddedEngine, text: str) -> None:
    assert _asked(many, text)[0] == "resource:900"


def test_of_a_number_that_many_bear_the_newest_stands_first(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "_MANY", 50)
    bearing = [
        _document(n, f"第{n}件通知", document_numbers=(f"示政发〔{2000 + n % 20}〕8号",)) for n in range(400)
    ]
    newest = SearchDocument(
        id="resource:900",
        kind="resource",
        title="通知",
        body="其他事项" * 90,
        document_numbers=("示政发〔2024〕8号",),
        published_at=datetime(2024, 5, 31, tzinfo=UTC),
    )
    engine.switch(_fill(engine, *bearing, newest))
    assert _asked(engine, "8号文")[0] == "resource:900"


@pytest.mark.parametrize(
    "clause",
    [Everything(), Term("title_words", "提取"), Any((Term("title_words", "通知"), Term("type", "policy")))],
)
def test_a_large_index_answers_the_same(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, clause: Clause
) -> None:
    engine.switch(
        _fill(engine, *(_document(n, f"第{n}号提取通知", type="policy" if n % 3 else "") for n in range(40)))
    )
    for limit, after in ((10, None), (7, "30"), (0, None), (10, "39")):
        request = EngineRequest(clause=clause, facets=("type",), limit=limit, after=after)
        with monkeypatch.context() as patched:
            patched.setattr(embedded_engine, "_LARGE", 1)
            beside = engine.search(request)
        assert beside == engine.search(request)
