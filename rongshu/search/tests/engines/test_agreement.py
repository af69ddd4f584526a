"""Both engines rank alike: the same documents, the same queries, the same best ten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rongshu.foundation.identifiers import new_id
from rongshu.search.documents import prepare
from rongshu.search.engines import clauses
from rongshu.search.engines.clauses import All, Best, Boost, Clause, Constant, OneOf, Phrase, Term
from rongshu.search.engines.embedded.engine import EmbeddedEngine
from rongshu.search.engines.opensearch.engine import OpenSearchEngine
from rongshu.search.engines.port import Engine, EngineAnswer, EngineRequest, Sort
from rongshu.search.evaluating.running import scratch_engine, the_product
from rongshu.search.tests.engines.corpus import fill, generated, queries
from rongshu.search.tests.judged_set import judged_set

pytestmark = pytest.mark.opensearch
FACETS = ("site", "year", "type")


@pytest.fixture(scope="module")
def both(opensearch_hosts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    folder: Path = tmp_path_factory.mktemp("search")
    embedded = EmbeddedEngine(str(folder), "public")
    opensearch = OpenSearchEngine(f"opensearch://{opensearch_hosts}/test-{new_id().hex}", "public")
    documents = generated(2_000)
    for engine in (embedded, opensearch):
        fill(engine, documents)
    yield embedded, opensearch
    opensearch.client.indices.delete(index=f"{opensearch.alias}-*")
    opensearch.close()
    embedded.close()


def ranked(words: tuple[str, ...]) -> Clause:
    """Return what a search asks: words in weighted fields, a phrase, and what lifts by constants."""
    per_word = tuple(
        Best((Boost(Term("title_words", word), 3.0), Term("body_pairs", word)), tie=0.1) for word in words
    )
    lifting = (
        Constant(OneOf("type", ("guide",)), 0.5),
        Constant(OneOf("site", ("a", "b")), 0.3),
        Boost(Phrase("title_characters", tuple("".join(words))), 2.0),
    )
    return All((clauses.Any(per_word), clauses.Any(lifting, minimum=0)))


def compared(both: tuple[Engine, Engine], request: EngineRequest) -> tuple[EngineAnswer, EngineAnswer]:
    return both[0].search(request), both[1].search(request)


def test_the_best_ten_agree(both: tuple[Engine, Engine]) -> None:
    asked = queries(120)
    shared = possible = 0
    for words in asked:
        embedded, opensearch = compared(both, EngineRequest(clause=ranked(words), limit=10))
        assert embedded.total == opensearch.total
        shared += len({hit.id for hit in embedded.hits} & {hit.id for hit in opensearch.hits})
        possible += len(embedded.hits)
        scores = [hit.score for hit in embedded.hits], [hit.score for hit in opensearch.hits]
        assert scores[0] == pytest.approx(scores[1], rel=0.02)
    assert possible > 1_000
    assert shared / possible >= 0.97


def test_the_products_own_ranking_agrees_on_the_judged_questions(opensearch_hosts: str) -> None:
    """What the page asks, with synonyms, numbers, phrases and priors: every third question of the set."""
    judged = judged_set()
    ask = the_product()
    opensearch = OpenSearchEngine(f"opensearch://{opensearch_hosts}/test-{new_id().hex}", "public")
    fill(opensearch, map(prepare, judged.documents))
    shared = possible = 0
    with scratch_engine(judged) as embedded:
        assert {"公积金", "老年"} <= embedded.words(20_000).keys() & opensearch.words(20_000).keys()
        for text in list(judged.questions.values())[::3]:
            best = ask(embedded, text)[:10], ask(opensearch, text)[:10]
            shared += len(set(best[0]) & set(best[1]))
            possible += len(best[0])
    opensearch.client.indices.delete(index=f"{opensearch.alias}-*")
    opensearch.close()
    assert possible > 200
    assert shared / possible >= 0.95


def test_counts_agree_whatever_is_chosen(both: tuple[Engine, Engine]) -> None:
    chosen = (OneOf("site", ("a", "c")), OneOf("type", ("policy",)))
    for words in queries(25, seed=33):
        request = EngineRequest(clause=ranked(words), chosen=chosen, facets=FACETS, limit=0)
        embedded, opensearch = compared(both, request)
        assert embedded.total == opensearch.total
        assert embedded.facets == opensearch.facets


def test_the_order_of_time_agrees(both: tuple[Engine, Engine]) -> None:
    for sort in (Sort.NEWEST, Sort.OLDEST):
        request = EngineRequest(clause=ranked(("住房", "教育")), sort=sort, limit=50)
        embedded, opensearch = compared(both, request)
        assert [hit.id for hit in embedded.hits] == [hit.id for hit in opensearch.hits]


def test_frequencies_agree(both: tuple[Engine, Engine]) -> None:
    words = [word for words in queries(20) for word in words]
    for field in ("title_words", "body_pairs"):
        assert both[0].frequencies(field, words) == both[1].frequencies(field, words)
