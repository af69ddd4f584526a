"""The exchange between nodes: first synchronisation of a province, delays of changes and recalls, idle polls.

    python -m bench.federation [--nodes 16] [--records 300000] [--changes 40] [--folder DIR]
                               [--parts first,idle,rest,changes]

first: every city is an installation and a process of its own with signed records; the province pulls them
through its gate and makes them effective under mandates. changes: province and cities are served as in
production, with publishers and indexers, and looked at over HTTP as in the drill: articles are written,
edited and recalled in a city, or in the province, until their neighbours' sites and searches show them, or no
longer do.

To reach on 2 cores: 300,000 records from 16 nodes in 600 s; a change in the province's library at p95 ≤ 5 s
and in its search ≤ 8 s; a recall gone from every site and search ≤ 10 s; an idle poll < 5 ms of processor
time; 17 nodes at rest 6 GB. On a machine that does other things, too, the processor time tells more than the
rate.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import psutil

from bench.installation import set_up
from bench.serving import wait_for
from rongshu.project.serving.memory import shares_of
from rongshu.project.serving.ports import free_port
from rongshu.project.testing.nodes import Node, running_node

_DEEDS: Final = "bench.federation_deeds"
_PARTS: Final = ("first", "idle", "rest", "changes")
_POLLS: Final = 100
_MORE: Final = 3000
"""Records a province takes in before it rests: enough for a process aside and a batch of its own."""
_REST: Final = 20
"""Seconds until whoever gives memory back has done so."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=16)
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--parts", default=_PARTS, type=lambda text: text.split(","))
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if {"first", "idle", "rest"} & set(options.parts):
            _synchronise_first(folder, options)
        if "changes" in options.parts:
            aside = set_up(folder / "aside", measuring="bench.federation_changes")
            aside.follow(folder / "served", options.nodes, options.records, options.changes)


def _synchronise_first(folder: Path, options: argparse.Namespace) -> None:
    with ExitStack() as stack:
        hub = stack.enter_context(running_node(folder / "hub", _DEEDS))
        cities = [
            stack.enter_context(running_node(folder / f"city-{place}", _DEEDS))
            for place in range(options.nodes)
        ]
        ids = _introduce(hub, cities)
        _synchronise(hub, cities, ids, options.records // options.nodes)
        if "idle" in options.parts:
            _poll_idly(hub, cities[0], ids[0])
        if "rest" in options.parts:
            _rest_after_work(hub, cities[0], hub.do("describe")["node"])


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
    # A text of random characters forms a severe word now and then: its city holds it back.
    this = hub.do("describe")["node"]
    total = sum(city.do("manifests", node=this)["given_count"] for city in cities)
    print(f"{'records that the cities give':46}{total:10,}")
    print(f"{'feed: look, sign, number':46}{total / feeding:10,.0f} records/s")
    served = sum(city.do("cpu_seconds") for city in cities)
    pulled = hub.do("pull_everything")
    served = sum(city.do("cpu_seconds") for city in cities) - served
    if pulled["records"] != total:
        raise SystemExit(f"not everything arrived: {pulled}")
    seconds = pulled["seconds"]
    print(f"{'province: pull, verify, gate, effective':46}{total / seconds:10,.0f} records/s")
    print(f"{'  300,000 records at this rate':46}{300_000 * seconds / total:10,.0f} s   (to reach: 600)")
    _tell_processor_time(pulled, served, total)
    for city, node in zip(cities, ids, strict=True):
        given = city.do("manifests", node=this)["given"]
        if given != hub.do("manifests", node=node)["held"]:
            raise SystemExit("a manifest differs")
    print(f"{'manifests that are equal':46}{len(cities):10}")


def _tell_processor_time(pulled: dict[str, Any], served: float, total: int) -> None:
    """Print what a record costs; two cores have 4 ms for each of 300,000 in ten minutes."""
    phases = {f"  {name}": seconds for name, seconds in pulled["phases"].items()}
    rows = {
        "processor time a record, all nodes": pulled["here"] + pulled["aside"] + served,
        " province, one process": pulled["here"],
        **phases,
        "  all else": pulled["here"] - sum(phases.values()),
        " province, the gate aside": pulled["aside"],
        " cities together": served,
    }
    for name, seconds in rows.items():
        print(f"{name:46}{1000 * seconds / total:10.2f} ms")


def _poll_idly(hub: Node, city: Node, node: str) -> None:
    """Ask a city that is served as in production, so that its share is what it is there."""
    city.stop()
    with _served(city) as serving:
        hub.do("poll_idly", node=node, count=5)
        answering = serving.children()[0].pid  # the public listener, started first; others do other things
        before = _processor_seconds(answering)
        asking = hub.do("poll_idly", node=node, count=_POLLS)
        answered = (_processor_seconds(answering) - before) / _POLLS
        print(f"{'idle poll, processor time of who asks':46}{1000 * asking:10.1f} ms   (to reach: 5)")
        print(f"{'idle poll, processor time of who answers':46}{1000 * answered:10.1f} ms   (to reach: 5)")
        _tell_memory("city", serving)
    city.start_again()


def _rest_after_work(hub: Node, city: Node, hub_id: str) -> None:
    """Serve the province as in production, let it take in some thousand records, and look at it at rest."""
    hub.stop()
    with _served(hub) as serving:
        city.do("load", count=_MORE)
        last = city.do("feed")[-1]["number"]
        city.do("hint_to", node=hub_id)
        until = time.monotonic() + 600
        while city.do("partner_state", node=hub_id)["given_number"] < last and time.monotonic() < until:
            time.sleep(1)
        _tell_memory("province", serving)
    hub.start_again()


@contextmanager
def _served(node: Node) -> Iterator[psutil.Process]:
    """Run `rongshu serve` in the place of a node; give its first process."""
    public, console = f"127.0.0.1:{node.port}", f"127.0.0.1:{free_port()}"
    arguments = ("-m", "rongshu.project.cli", "serve", "--public", public, "--console", console)
    process = node.place.start(*arguments, "--workers", "1")
    try:
        wait_for(node.port)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _processor_seconds(pid: int) -> float:
    """Return what the threads of a process have used; `cpu_times` counts in hundredths of a second."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _tell_memory(name: str, serving: psutil.Process) -> None:
    time.sleep(_REST)
    shares = [one / 2**20 for one in shares_of(serving)]
    label = f"{name} at rest, PSS of {len(shares)} processes"
    print(f"{label:46}{sum(shares):10,.0f} MB   (to reach: 353; {', '.join(f'{one:.0f}' for one in shares)})")


if __name__ == "__main__":
    main()
