"""Writing, replacing, removing; generations filled beside the serving one and switched: in every engine."""

from __future__ import annotations

import pytest

from rongshu.search.engines.clauses import Everything, Phrase, Term
from rongshu.search.engines.port import Engine, Stamp
from rongshu.search.errors import GenerationServing
from rongshu.search.tests.engines.asking import ask, found, reading
from rongshu.search.tests.engines.corpus import SMALL, STAMP, document, fill


def ids(engine: Engine, generation: str | None = None) -> set[str]:
    return {one.removeprefix("resource:") for one in engine.ids(generation)}


def test_nothing_is_served_before_the_first_switch(engine: Engine) -> None:
    generation = engine.begin_generation(STAMP)
    answer = ask(engine, Everything(), facets=("site",))
    assert (answer.hits, answer.total, answer.facets.get("site", ())) == ((), 0, ())
    assert engine.count() == 0
    assert ids(engine) == set()
    assert engine.documents(["resource:a"]) == {}
    assert engine.frequencies("title_words", ["词"]) == {"词": 0}
    assert [(one.name, one.stamp, one.is_serving) for one in engine.generations()] == [
        (generation, STAMP, False)
    ]


def test_a_generation_is_filled_beside_the_serving_one(engine: Engine) -> None:
    first = fill(engine, SMALL)
    second = engine.begin_generation(Stamp(2, "other"))
    with engine.writer(second) as writer:
        writer.add(document("new", "新 内容"))
        writer.commit()
    assert engine.count() == len(SMALL)
    assert ids(engine, second) == {"new"}
    assert found(engine, Term("title_words", "新")) == set()
    engine.switch(second)
    assert found(engine, Everything()) == {"new"}
    assert [(one.name, one.stamp.schema, one.is_serving) for one in engine.generations()] == [
        (first, 1, False),
        (second, 2, True),
    ]
    engine.drop(first)
    assert [one.name for one in engine.generations()] == [second]
    engine.drop(first)


def test_the_serving_generation_is_not_dropped(engine: Engine) -> None:
    generation = fill(engine, SMALL)
    with pytest.raises(GenerationServing):
        engine.drop(generation)
    assert engine.count() == len(SMALL)


def test_it_can_be_switched_back(engine: Engine) -> None:
    first = fill(engine, [document("one", "甲")])
    fill(engine, [document("two", "乙")])
    engine.switch(first)
    assert found(engine, Everything()) == {"one"}
    engine.switch(first)
    assert [one.is_serving for one in engine.generations()] == [True, False]


def test_a_document_replaces_the_one_with_its_id(engine: Engine) -> None:
    generation = fill(engine, SMALL)
    with engine.writer(generation) as writer:
        writer.add(document("loan", "全新 标题", site=("harbour",)))
        writer.commit()
    assert engine.count() == len(SMALL)
    assert found(engine, Term("title_words", "贷款")) == {"old-loan"}
    assert found(engine, Term("site", "harbour")) == {"loan"}
    assert engine.documents(["resource:loan"])["resource:loan"] == {"title": "全新标题"}


def test_the_last_change_of_a_batch_counts(engine: Engine) -> None:
    generation = fill(engine, SMALL)
    with engine.writer(generation) as writer:
        writer.add(document("loan", "第一"))
        writer.add(document("loan", "第二"))
        writer.remove(["resource:fund"])
        writer.add(document("fund", "又 来"))
        writer.add(document("gone", "将 去"))
        writer.remove(["resource:gone"])
        writer.commit()
    assert found(engine, Term("title_words", "第一")) == set()
    assert found(engine, Term("title_words", "第二")) == {"loan"}
    assert found(engine, Term("title_words", "又")) == {"fund"}
    assert found(engine, Term("title_words", "将")) == set()
    assert engine.count() == len(SMALL)


def test_removing_and_removing_again(engine: Engine) -> None:
    generation = fill(engine, SMALL)
    with engine.writer(generation) as writer:
        writer.remove(["resource:loan", "resource:nobody"])
        writer.remove(["resource:loan"])
        writer.commit()
        assert found(engine, Term("title_words", "贷款")) == {"old-loan"}
        writer.remove([one["id"] for one in SMALL])
        writer.commit()
    assert engine.count() == 0
    assert ids(engine) == set()
    assert ask(engine, Everything(), facets=("site",)).facets["site"] == ()


def test_what_was_not_committed_is_not_found(engine: Engine) -> None:
    generation = fill(engine, SMALL)
    with engine.writer(generation) as writer:
        writer.add(document("draft", "未 提交"))
        writer.remove(["resource:loan"])
    assert found(engine, Term("title_words", "未")) == set()
    assert "loan" in found(engine, Everything())
    with engine.writer(generation) as writer:
        writer.commit()
    assert engine.count() == len(SMALL)


def test_many_documents_in_one_go(engine: Engine) -> None:
    generation = fill(engine, (document(f"{number:05d}", "通知", "正文 " * 50) for number in range(3_000)))
    assert engine.count() == 3_000
    with engine.writer(generation) as writer:
        writer.remove([f"resource:{number:05d}" for number in range(0, 3_000, 3)])
        writer.commit()
    assert engine.count() == len(ids(engine)) == 2_000


def test_readers_are_undisturbed_while_it_is_written_and_switched(engine: Engine) -> None:
    """Every answer is one of whole states: the marker's old or new text, never both and never none."""
    marker = Phrase("title_words", ("常在", "标记"))
    serving = fill(engine, [document("marker", "常在 标记 0"), *SMALL])
    with reading(engine, marker, total=1, readers=3, facets=("site",)) as problems:
        for turn in range(1, 7):
            with engine.writer(serving) as writer:
                writer.add(document("marker", f"常在 标记 {turn}"))
                writer.commit()
            former = serving
            serving = fill(engine, [document("marker", f"常在 标记 {turn}"), *SMALL])
            engine.drop(former)
    assert problems == []
    assert found(engine, Term("title_words", "6")) == {"marker"}


def test_another_reader_sees_what_was_committed(engine: Engine) -> None:
    generation = fill(engine, SMALL)
    assert found(engine, Term("title_words", "他处")) == set()
    with engine.writer(generation) as writer:
        writer.add(document("elsewhere", "他处 写入"))
        writer.commit()
    assert found(engine, Term("title_words", "他处")) == {"elsewhere"}


def test_health(engine: Engine) -> None:
    fill(engine, SMALL)
    health = engine.health()
    assert (health.is_well, health.problem) == (True, "")
