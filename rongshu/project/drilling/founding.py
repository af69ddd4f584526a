"""The first stages: the nodes are set up, old sites move in, the cities' libraries are filled.

Each may be cut off anywhere and begun again: what is done already is found, not doubled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rongshu.project.blank_databases import blank_file
from rongshu.project.drilling.declaring import REVIEWER, declaration
from rongshu.project.drilling.nodes import RunningNode
from rongshu.project.drilling.old_sites import OldSites
from rongshu.project.drilling.plan import Unit
from rongshu.project.drilling.scene import Scene

_UNFINISHED: Final = 3  # how `rongshu intake batch` ends when a site is left
_TRIES: Final = 3
"""How often a batch is carried out before the report says which of its sites were not finished."""


def found_nodes(scene: Scene) -> dict[str, Any]:
    """Set up every node with its organisations and sites; safe to repeat."""
    scene.say("数据库结构", 0, 1)
    schema = blank_file(scene.folder / "schema")
    scene.say("数据库结构", 1, 0)

    def found(running: RunningNode) -> str:
        node = running.node
        running.begin_with(schema)
        running.command("setup", "--name", f"{node.region_name}政府网站集约化平台", "--operator", "operator")
        file = running.folder / "sites.yaml"
        file.write_text(declaration(scene.drill, node, port=running.public), "utf-8")
        running.command("site", "apply", str(file))
        identity = str(running.do("node"))
        running.rest()
        return identity

    ids = scene.each("建立节点", list(scene.nodes.values()), found)
    return {"nodes": dict(zip(scene.nodes, ids, strict=True))}


def move_half(scene: Scene, *, old: OldSites, half: int) -> dict[str, Any]:
    """Take one half of the province's old sites over, as one batch."""
    units = scene.drill.halves[half]
    if not units:
        return {}
    scene.say(f"省级旧网站第 {half + 1} 批", 0, len(units))
    with old.served(units) as addresses:
        return _batch(scene.province, addresses)


def move_cities(scene: Scene, *, old: OldSites) -> dict[str, Any]:
    """Take one old site over in each city, as a batch of its own."""
    with old.served([city.node.portal for city in scene.cities]) as addresses:
        moved = scene.each(
            "市级旧网站",
            scene.cities,
            lambda city: _batch(city, {city.node.portal: addresses[city.node.portal]}),
        )
    return {"cities": {city.node.region_name: run for city, run in zip(scene.cities, moved, strict=True)}}


def fill_libraries(scene: Scene) -> dict[str, Any]:
    """Fill the cities' libraries up to their share of the records."""

    def fill(city: RunningNode) -> int:
        wanted = scene.drill.share_of(city.node)
        if wanted:
            code = city.node.portal.credit_code
            city.command("bench", "load", "--resources", str(wanted), "--organization", code)
        return wanted

    return {"resources": sum(scene.each("装入资源", scene.cities, fill))}


def _batch(running: RunningNode, addresses: Mapping[Unit, str]) -> dict[str, Any]:
    """Carry a batch out; return its report, and beside it what the node's library holds of each site's owner.

    The same table is the same batch: one that was cut off goes on, and nothing is taken over twice.
    """
    rows = "".join(f"{address},{unit.slug},operator,127.0.0.1\n" for unit, address in addresses.items())
    table, report = running.folder / "batch.csv", running.folder / "batch.json"
    table.write_text(f"source,site,owner,allow_host\n{rows}", "utf-8")
    said: dict[str, Any] = {"is_finished": False}
    for _ in range(_TRIES):
        running.command(
            "intake", "batch", str(table), "--rate", "0", "--approved-by", REVIEWER, "--report", str(report),
            ends=(0, _UNFINISHED),
        )  # fmt: skip
        said = json.loads(report.read_text("utf-8"))
        if said["is_finished"]:
            break
    held = held_of(running, list(addresses))
    running.rest()
    return {**said, "held": held}


def held_of(running: RunningNode, units: Sequence[Unit]) -> dict[str, int]:
    """Return how much each of a node's own units has in its library, by the site's name."""
    held = running.do("held_by_owner")
    return {unit.slug: held.get(unit.credit_code, 0) for unit in units}
