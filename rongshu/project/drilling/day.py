"""The day: what editors and operators do at all nodes, while cities drop out and processes are killed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from rongshu.project.drilling.joining import DOWN, THEME, UP
from rongshu.project.drilling.nodes import NodeFailed, RunningNode
from rongshu.project.drilling.scene import Scene
from rongshu.project.drilling.sightings import Sight, instants, pages_of, results

_PATIENCE: Final = 180.0
"""Seconds that a change is waited for; what takes longer counts as lost."""
_BODY: Final = (
    "现就有关事项通知如下，请结合实际认真贯彻落实，并将进展情况及时报送。联系事项另行通知，第{number}号。"
)
ARRIVED, FOUND, GONE = "变更到达省级资源库", "变更可在省级检索到", "撤稿后各节点消失"
ARRIVED_BELOW: Final = "省级变更到达各市资源库"
LOST_FROM_SEARCH: Final = "撤稿后各节点检索不到"
_TURNS_OF_PROVINCE: Final = 5
"""Of so many turns one is the province's."""


@dataclass
class Day:
    """What happened: times by what was waited for (seconds), what was lost, what was done."""

    times: dict[str, list[float]] = field(
        default_factory=lambda: {each: [] for each in (ARRIVED, FOUND, ARRIVED_BELOW, GONE, LOST_FROM_SEARCH)}
    )
    lost: list[str] = field(default_factory=list)
    recalled: dict[str, str] = field(default_factory=dict)  # by resource the name of its origin
    kills: int = 0
    reported: int = 0
    offered: int = 0
    rotations: int = 0

    def wait(self, what: str, began: float, seen: float | None, whose: str) -> None:
        """Note how long something took, or that it never came."""
        if seen is None:
            self.lost.append(f"{what}：{whose}")
        else:
            self.times[what].append(max(seen - began, 0.0))

    def wait_for_all(self, what: str, began: float, seen: Mapping[str, float | None], whose: str) -> None:
        """Note how long the last of several places took, or which of them it never reached."""
        missing = [where for where, at in seen.items() if at is None]
        last = max((at for at in seen.values() if at is not None), default=None)
        if seen:
            self.wait(what, began, None if missing else last, f"{whose} {'、'.join(missing)}")


def follow_changes(scene: Scene, *, turns: int, seed: int = 1) -> dict[str, list[float]]:
    """Play so many turns of edits and recalls with nothing in their way; return the seconds of each kind."""
    day = Day()
    _turns(scene, day, turns, random.Random(seed), waits=True)  # noqa: S311 - a drill, no secrets
    if day.lost:
        raise NodeFailed("；".join(day.lost))
    return day.times


def play_day(scene: Scene, *, turns: int, kills: int, seed: int = 1) -> dict[str, Any]:
    """Play so many turns of edits, recalls, reports and offers; kill so many processes on the way."""
    dice, day = random.Random(seed), Day()  # noqa: S311 - a drill, no secrets
    _turns(scene, day, turns, dice, waits=True)
    _report_and_offer(scene, day)
    _rotate(scene, day, dice)
    _drop_out(scene, day, dice)
    with killing(scene, day, kills, seed):
        _turns(scene, day, turns, dice, waits=False)
    return {
        "times": {what: [round(each, 3) for each in times] for what, times in day.times.items()},
        "lost": day.lost,
        "recalled": day.recalled,
        "kills": day.kills,
        "reported": day.reported,
        "offered": day.offered,
        "rotations": day.rotations,
    }


def _turns(scene: Scene, day: Day, turns: int, dice: random.Random, *, waits: bool) -> None:
    for turn in range(turns):
        city = dice.choice(scene.cities)
        written = _write(scene, day, city, f"{turn}-{dice.randrange(10**6)}", waits=waits)
        _recall(scene, day, city, *written, waits=waits)
        if turn % _TURNS_OF_PROVINCE == 0:
            handed = _hand_down(scene, day, turn, waits=waits)
            _recall(scene, day, scene.province, *handed, waits=waits)
        scene.say("演练的一天" if waits else "故障中的一天", turn + 1, turns - turn - 1)


def _write(scene: Scene, day: Day, city: RunningNode, mark: str, *, waits: bool) -> tuple[str, str]:
    """Write an article and edit it, each time until the province has it and finds it; return id and title."""
    title = f"{city.node.region_name}关于开展演练工作的通知（{mark}）"
    written = city.do("write", title=title, body=_BODY.format(number=mark), theme=THEME)
    resource, again = str(written["id"]), f"{title}（修订）"
    if waits:
        _follow(scene, day, resource, title, written["at"])
    edited = city.do("edit", id=resource, title=again)
    if waits:
        _follow(scene, day, resource, again, edited["at"])
    return resource, again


def _follow(scene: Scene, day: Day, resource: str, title: str, began: float) -> None:
    arrived = scene.province.do("watch", wanted={resource: title}, seconds=_PATIENCE)[resource]
    day.wait(ARRIVED, began, arrived, title)
    found = instants([results(scene.province, resource, title)], is_there=True, seconds=_PATIENCE)
    day.wait_for_all(FOUND, began, found, title)


def _hand_down(scene: Scene, day: Day, turn: int, *, waits: bool) -> tuple[str, str]:
    """Write one article in the province; wait for it in every city; return id and title."""
    title = f"{scene.province.node.region_name}关于全省演练工作的通知（{turn}{'' if waits else '，故障中'}）"
    written = scene.province.do("write", title=title, body=_BODY.format(number=turn), theme=THEME)
    for city in scene.cities if waits else ():
        seen = city.do("watch", wanted={written["id"]: title}, seconds=_PATIENCE)[written["id"]]
        day.wait(ARRIVED_BELOW, written["at"], seen, f"{city.node.region_name} {title}")
    return str(written["id"]), title


def _recall(scene: Scene, day: Day, origin: RunningNode, resource: str, title: str, *, waits: bool) -> None:
    """Recall what was written; wait until no node has it, no page shows it and no search finds it."""
    pages, found = _shown(scene, day, resource, title) if waits else ([], [])
    recalled = origin.do("recall", id=resource)
    day.recalled[resource] = origin.node.name
    if not waits:
        return
    ended = instants([*pages, *found], is_there=False, seconds=_PATIENCE)
    left = {
        node.node.region_name: node.do("watch", wanted={resource: None}, seconds=_PATIENCE)[resource]
        for node in scene.nodes.values()
    }
    day.wait_for_all(GONE, recalled["at"], {**_of(pages, ended), **left}, resource)
    day.wait_for_all(LOST_FROM_SEARCH, recalled["at"], _of(found, ended), resource)


def _shown(scene: Scene, day: Day, resource: str, title: str) -> tuple[list[Sight], list[Sight]]:
    """Wait until the pages of a resource are published and searches find it: else nothing could go away."""
    pages = pages_of(scene, resource)
    on_pages = {sight.node for sight in pages}
    found = [results(node, resource, title) for node in scene.nodes.values() if node in on_pages]
    shown = instants([*pages, *found], is_there=True, seconds=_PATIENCE)
    day.lost += [f"没有发布：{what}" for what, at in shown.items() if at is None]
    return pages, found


def _of(sights: Sequence[Sight], seen: Mapping[str, float | None]) -> dict[str, float | None]:
    return {sight.what: seen[sight.what] for sight in sights}


def _report_and_offer(scene: Scene, day: Day) -> None:
    """Each city reports one resource up, the province hands one down; both are taken into columns."""
    for city in scene.cities:
        own = city.do("own", count=1)
        day.reported += len(city.do("report", ids=own, wish=UP))
    handed = scene.province.do("own", count=1)
    day.offered += len(scene.province.do("offer", ids=handed, is_mandatory=True))
    below = ((city, DOWN, len(handed)) for city in scene.cities)
    for node, column, wanted in [(scene.province, UP, day.reported), *below]:
        _settle(node, column, wanted)
        scene.say("报送与下发", 1, -1)


def _settle(node: RunningNode, column: str, wanted: int) -> None:
    until, settled = time.time() + _PATIENCE, 0
    while settled < wanted and time.time() < until:
        settled += node.do("settle", column=column)
        time.sleep(0.3)


def _rotate(scene: Scene, day: Day, dice: random.Random) -> None:
    for node in (scene.province, dice.choice(scene.cities)):
        node.do("rotate")
        day.rotations += 1


def _drop_out(scene: Scene, day: Day, dice: random.Random) -> None:
    """A city is off the net while its people go on writing; then it is back."""
    city = dice.choice(scene.cities)
    city.kill()
    title = f"{city.node.region_name}断网期间发布的通知"
    written = city.do("write", title=title, body=_BODY.format(number="断网"), theme=THEME)
    city.serve()
    seen = scene.province.do("watch", wanted={written["id"]: title}, seconds=_PATIENCE)
    if seen[written["id"]] is None:
        day.lost.append(f"断网恢复：{title}")


@contextmanager
def killing(scene: Scene, day: Day, kills: int, seed: int) -> Iterator[None]:
    """Kill processes at random while something goes on, and bring back nodes whose supervisor died."""
    dice = random.Random(seed + 1)  # noqa: S311 - a drill, no secrets

    def kill() -> None:
        while day.kills < kills:
            node = dice.choice(list(scene.nodes.values()))
            if node.kill_one(dice):
                day.kills += 1
            time.sleep(dice.uniform(0.2, 1.5))
            node.start()

    thread = threading.Thread(target=kill, name="killer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        for node in scene.nodes.values():
            node.serve()
