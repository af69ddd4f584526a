"""A cluster that goes away: nothing is lost, and what waited is done when it is back."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.foundation import work
from rongshu.foundation.identifiers import new_id
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.engines.choosing import PUBLIC, engine
from rongshu.search.engines.clauses import Everything
from rongshu.search.engines.port import EngineRequest
from rongshu.search.errors import EngineUnavailable
from rongshu.search.indexing.planning import QUEUE
from rongshu.search.indexing.verifying import find_drift


def titles() -> set[str]:
    hits = engine(PUBLIC).search(EngineRequest(clause=Everything(), limit=100)).hits
    return {str(hit.source["title"]) for hit in hits if hit.source["kind"] == "resource"}


@pytest.mark.opensearch
def test_what_happens_while_the_cluster_is_away_is_done_when_it_is_back(
    opensearch_hosts: str, settings: Any, world: World
) -> None:
    prefix = f"away-{new_id().hex}"
    reached, away = f"opensearch://{opensearch_hosts}/{prefix}", f"opensearch://127.0.0.1:9/{prefix}"
    settings.SEARCH_URL = reached
    leaving = world.article(title="关于将要撤下的通知")
    world.article(title="关于一直在的通知")
    assert index_pending().left == 0
    assert titles() == {"关于将要撤下的通知", "关于一直在的通知"}

    settings.SEARCH_URL = away
    world.article(title="关于停机期间的通知")
    withdraw_resource(actor=world.operator, resource=leaving, reason="内容有误")
    with pytest.raises(EngineUnavailable):
        index_pending()
    assert sum(work.pending(QUEUE).values()) > 0

    settings.SEARCH_URL = reached
    assert titles() == {"关于将要撤下的通知", "关于一直在的通知"}
    assert index_pending().left == 0
    assert titles() == {"关于停机期间的通知", "关于一直在的通知"}
    assert find_drift(PUBLIC).is_none
