"""Two nodes over a network that cuts, delays, duplicates and reorders, while their processes are killed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext, suppress
from threading import Timer
from typing import Any

import pytest

from rongshu.project.testing.faults import FaultyProxy, faulty_network
from rongshu.project.testing.nodes import Node, running_node

DEEDS = "rongshu.federation.tests.deeds"
# The figure to reach is 200 faults: `RONGSHU_FAULTS=200 RONGSHU_KILLS=6` for a thorough run.
FAULTS, KILLS = int(os.environ.get("RONGSHU_FAULTS", "60")), int(os.environ.get("RONGSHU_KILLS", "2"))


class Nodes:
    """A province that reads a city over a bad network."""

    def __init__(self, hub: Node, city: Node, network: FaultyProxy) -> None:
        self.hub, self.city, self.network = hub, city, network
        of_hub = hub.do("begin", region="990000", name="示范省", role="hub", url=hub.url)
        of_city = city.do("begin", region="990100", name="示范市", role="city", url=city.url)
        self.hub_id, self.city_id = of_hub["node"], of_city["node"]
        hub.do(
            "add_partner", **of_city, url=network.url, name="示范市", region="990100", role="city",
            relation="below", relays=True,
        )  # fmt: skip
        city.do(
            "add_partner", **of_hub, url=hub.url, name="示范省", region="990000", role="hub",
            relation="above", is_hub=True,
        )  # fmt: skip

    def settle(self) -> None:
        """Pull over a network that has calmed down, until there is nothing new."""
        self.network.chance = 0.0
        for _ in range(20):
            pulled: dict[str, Any] = self.hub.do("pull", node=self.city_id)
            if pulled.get("batches") == 0:
                return
        raise AssertionError(pulled)

    def pull_and_strike(self, struck: Node, after: float) -> None:
        """Kill a node, as a power failure would, while the province pulls, and start it again."""
        strike = Timer(after, struck.process.kill)
        strike.start()
        with suppress(AssertionError) if struck is self.hub else nullcontext():
            self.hub.do("pull", node=self.city_id)
        strike.join()
        struck.kill()
        struck.start_again()

    def manifests(self) -> tuple[Any, Any]:
        """Return what the city gives and what the province holds."""
        given = self.city.do("manifests", node=self.hub_id)["given"]
        return given, self.hub.do("manifests", node=self.city_id)["held"]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    folder = tmp_path_factory.mktemp("bad-network")
    with ExitStack() as stack:
        hub = stack.enter_context(running_node(folder / "hub", DEEDS))
        city = stack.enter_context(running_node(folder / "city", DEEDS))
        network = stack.enter_context(faulty_network(city.port, chance=0.0, seed=20260504))
        yield Nodes(hub, city, network)


@pytest.mark.slow
@pytest.mark.requirement("P2-16")
def test_faults_and_kills_lose_nothing_and_double_nothing(nodes: Nodes) -> None:
    chance = random.Random(7)
    ids: list[str] = nodes.city.do("publish", count=40, title="示范公告")
    kills = 0
    while nodes.network.faults < FAULTS:
        nodes.network.chance = 0.5
        if kills < KILLS and nodes.network.faults > kills * FAULTS / KILLS:
            nodes.pull_and_strike(nodes.hub if kills % 2 else nodes.city, chance.random())
            kills += 1
        nodes.hub.do("pull", node=nodes.city_id)  # what fails is tried again
        deed = chance.random()
        if deed < 0.3:
            ids += nodes.city.do("publish", count=3, title="示范新闻")
        elif deed < 0.5:
            nodes.city.do("revise", id=chance.choice(ids), title=f"修订之{nodes.network.faults}")
    nodes.settle()
    given, held = nodes.manifests()
    assert given == held
    holdings = nodes.hub.do("holdings")
    assert set(ids) <= set(holdings)
    assert all(holdings[each]["status"] == "effective" for each in ids)
    # Every kind of fault was met.
    assert len(nodes.network.counts) == 5
    assert kills == KILLS
