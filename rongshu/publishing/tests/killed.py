"""Kill the publisher at random moments and compare what it leaves in the end with an undisturbed run.

`python -m rongshu.publishing.tests.killed POINTS SEED` in a fresh RONGSHU_DATA; prints JSON. Everything
that opens the database runs in a forked child, so that killing it is killing a publisher.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.db import connections

ARTICLES: Final = 60
KILLS_IN_A_ROW: Final = 5
# Of seven children one renders in several processes, and one shares the sites with a companion.
STARTING: Final = 2.0  # seconds until further processes are at work
CROWDS: Final = {3: "crew", 6: "companions"}


def main() -> None:
    """Run and report."""
    points, seed = int(sys.argv[1]), int(sys.argv[2])
    django.setup()
    data = Path(os.environ["RONGSHU_DATA"])
    kept = data.with_name(data.name + "-kept")
    in_child(prepare)
    keep(data, kept)
    began = time.monotonic()
    in_child(publish)
    length = time.monotonic() - began
    expected, different = fingerprint(data), list[str]()
    for crowd in CROWDS.values():
        keep(kept, data)
        in_child(partial(publish, crowd))
        different += [f"{one} with {crowd}" for one in differences(expected, fingerprint(data))]
    chance = random.Random(seed)
    killed, compared = 0, 0
    while killed < points:
        keep(kept, data)
        for _ in range(KILLS_IN_A_ROW):
            crowd = CROWDS.get(killed % 7, "")
            until = length * 0.9 + (STARTING if crowd else 0)
            killed += in_child(partial(publish, crowd), kill_after=chance.uniform(0, until))
        in_child(publish)
        wait_for_orphans()
        found = fingerprint(data)
        compared += 1
        different += [f"{one} after {killed} kills" for one in differences(expected, found)]
    told = {"killed": killed, "compared": compared, "different": different[:20], "files": len(expected)}
    sys.stdout.write(json.dumps(told) + "\n")
    if url := os.environ.get("DATABASE_URL"):
        _beside(url, f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}_kept" WITH (FORCE)')


# Process groups of the children that were killed: their rendering processes outlive them for a moment.
_GROUPS: Final[set[int]] = set()


def in_child(what: Callable[[], None], kill_after: float | None = None) -> int:
    """Run in a forked child; kill it after a while. Return 1 when it was killed before its end."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            what()
            connections.close_all()
        except BaseException as error:  # noqa: BLE001 - a forked child never returns into the parent's code
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
        _GROUPS.add(child)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        sys.exit(f"a child failed with {os.WEXITSTATUS(status)}")
    return int(os.WIFSIGNALED(status))


def differences(expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """Name every file that is not as expected."""
    return sorted(
        [f"missing {path}" for path in expected.keys() - found.keys()]
        + [f"added {path}" for path in found.keys() - expected.keys()]
        + [f"altered {path}" for path in expected.keys() & found.keys() if expected[path] != found[path]]
    )


def wait_for_orphans() -> None:
    """Wait until no process of a killed child is left: a database may not be replaced under an open one."""
    ends_at = time.monotonic() + 60
    while _GROUPS:
        group = next(iter(_GROUPS))
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            _GROUPS.remove(group)
            continue
        if time.monotonic() > ends_at:
            raise RuntimeError(f"rendering processes of {group} do not end after their publisher was killed")
        time.sleep(0.05)


def prepare() -> None:
    """Make a province with articles, files and a recall, of which nothing is published yet."""
    from django.core.management import call_command  # noqa: PLC0415

    from rongshu.library.actions.withdraw_resource import withdraw_resource  # noqa: PLC0415
    from rongshu.library.gate.records import IncomingFile  # noqa: PLC0415
    from rongshu.publishing.tests.world import make_world  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    world = make_world()
    resources = []
    for number in range(ARTICLES):
        files = (IncomingFile(name=f"附件{number % 4}.txt", content=f"内容{number % 4}".encode() * 50),)
        columns = (world.news, world.bureau_news) if number % 3 else (world.notices,)
        resources.append(world.article(*columns, files=files if number % 5 == 0 else ()))
    withdraw_resource(actor=world.operator, resource=resources[1], reason="误发")


def publish(crowd: str = "") -> None:
    """Publish all there is, in small batches so that there is much to interrupt."""
    from rongshu.publishing import burden, publisher  # noqa: PLC0415
    from rongshu.publishing.actions.publish_pending import publish_pending  # noqa: PLC0415

    publisher._BATCH = 10  # type: ignore[misc]
    publisher._CREW_FROM = 30  # type: ignore[misc]
    if crowd == "crew":
        burden.loads = lambda sites: {}  # no site has much to do, so nobody looks for companions
    publish_pending(processes=2 if crowd else 0)


def fingerprint(data: Path) -> dict[str, str]:
    """Return a digest of every published file, those in writing included."""
    root = data / "www"
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file()
    }


def keep(source: Path, target: Path) -> None:
    """Make `target` a copy of `source`, database included; nobody may have either open."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
    if url := os.environ.get("DATABASE_URL"):
        own = urlsplit(url).path[1:]
        kept = f"{own}_kept"
        of, to = (own, kept) if target.name.endswith("-kept") else (kept, own)
        _copy_database(url, of, to)


def _copy_database(url: str, source: str, target: str) -> None:
    """A publisher that was killed may have left a statement running: it ends with its database."""
    _beside(url, f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
    _beside(url, f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _beside(url: str, statement: str) -> None:
    """Carry a statement out in the cluster's own database."""
    beside = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute(statement)  # names of our own making


if __name__ == "__main__":
    main()
