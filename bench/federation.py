"""The exchange between nodes: first synchronisation of a province, delays of changes and recalls, idle polls.

    python -m bench.federation [--nodes 16] [--records 300000] [--changes 40] [--folder DIR]

Every city is an installation and a process of its own with signed records; the province pulls them through
its gate and makes them effective under mandates. To reach on 2 cores: 300,000 records from 16 nodes in 600 s;
a change in the province's library at p95 ≤ 5 s, a recall ≤ 10 s; an idle poll < 5 ms of processor time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rongshu.project.testing.nodes import Node, running_node

_DEEDS: Final = "rongshu.federation.tests.deeds"
_POLLS: Final = 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=16)
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hub = stack.enter_context(running_node(folder / "hub", _DEEDS))
        cities = [
            stack.enter_context(running_node(folder / f"city-{place}", _DEEDS))
            for place in range(options.nodes)
        ]
        ids = _introduce(hub, cities)
        _synchronise(hub, cities, ids, options.records // options.nodes)
        _poll_idly(hub, ids[0])
        _follow_changes(hub, cities[0], options.changes)


def _introduce(hub: Node, cities: list[Node]) -> list[str]:
    of_hub = hub.do("begin", region="990000", name="示范省", role="hub", url=hub.url)
    ids = []
    for place, city in enumerate(cities, start=1):
        region, name = f"99{place:02d}00", f"示范{place}市"
        of_city = city.do("begin", region=region, name=name, role="city", url=city.url)
        hub.do(
            "add_partner", **of_city, url=city.url, name=name, region=region, role="city", relation="below"
        )
        city.do(
            "add_partner", **of_hub, url=hub.url, name="示范省", region="990000", role="hub",
            relation="above", pulls=False,
        )  # fmt: skip
        ids.append(of_city["node"])
    return ids


def _synchronise(hub: Node, cities: list[Node], ids: list[str], each: int) -> None:
    feeding = sum(city.do("load", count=each) for city in cities)
    total = each * len(cities)
    print(f"{'feed: look, sign, number':44}{total / feeding:10,.0f} records/s")
    began, used = time.perf_counter(), hub.do("cpu_seconds")
    for node in ids:
        pulled = hub.do("pull_only", node=node)
        if pulled.get("stored") != each or pulled["effective"] != each:
            raise SystemExit(f"not everything arrived: {pulled}")
    seconds, used = time.perf_counter() - began, hub.do("cpu_seconds") - used
    print(f"{'province: pull, verify, gate, effective':44}{total / seconds:10,.0f} records/s")
    print(f"{'  of which processor time of the province':44}{1000 * used / total:10.2f} ms/record")
    print(f"{'  300,000 records at this rate':44}{300_000 * seconds / total:10,.0f} s   (to reach: 600)")
    for city, node in zip(cities, ids, strict=True):
        given = city.do("manifests", node=hub.do("describe")["node"])["given"]
        if given != hub.do("manifests", node=node)["held"]:
            raise SystemExit("a manifest differs")
    print(f"{'manifests that are equal':44}{len(cities):10}")


def _poll_idly(hub: Node, node: str) -> None:
    hub.do("pull_only", node=node)
    used = hub.do("cpu_seconds")
    for _ in range(_POLLS):
        hub.do("pull_only", node=node)
    used = hub.do("cpu_seconds") - used
    print(f"{'idle poll, processor time of who asks':44}{1000 * used / _POLLS:10.1f} ms")


def _follow_changes(hub: Node, city: Node, count: int) -> None:
    hub.do("start_worker")
    city.do("start_worker")
    changes, recalls = [], []
    for place in range(count):
        began = time.perf_counter()
        resource = city.do("publish_only", title=f"即时变更{place}")
        changes.append(_seconds_until(began, hub, resource, "effective"))
        began = time.perf_counter()
        city.do("withdraw_only", id=resource)
        recalls.append(_seconds_until(began, hub, resource, "withdrawn"))
    for name, found, reach in (("change", changes, 5), ("recall", recalls, 10)):
        p95 = statistics.quantiles(found, n=20)[-1] if len(found) > 1 else found[0]
        label = f"{name}: in the province's library"
        print(f"{label:44}{statistics.median(found):10.2f} s p50 {p95:8.2f} s p95   (to reach: {reach})")


def _seconds_until(began: float, hub: Node, resource: str, status: str) -> float:
    while hub.do("status_of", id=resource) != status:
        if time.perf_counter() - began > 120:
            raise SystemExit("it never arrived")
        time.sleep(0.02)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
