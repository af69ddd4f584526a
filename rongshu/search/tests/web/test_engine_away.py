"""While the cluster is away, readers are told so on pages that still lead them elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.publishing.tests.world import World
from rongshu.search.tests.web.conftest import Get


@pytest.mark.parametrize(
    "path",
    ["/-/search", "/-/search/suggest", "/-/search/policies", "/-/search/feed.atom", "/-/search/feed.rss"],
)
def test_readers_are_told_and_nothing_leaks(path: str, settings: Any, world: World, get: Get) -> None:
    settings.SEARCH_URL = "opensearch://who:hidden-key@127.0.0.1:9/gone"
    answer = get(path, q="公积金")
    text = answer.content.decode()
    assert "hidden-key" not in text
    assert "127.0.0.1" not in text
    if answer.status_code == 200:  # suggestions come from memory as well
        assert path.endswith("suggest")
    else:
        assert answer.status_code == 503
        assert "检索服务暂时不可用" in text
