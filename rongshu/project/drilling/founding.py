"""The first stages: the nodes are set up, old sites move in, the cities' libraries are filled."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rongshu.project.drilling.declaring import REVIEWER, declaration
from rongshu.project.drilling.nodes import RunningNode
from rongshu.project.drilling.old_sites import build_old_sites, served
from rongshu.project.drilling.plan import Unit
from rongshu.project.drilling.scene import Scene


def found_nodes(scene: Scene) -> dict[str, Any]:
    """Set up every node with its organisations and sites; safe to repeat."""
    schema = _schema(scene)

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


def _schema(scene: Scene) -> Path:
    """Make the tables once for all nodes: it is five sixths of what a set-up takes, and the same for each."""
    blank = RunningNode(scene.drill.province, scene.folder / "schema", (0, 0))
    scene.say("数据库结构", 0, 1)
    blank.command("migrate", "--verbosity", "0")
    scene.say("数据库结构", 1, 0)
    return blank.database


def move_old_sites(scene: Scene, *, material: Path | None) -> dict[str, Any]:
    """Take the province's old sites over in two batches, and one old site in each city."""
    scene.say("搭建旧网站", 0, -1)
    sites = build_old_sites(scene.drill, scene.folder / "old", material=material)
    found: dict[str, Any] = {}
    for number, units in enumerate(scene.drill.halves, start=1):
        if units:
            with served(sites, units) as addresses:
                scene.say(f"省级旧网站第 {number} 批", 0, len(units))
                found[f"batch-{number}"] = _batch(scene.province, addresses, units)
    cities = [city.node.portal for city in scene.cities]
    with served(sites, cities) as addresses:
        runs = scene.each(
            "市级旧网站", scene.cities, lambda city: _run(city, addresses[city.node.portal], city.node.portal)
        )
    found["cities"] = {city.node.region_name: run for city, run in zip(scene.cities, runs, strict=True)}
    return found


def fill_libraries(scene: Scene) -> dict[str, Any]:
    """Fill the cities' libraries up to their share of the records."""

    def fill(city: RunningNode) -> int:
        wanted = scene.drill.share_of(city.node)
        if wanted:
            code = city.node.portal.credit_code
            city.command("bench", "load", "--resources", str(wanted), "--organization", code)
        return wanted

    return {"resources": sum(scene.each("装入资源", scene.cities, fill))}


def _batch(province: RunningNode, addresses: dict[Unit, str], units: Sequence[Unit]) -> dict[str, Any]:
    rows = "".join(f"{addresses[unit]},{unit.slug},operator,127.0.0.1\n" for unit in units)
    with tempfile.TemporaryDirectory() as folder:
        table, report = Path(folder) / "batch.csv", Path(folder) / "report.json"
        table.write_text(f"source,site,owner,allow_host\n{rows}", "utf-8")
        province.command(
            "intake", "batch", str(table), "--rate", "0", "--approved-by", REVIEWER,
            "--report", str(report),
        )  # fmt: skip
        return dict(json.loads(report.read_text("utf-8")))


def _run(city: RunningNode, source: str, unit: Unit) -> dict[str, Any]:
    report = city.folder / "intake.json"
    city.command(
        "intake", "run", source, "--site", unit.slug, "--allow-host", "127.0.0.1", "--rate", "0",
        "--approved-by", REVIEWER, "--report", str(report),
    )  # fmt: skip
    written = json.loads(report.read_text("utf-8"))
    lists = {name: len(written[name]) for name in ("duplicates", "refused")}
    return {"source_count": written["source_count"], "stored": written["stored"], **lists}
