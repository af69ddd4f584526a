"""All nodes of a drill together, on one machine, each with its folder and its ports."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, Self, TypeVar

from rongshu.project.drilling.ledger import Ledger
from rongshu.project.drilling.nodes import RunningNode
from rongshu.project.drilling.plan import Drill, Node
from rongshu.project.serving.ports import free_ports

_Result = TypeVar("_Result")
_BREATH: Final = 2.0
_NEXT_TO_NOTHING: Final = 50
"""Events and work that may be waiting at any time, on a node at rest, too."""
Say = Callable[[str, int, int], None]
Note = Callable[[str], None]


@dataclass
class Scene:
    """Where a drill takes place. `province_database` is its DATABASE_URL, "" for SQLite."""

    folder: Path
    drill: Drill
    say: Say
    province_database: str = ""
    at_once: int = 2
    note: Note = print
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger.opened(self.folder / "drill.json", self.drill)
        if not self.ledger.ports:
            moving = self.drill.moving
            ports = iter(free_ports(2 * len(self.drill.everyone) + len(moving)))
            self.ledger.ports = {node.name: (next(ports), next(ports)) for node in self.drill.everyone}
            self.ledger.old_ports = {unit.slug: next(ports) for unit in moving}
            self.ledger.keep()

    @classmethod
    def prepared(
        cls, folder: Path, drill: Drill, say: Say, note: Note, *, again: bool = False, database: str = ""
    ) -> Self:
        """Return the scene of a drill that goes on, or begins; `again` removes what the last one left."""
        if again:
            shutil.rmtree(folder, ignore_errors=True)
        return cls(folder, drill, say, database, note=note)

    @cached_property
    def nodes(self) -> dict[str, RunningNode]:
        """The nodes by name, the province first."""
        return {node.name: self._running(node) for node in self.drill.everyone}

    @property
    def ids(self) -> dict[str, str]:
        """The node ids by name, as the nodes said them when they were set up."""
        return dict(self.ledger.found["found"]["nodes"])

    @property
    def province(self) -> RunningNode:
        """The hub."""
        return self.nodes[self.drill.province.name]

    @property
    def cities(self) -> list[RunningNode]:
        """The cities."""
        return [self.nodes[city.name] for city in self.drill.cities]

    def each(
        self, what: str, nodes: Sequence[RunningNode], do: Callable[[RunningNode], _Result]
    ) -> list[_Result]:
        """Do something with each node, some of them at once, and tell how far it is."""
        results = []
        with ThreadPoolExecutor(self.at_once) as pool:
            try:
                for done, result in enumerate(pool.map(do, nodes), start=1):
                    results.append(result)
                    self.say(what, done, len(nodes) - done)
            except BaseException:
                # Those that are at it end; the others need not begin.
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return results

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Let every node serve, the cities before the province; at the end all of them are stopped.

        As it is where each has machines of its own: what a city has still to do with its own library is done
        when the province comes to it.
        """
        try:
            for node in self.cities:
                node.start()
            for node in self.cities:
                node.wait()
            self._let_settle(self.cities)
            self.province.serve()
            yield
        finally:
            for node in self.nodes.values():
                node.stop()

    def _let_settle(self, nodes: Sequence[RunningNode]) -> None:
        """Wait until nodes have done what their own libraries ask for: numbering, indexing, publishing."""
        left = list(nodes)
        while left:
            time.sleep(_BREATH)
            left = [node for node in left if node.do("unfinished") > _NEXT_TO_NOTHING]
            self.say("各市处理自有资源", len(nodes) - len(left), len(left))

    def _running(self, node: Node) -> RunningNode:
        database = self.province_database if node.is_hub else ""
        return RunningNode(node, self.folder / node.name, self.ledger.ports[node.name], database_url=database)
