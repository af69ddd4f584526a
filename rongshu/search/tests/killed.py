"""An installation whose indexer gets killed while people write and read: one part per process.

python -m rongshu.search.tests.killed prepare ARTICLES | index | write SECONDS SEED | read SECONDS SEED
                                      | rebuild | settle | probe TURNS

`write`, `read`, `settle` and `probe` print what they met as one line of JSON.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after the setup

from rongshu.accounts.models import Person  # noqa: E402
from rongshu.foundation import work  # noqa: E402
from rongshu.foundation.errors import RongshuError  # noqa: E402
from rongshu.foundation.worker import duties, run_worker, unregister_duty  # noqa: E402
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource  # noqa: E402
from rongshu.library.models import Resource  # noqa: E402
from rongshu.organizations.models import Organization  # noqa: E402
from rongshu.publishing.tests.world import Library, World, make_world  # noqa: E402
from rongshu.search.actions.index_pending import index_pending  # noqa: E402
from rongshu.search.engines.choosing import PUBLIC, engine  # noqa: E402
from rongshu.search.engines.clauses import OneOf, Phrase  # noqa: E402
from rongshu.search.engines.port import EngineRequest  # noqa: E402
from rongshu.search.indexing.planning import rebuild_request  # noqa: E402
from rongshu.search.indexing.verifying import find_drift  # noqa: E402
from rongshu.search.ranking import compose_plain  # noqa: E402
from rongshu.sites.models import Column, Site  # noqa: E402

# Readers and writers leave a core to the indexer, and to whatever else runs beside the test.
_BREATH = 0.02
_PATIENCE = 60.0
KEPT = {"sequencer", "consumers", "clock", "search-indexer"}
WORDS = ["示范通知", "校舍安全", "台账", "教育厅", "修改", "逐栋 排查", "示范正文之7", "没有这样的词"]


def prepare(articles: int) -> None:
    """Make the database, 示范省 and its first articles, all of them indexed."""
    call_command("migrate", verbosity=0)
    world = make_world()
    for _ in range(articles):
        world.article(world.news, world.bureau_news)
    index_pending()


def index() -> None:
    """Follow the events and index until killed."""
    for duty in duties():
        if duty.name not in KEPT:
            unregister_duty(duty.name)
    run_worker(threading.Event())


def write(seconds: float, seed: int) -> None:
    """Create, edit, recall and reinstate all the time; say how much of it was done."""
    dice, world = random.Random(seed), _world(seed)
    mine = list(Resource.objects.order_by("id").values_list("id", flat=True))[seed % 2 :: 2]
    done, errors = 0, []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(_BREATH)
        try:
            mine += _deed(dice, world, mine)
            done += 1
        except RongshuError:  # what the rules refuse: to recall what is recalled
            continue
        except Exception as error:  # noqa: BLE001 - whatever a writer meets is told
            errors.append(f"{error!r} from {error.__cause__!r}")
    _say(done=done, errors=errors)


def _deed(dice: random.Random, world: World, mine: list[Any]) -> list[Any]:
    chance = dice.random()
    if chance < 0.2:
        return [world.article(dice.choice((world.news, world.notices, world.bureau_news))).id]
    resource = Resource.objects.get(pk=dice.choice(mine))
    if chance < 0.6:
        world.edit(resource, title=f"示范通知修改之{next(world.numbers)}")
    elif chance < 0.85:
        withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
    else:
        reinstate_resource(actor=world.operator, resource=resource, reason="已核实")
    return []


def read(seconds: float, seed: int) -> None:
    """Search all the time; say what was not as it has to be."""
    dice, searches, errors = random.Random(seed), 0, []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            engine(PUBLIC).search(
                EngineRequest(clause=compose_plain(dice.choice(WORDS)), facets=("site", "type"))
            )
            sites = engine(PUBLIC).search(EngineRequest(clause=OneOf("kind", ("site",))))
            if sites.total != 2:
                errors.append(f"{sites.total} sites")
        except Exception as error:  # noqa: BLE001 - whatever a reader meets is told
            errors.append(f"{error!r} from {error.__cause__!r}")
        searches += 2
        time.sleep(_BREATH)
    _say(done=searches, errors=errors)


def probe(turns: int) -> None:
    """Create, edit and recall; say after how many seconds each was found by its words, or gone."""
    world = _world(0)
    took: dict[str, list[float]] = {"created": [], "edited": [], "recalled": []}
    for turn in range(turns):
        first, second = f"初次{turn}号标记", f"改过{turn}号标记"
        resource = world.article(title=f"关于{first}的通知")
        took["created"].append(_seconds_until(first, is_there=True))
        world.edit(resource, title=f"关于{second}的通知")
        took["edited"].append(_seconds_until(second, is_there=True))
        withdraw_resource(actor=world.operator, resource=resource, reason="内容有误")
        took["recalled"].append(_seconds_until(second, is_there=False))
    _say(**took)


def _seconds_until(text: str, *, is_there: bool) -> float:
    request = EngineRequest(clause=Phrase("title_characters", tuple(text)))
    began = time.monotonic()
    while bool(engine(PUBLIC).search(request).total) is not is_there:
        if time.monotonic() - began > _PATIENCE:
            break
        time.sleep(_BREATH)
    return time.monotonic() - began


def rebuild() -> None:
    """Ask for a new generation."""
    work.enqueue([rebuild_request("演练")])


def settle() -> None:
    """Do what is left and compare the index with what it is made from."""
    indexed = index_pending()
    drift = find_drift(PUBLIC)
    _say(
        left=indexed.left,
        failing=indexed.failing,
        checked=drift.checked,
        missing=len(drift.missing),
        stale=len(drift.stale),
        surplus=len(drift.surplus),
        generations=len(engine(PUBLIC).generations()),
    )


def _world(seed: int) -> World:
    person = {one.handle: one for one in Person.objects.all()}
    unit = {one.name: one for one in Organization.objects.all()}
    site = {one.slug: one for one in Site.objects.all()}
    column = {(one.site_id, one.slug): one for one in Column.objects.all()}
    portal, education = site["portal"], site["edu"]
    return World(
        library=Library(
            unit["示范省人民政府"],
            unit["示范省教育厅"],
            person["writer"],
            person["reviewer"],
            person["operator"],
        ),
        portal=portal,
        education=education,
        news=column[portal.id, "news"],
        notices=column[portal.id, "notices"],
        local_notices=column[portal.id, "local"],
        bureau_news=column[education.id, "news"],
        # Numbers become dates: hours after the first day, and never in the future.
        numbers=itertools.count(15_000 * seed),
    )


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")


DEEDS: dict[str, Callable[..., None]] = {
    "prepare": lambda articles: prepare(int(articles)),
    "index": index,
    "write": lambda seconds, seed: write(float(seconds), int(seed)),
    "read": lambda seconds, seed: read(float(seconds), int(seed)),
    "rebuild": rebuild,
    "settle": settle,
    "probe": lambda turns: probe(int(turns)),
}

if __name__ == "__main__":
    DEEDS[sys.argv[1]](*sys.argv[2:])
