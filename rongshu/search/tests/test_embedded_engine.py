"""The embedded engine alone: generations, readers beside a writer, and what tantivy does silently wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rongshu.search.documents import SearchDocument, prepare
from rongshu.search.engines.clauses import Any, Everything, OneOf, Phrase, Term
from rongshu.search.engines.embedded import fields
from rongshu.search.engines.embedded.engine import EmbeddedEngine
from rongshu.search.engines.port import EngineRequest, Sort, Stamp
from rongshu.search.errors import BeyondWindow, EngineUnavailable, GenerationServing
from rongshu.search.schema import FIELDS

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
