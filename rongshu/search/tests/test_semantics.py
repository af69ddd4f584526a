"""The order by meaning, with the real model where the extra is installed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rongshu.search.documents import SearchDocument
from rongshu.search.engines.clauses import Everything
from rongshu.search.engines.port import Engine, EngineRequest, Hit
from rongshu.search.errors import CursorUnknown
from rongshu.search.evaluating import Collection, by_meaning, scratch_engine
from rongshu.search.ranking import Situation, find
from rongshu.search.semantics.encoding import is_installed, key_of, passages_of
from rongshu.search.semantics.keeping import VectorStore
from rongshu.search.semantics.leading import Lead
from rongshu.search.understanding import seeded, understand

pytestmark = pytest.mark.skipif(not is_installed(), reason="the extra 'semantic' is not installed")

_TODAY = date(2026, 1, 1)
_QUESTION = "孩子刚出生，怎么给宝宝上户口？"
_TEXTS = {
    "birth": "新生婴儿出生登记须知：父母凭出生医学证明、居民户口簿为婴儿申报常住户口。",
    "pet": "给宝宝拍照上门服务公告：怎么预约、怎么付款，孩子和宠物均可参加。",
    "heating": "城市供热条例：供热期内居民室内温度不得低于十八摄氏度，孩子房间相同。",
}


def _collection() -> Collection:
    documents = tuple(
        SearchDocument(id=id_, kind="text", title="", body=text, source={"title": "", "text": text})
        for id_, text in _TEXTS.items()
    )
    return Collection(documents, {}, {})


def _found(
    engine: Engine, lead: Lead | None, *, question: str = _QUESTION, after: str | None = None, limit: int = 10
) -> tuple[list[str], str | None]:
    request = EngineRequest(clause=Everything(), after=after, limit=limit)
    understood = understand(question, seeded(), _TODAY)
    answer = find(engine, understood, Situation(today=_TODAY), request, lead=lead).answer
    return [hit.id for hit in answer.hits], answer.next


def test_a_question_in_other_words_is_led_by_meaning_page_by_page(tmp_path: Path) -> None:
    lead = by_meaning(tmp_path / "vectors")
    with scratch_engine(_collection()) as engine:
        every, _ = _found(engine, lead)
        first, following = _found(engine, lead, limit=1)
        second, _ = _found(engine, lead, limit=1, after=following)
        with pytest.raises(CursorUnknown):
            _found(engine, lead, after="m90")

    assert every[0] == "birth"
    assert (first, second) == (every[:1], every[1:2])
    assert VectorStore(tmp_path / "vectors").count() == len(every)


def test_key_words_and_texts_without_vectors_keep_their_order() -> None:
    model = by_meaning()._model
    knows_nothing = Lead(model, VectorStore(":memory:"))
    with scratch_engine(_collection()) as engine:
        assert _found(engine, knows_nothing) == _found(engine, None)
        assert _found(engine, by_meaning(), question="供热 孩子") == _found(
            engine, None, question="供热 孩子"
        )


def test_a_document_named_in_the_question_is_not_led_away_from() -> None:
    model, store = by_meaning()._model, VectorStore(":memory:")
    for id_, text in _TEXTS.items():
        nearness = 1 if id_ == "heating" else -1
        passages = passages_of({"text": text})
        store.write(key_of(passages), nearness * model.query(_QUESTION)[None])
    with scratch_engine(_collection()) as engine:
        asked = _found(engine, Lead(model, store))
        named = f"《上户口须知》{_QUESTION}"
        assert asked[0][0] == "heating"
        assert _found(engine, Lead(model, store), question=named) == _found(engine, None, question=named)


def test_vectors_are_kept_by_what_was_encoded(tmp_path: Path) -> None:
    hit = Hit("a", 1.0, {"title": "供热", "text": "供热期" * 200})
    passages = passages_of(hit.source)
    kept = VectorStore(tmp_path / "vectors")
    vectors = by_meaning()._model.passages(passages)

    kept.write(key_of(passages), vectors)

    other = replace(hit, source={**hit.source, "title": "供水"})
    assert len(passages) == 3
    assert VectorStore(tmp_path / "vectors").read([key_of(passages)])[key_of(passages)].shape == (3, 384)
    assert kept.read([key_of(passages_of(other.source))]) == {}
