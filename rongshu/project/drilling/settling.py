"""The end of the drill: everything comes to rest, and every node says what it holds and has confirmed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rongshu.project.drilling.founding import held_of
from rongshu.project.drilling.nodes import RunningNode
from rongshu.project.drilling.scene import Scene

_BREATH: Final = 2.0
_MEGABYTE: Final = 1_000_000


def come_to_rest(scene: Scene, *, most_seconds: float) -> dict[str, Any]:
    """Wait until nothing is on its way any more; answer how long it took and what still was."""
    began = time.monotonic()
    while True:
        moving = _moving(scene)
        took = time.monotonic() - began
        if not moving or took > most_seconds:
            return {"took": round(took, 1), "moving": moving, **_accounts(scene)}
        scene.say("等待收敛", 0, len(moving))
        time.sleep(_BREATH)


def _moving(scene: Scene) -> list[str]:
    moving = []
    for node in scene.nodes.values():
        said = node.do("standing")
        parts = {
            "落后": sum(said["behind"].values()),
            "未联系": len(said["never_asked"]),
            "待发": said["waiting"],
            "待批": said["undecided"],
        }
        moving += [f"{node.node.region_name}{name} {count}" for name, count in parts.items() if count]
    return moving or _differing(scene)


def _differing(scene: Scene) -> list[str]:
    manifests = _manifests(_holdings(scene))
    return [f"{city} 清单不同" for city, (there, here) in manifests.items() if there != here]


@dataclass(frozen=True)
class _Holdings:
    """What every node holds, by its name and by the node of origin."""

    scene: Scene
    held: Mapping[str, Mapping[str, Any]]

    def of(self, holder: str, origin: str) -> Any:
        """Return what a node holds of the records that another (or itself) owns."""
        return self.held[holder].get(self.scene.ids[origin], {"count": 0})


def _holdings(scene: Scene) -> _Holdings:
    return _Holdings(scene, {name: node.do("holdings") for name, node in scene.nodes.items()})


def _manifests(holdings: _Holdings) -> dict[str, tuple[Any, Any]]:
    """What each city owns, as it and as the province hold it."""
    province = holdings.scene.drill.province.name
    return {
        city.region_name: (holdings.of(city.name, city.name), holdings.of(province, city.name))
        for city in holdings.scene.drill.cities
    }


def _downward(holdings: _Holdings) -> dict[str, tuple[Any, Any]]:
    """What the province owns, as it and as each city hold it."""
    province = holdings.scene.drill.province.name
    own = holdings.of(province, province)
    return {city.region_name: (own, holdings.of(city.name, province)) for city in holdings.scene.drill.cities}


def _accounts(scene: Scene) -> dict[str, Any]:
    # At rest, before anything is counted: counting is work too.
    memory = _of_each(scene, lambda node: round(node.memory() / _MEGABYTE, 1))
    holdings = _holdings(scene)
    return {
        "memory": memory,
        "manifests": _manifests(holdings),
        "downward": _downward(holdings),
        "recalls": _recalls(scene),
        "proofs": _of_each(scene, lambda node: node.do("prove")),
        "quarantined": _of_each(scene, lambda node: node.do("standing")["quarantined"]),
        "errands": _of_each(scene, lambda node: node.do("errands")),
        "owners": held_of(scene.province, scene.drill.province.units),
    }


def _of_each(scene: Scene, say: Callable[[RunningNode], Any]) -> dict[str, Any]:
    """Return what each node says, by the name of its region, as the report has it."""
    return {node.node.region_name: say(node) for node in scene.nodes.values()}


def _recalls(scene: Scene) -> dict[str, Any]:
    """Who had what was recalled, and who of them did not confirm it to its origin, or shows it still."""
    origins: dict[str, str] = scene.ledger.found["day"]["recalled"]
    met = {name: set(node.do("met", ids=list(origins))) for name, node in scene.nodes.items()}
    shown = {name: _shown(node.do("titles", ids=list(origins))) for name, node in scene.nodes.items()}
    confirmed = {
        resource: set(nodes)
        for name in set(origins.values())
        for resource, nodes in scene.nodes[name].do("receipts", ids=_of(origins, name)).items()
    }
    # A node that never had it has nothing to confirm; its origin confirms to nobody.
    wanted = [
        (resource, name)
        for resource, origin in origins.items()
        for name in scene.nodes
        if name != origin and resource in met[name]
    ]
    return {
        "recalled": len(origins),
        "wanted": len(wanted),
        "unconfirmed": [
            f"{scene.nodes[name].node.region_name} {resource}"
            for resource, name in wanted
            if scene.ids[name] not in confirmed[resource]
        ],
        "still_shown": [
            f"{scene.nodes[name].node.region_name} {resource}"
            for name, found in shown.items()
            for resource in sorted(found)
        ],
    }


def _of(origins: Mapping[str, str], name: str) -> list[str]:
    return [resource for resource, origin in origins.items() if origin == name]


def _shown(titles: Mapping[str, str | None]) -> set[str]:
    return {resource for resource, title in titles.items() if title is not None}
