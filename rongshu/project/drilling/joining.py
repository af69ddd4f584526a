"""The nodes become neighbours, and the cities' libraries come together in the province's."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Final

from rongshu.project.drilling.nodes import NodeFailed, RunningNode
from rongshu.project.drilling.scene import Scene

UP: Final = "/news/cities"
"""The province's column for what comes from the cities."""
DOWN: Final = "/news/notices"
"""The cities' column for what comes from the province."""
THEME: Final = "21"
"""What is written on the day bears this theme, and stands on its neighbours' sites, too; the libraries that
were filled before only come together."""
_BREATH: Final = 0.5


def join_nodes(scene: Scene) -> dict[str, Any]:
    """Let province and cities know each other, under mandates; nothing flows before they serve."""
    said = dict(
        zip(
            scene.nodes,
            scene.each("交换密钥", list(scene.nodes.values()), lambda node: node.do("introduce")),
            strict=True,
        )
    )

    def partner(other: RunningNode, relation: str, column: str) -> dict[str, Any]:
        return {
            **said[other.node.name],
            "name": other.node.region_name,
            "base_url": other.base_url,
            "credit_code": other.node.portal.credit_code,
            "role": "hub" if other.node.is_hub else "city",
            "relation": relation,
            "category": f"theme:{THEME}",
            "column": column,
        }

    def join(node: RunningNode) -> None:
        if node is scene.province:
            partners = [partner(city, "below", UP) for city in scene.cities]
        else:
            partners = [partner(scene.province, "above", DOWN)]
        role = "hub" if node is scene.province else "city"
        node.do("join", role=role, base_url=node.base_url, partners=partners)
        node.rest()

    scene.each("建立联通", list(scene.nodes.values()), join)
    return {}


def synchronise(scene: Scene, *, most_seconds: float) -> dict[str, Any]:
    """Let all nodes serve and wait until the province holds what the cities hold; raise `NodeFailed`."""
    wanted = {city.node.name: _own_holdings(city) for city in scene.cities}
    total = sum(each["count"] for each in wanted.values())
    began, before = time.monotonic(), _count_there(scene)
    while True:
        count = _count_there(scene)
        scene.say("首次汇聚", count, total - count)
        took = time.monotonic() - began
        # Digests are taken of every row: as often as counts they would cost what is being measured.
        if count == total and _held_there(scene, wanted) == wanted:
            break
        if took > most_seconds:
            raise NodeFailed(f"首次汇聚在 {most_seconds:.0f} 秒内没有完成：{count} / {total}。")
        time.sleep(_BREATH + total / 100_000)
    return {
        "records": {city.node.region_name: wanted[city.node.name]["count"] for city in scene.cities},
        "total": total,
        "took": round(took, 1),
        # Of a drill that goes on, what came before it was stopped does not count.
        "per_second": round((total - before) / max(took, 0.001)),
    }


def _count_there(scene: Scene) -> int:
    counts = scene.province.do("effective_counts")
    return sum(counts.get(scene.ids[city.node.name], 0) for city in scene.cities)


def _held_there(scene: Scene, names: Iterable[str]) -> dict[str, Any]:
    held, ids = scene.province.do("holdings"), scene.ids
    return {name: held.get(ids[name], {"count": 0}) for name in names}


def _own_holdings(node: RunningNode) -> dict[str, Any]:
    own = node.do("node")
    held: dict[str, Any] = node.do("holdings").get(own, {"count": 0})
    node.rest()
    return held
