"""Where the public meets a resource: pages of sites, and the searches of nodes, both looked at over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from rongshu.project.drilling.nodes import RunningNode
from rongshu.project.drilling.scene import Scene

_SHOWN, _GONE = frozenset({200}), frozenset({404, 410})
_BREATH: Final = 0.1


@dataclass(frozen=True)
class Sight:
    """One place to look at: it shows the resource (true), does not (false), or does not answer (None)."""

    node: RunningNode
    what: str
    look: Callable[[], bool | None]


def instants(sights: Sequence[Sight], *, is_there: bool, seconds: float) -> dict[str, float | None]:
    """Look at all in turn until each shows the resource (or no longer does); return when, or None."""
    until, seen = time.time() + seconds, dict[str, float | None]()
    waiting = list(sights)
    while waiting and time.time() < until:
        seen |= {sight.what: time.time() for sight in waiting if sight.look() is is_there}
        waiting = [sight for sight in waiting if sight.what not in seen]
        time.sleep(_BREATH if waiting else 0)
    return {sight.what: seen.get(sight.what) for sight in sights}


def pages_of(scene: Scene, resource: str) -> list[Sight]:
    """Return the pages that sites of all nodes have of a resource."""
    return [
        _page(node, f"{slug}.localhost", path)
        for node in scene.nodes.values()
        for slug, path in node.do("pages_of", ids=[resource])[resource]
    ]


def results(node: RunningNode, resource: str, title: str) -> Sight:
    """Return the node's search for a title: does it find the resource, and under this title?"""
    host, headers = f"{node.node.portal.slug}.localhost", {"Authorization": f"Bearer {node.search_key()}"}
    path = f"/-/api/search/v1/documents?{urlencode({'q': title, 'limit': 50})}"

    def look() -> bool | None:
        status, text = node.get(path, host, headers)
        if status != 200:
            return None
        hits = json.loads(text)["hits"]
        return any(hit["id"].startswith(f"resource:{resource}") and hit["title"] == title for hit in hits)

    return Sight(node, f"{node.node.region_name} 检索“{title}”", look)


def _page(node: RunningNode, host: str, path: str) -> Sight:
    def look() -> bool | None:
        status, _ = node.get(path, host)
        return status in _SHOWN if status in _SHOWN | _GONE else None

    return Sight(node, f"{node.node.region_name} {host}{path}", look)
