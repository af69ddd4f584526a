"""Text nobody meant well: it finds nothing or something, and breaks nothing."""

from __future__ import annotations

from contextlib import suppress

import pytest

from rongshu.search.engines import clauses
from rongshu.search.engines.clauses import Boost, Clause, Everything, OneOf, Phrase, Prefix, Term
from rongshu.search.engines.port import Engine
from rongshu.search.errors import QueryTooLong
from rongshu.search.tests.engines.asking import ask, found
from rongshu.search.tests.engines.corpus import document, fill

TEXTS = [
    "",
    " ",
    "*",
    "?:/\\\"'",
    "title_words:*",
    "a AND OR NOT b",
    "((((((((((",
    '{"query": {"match_all": {}}}',
    "<script>alert(1)</script>",
    "'; DROP TABLE search; --",
    "../../../etc/passwd",
    "\x00",
    "\u202e\u200b\ufeff",
    "\U0001f600" * 50,
    "𠮷𡨴",
    "长" * 40_000,
    "a" * 40_000,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("field", ["title_words", "body_characters", "site", "id"])
def test_hostile_text_is_only_text(small: Engine, field: str, text: str) -> None:
    of: list[Clause] = [Term(field, text), OneOf(field, (text, text))]
    if field in {"title_words", "body_characters"}:
        of += [Phrase(field, (text, text)), Phrase(field, (text,), 3)]
    for clause in of:
        assert found(small, clause) == set()
    assert found(small, clauses.Any((*of, Term("title_words", "贷款")))) == {"loan", "old-loan"}


@pytest.mark.parametrize("text", [text for text in TEXTS if text])
def test_a_hostile_prefix_is_only_text(small: Engine, text: str) -> None:
    assert found(small, Prefix("title_words", text)) == set()


def test_hostile_documents_are_kept_and_found(engine: Engine) -> None:
    documents = [document(f"d{place}", text, text, site=(text,)) for place, text in enumerate(TEXTS)]
    fill(engine, [*documents, document("good", "正常 内容")])
    assert engine.count() == len(TEXTS) + 1
    assert found(engine, Term("title_words", "正常")) == {"good"}
    assert {one.removeprefix("resource:") for one in engine.ids()} >= {"good", "d0", "d11"}
    assert found(engine, Term("site", "<script>alert(1)</script>")) == {"d8"}


def test_a_query_of_thousands_of_words_answers_or_is_refused(small: Engine) -> None:
    clause = clauses.Any(tuple(Term("title_words", f"词{number}") for number in range(5_000)))
    with suppress(QueryTooLong):
        assert found(small, clause) == set()


def test_deeply_nested_clauses_answer(small: Engine) -> None:
    clause: Clause = Everything()
    for _ in range(5):
        clause = clauses.All((Boost(clause, 1.01), clauses.Any((clause,), 0)))
        clause = clauses.Best((clause, clauses.Nothing()))
    assert ask(small, clause).total == 6
