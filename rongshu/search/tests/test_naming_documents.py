"""Who names a document in 《》 wants itself; what tells of it comes after it."""

from __future__ import annotations

from datetime import date

import pytest

from rongshu.search.documents import SearchDocument
from rongshu.search.engines.clauses import Everything
from rongshu.search.engines.port import EngineRequest
from rongshu.search.evaluating import Collection, scratch_engine
from rongshu.search.ranking import Situation, find
from rongshu.search.understanding import seeded, understand

_TODAY = date(2026, 1, 1)
_TITLES = {
    "itself": "关于印发《示范省科技园区管理办法》的通知",
    "reading": "《示范省科技园区管理办法》政策解读",
    "questions": "《示范省科技园区管理办法》答记者问",
    "other": "示范省科技园区建设简报",
}


def _found(question: str) -> list[str]:
    documents = tuple(
        SearchDocument(id=id_, kind="text", title=title, body=f"{title}：科技园区由省科技主管部门管理。")
        for id_, title in _TITLES.items()
    )
    with scratch_engine(Collection(documents, {}, {})) as engine:
        request = EngineRequest(clause=Everything())
        understood = understand(question, seeded(), _TODAY)
        answer = find(engine, understood, Situation(today=_TODAY), request).answer
    return [hit.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("《示范省科技园区管理办法》", "itself"),
        ("《示范省科技园区管理办法》规定了什么？", "itself"),
        ("示范省科技园区管理办法政策解读", "reading"),
    ],
)
def test_a_named_document_comes_before_what_tells_of_it(question: str, first: str) -> None:
    assert _found(question)[0] == first
