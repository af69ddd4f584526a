"""The end of the drill: everything comes to rest, and the accounts of all nodes are compared."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rongshu.project.drilling.percentiles import percentile
from rongshu.project.drilling.report import Check
from rongshu.project.drilling.scene import Scene

_BREATH: Final = 2.0


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


def checks_of(found: dict[str, Any]) -> Iterator[Check]:
    """Yield what has to add up, of what the stages found."""
    settled, day = found["settle"], found["day"]
    yield Check("全部节点收敛", not settled["moving"], "；".join(settled["moving"]) or "没有未完成的交换")
    for city, (there, here) in settled["manifests"].items():
        details = f"市级 {there['count']} 条，省级 {here['count']} 条"
        yield Check(f"清单一致：{city}", there == here, details)
    for city, (there, here) in settled["downward"].items():
        details = f"省级 {there['count']} 条，市级 {here['count']} 条"
        yield Check(f"下行清单一致：{city}", there == here, details)
    unconfirmed = settled["unconfirmed"]
    details = f"撤稿 {len(day['recalled'])} 次，未确认 {len(unconfirmed)} 次"
    yield Check("撤稿逐节点确认", not unconfirmed, details)
    broken = [each for proven in settled["proofs"].values() for each in proven["broken"]]
    checked = sum(proven["checked"] for proven in settled["proofs"].values())
    yield Check("来源签名逐条验证", not broken, f"验证 {checked} 条，不符 {len(broken)} 条")
    quarantined = sum(settled["quarantined"].values())
    yield Check("没有资源被隔离", not quarantined, f"隔离 {quarantined} 条")
    yield Check("变更与撤稿没有丢失", not day["lost"], "；".join(day["lost"]) or "全部到达")
    sent = [kind for each in settled["errands"].values() for kind in each.values()]
    wanted, accepted = sum(sum(kind.values()) for kind in sent), sum(kind["accepted"] for kind in sent)
    yield Check("报送与下发均有回执", accepted == wanted, f"发出 {wanted} 件，已采用 {accepted} 件")
    for name, run in found["move"].get("cities", {}).items():
        listed = run["duplicates"] + run["refused"]
        adds_up = run["source_count"] == run["stored"] + listed
        details = f"来源 {run['source_count']}，入库 {run['stored']}，重复或列明原因 {listed}"
        yield Check(f"迁移对账：{name}", adds_up, details)
    for what, times in day["times"].items():
        details = (
            f"{len(times)} 次，中位 {percentile(times, 0.5):.2f} 秒，95% {percentile(times, 0.95):.2f} 秒"
        )
        yield Check(what, bool(times), details)


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
    return [
        f"{city} 清单不同" for city, (there, here) in _manifests(_holdings(scene)).items() if there != here
    ]


@dataclass(frozen=True)
class _Holdings:
    """What every node holds, by its name and by the node of origin."""

    scene: Scene
    held: Mapping[str, Mapping[str, Any]]

    def of(self, holder: str, origin: str) -> Any:
        """Return what a node holds of the records that another (or itself) owns."""
        return self.held[holder].get(self.scene.ledger.found["found"]["nodes"][origin], {"count": 0})


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
    nodes, holdings = scene.nodes.values(), _holdings(scene)
    return {
        "manifests": _manifests(holdings),
        "downward": _downward(holdings),
        "unconfirmed": _unconfirmed(scene),
        "proofs": {node.node.region_name: node.do("prove") for node in nodes},
        "quarantined": {node.node.region_name: node.do("standing")["quarantined"] for node in nodes},
        "errands": {node.node.region_name: node.do("errands") for node in nodes},
    }


def _unconfirmed(scene: Scene) -> list[str]:
    """What was recalled at a city and that the province did not confirm to it."""
    province = scene.ledger.found["found"]["nodes"][scene.province.node.name]
    recalled = scene.province.do("met", ids=scene.ledger.found["day"]["recalled"])
    confirmed = {
        resource
        for city in scene.cities
        for resource, nodes in city.do("receipts", ids=recalled).items()
        if province in nodes
    }
    return [each for each in recalled if each not in confirmed]
