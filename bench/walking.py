"""The tenancy walk over many sites: requests asked, leaks and changes found.

    python -m bench.walking [--sites 200] [--folder DIR]

Each site's editor tries every address of the console with the objects of the next site, his share of them
thoroughly; so does one in ten chiefs, who hold every role at home. Interrupted, it goes on where it stopped
when the same folder is named again. Target: 0 leaks, 0 changes.
"""

from __future__ import annotations

import argparse
import logging
import os
import pickle
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rongshu.project.walking.findings import Findings
    from rongshu.project.walking.world import Tenant, World

_CHIEFS: Final = 10
# The world is kept at every so many tenants: what is made after that is made again.
_KEPT_AT: Final = 20


def main() -> None:
    """Walk in the folder's own database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="where the world and the findings are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rongshu-bench-") as passing:
        folder = options.folder or Path(passing)
        (folder / "var").mkdir(parents=True, exist_ok=True)
        os.environ.update(
            RONGSHU_DATA=str(folder / "var"),
            RONGSHU_DEMO="1",
            DJANGO_SETTINGS_MODULE="rongshu.project.settings",
        )
        walk(options.sites, folder)


def walk(sites: int, folder: Path) -> None:
    """Make the world, let everyone walk, print what was found."""
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    logging.disable(logging.ERROR)
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with override_settings(**settings.CONSOLE_LISTENER, ALLOWED_HOSTS=["*"]):
        _report(_walk_all(_world(sites, folder / "world.pickle"), folder / "findings.json"))


def _world(sites: int, file: Path) -> World:
    """Return the world of that many tenants, made further where it was left."""
    from django.db import connection, transaction  # noqa: PLC0415

    from rongshu.project.walking.world import World  # noqa: PLC0415

    began = time.monotonic()
    world: World = pickle.loads(file.read_bytes()) if file.exists() else World()  # noqa: S301 - our own file
    while len(world.tenants) < sites:
        with transaction.atomic():
            for _ in range(min(_KEPT_AT, sites - len(world.tenants))):
                world.add()
        file.write_bytes(pickle.dumps(world))
        print(f"  {len(world.tenants)} of {sites} sites made", flush=True)
    print(f"{sites} sites in {time.monotonic() - began:.0f} s on {connection.vendor}", flush=True)
    return world


def _walk_all(world: World, file: Path) -> Findings:
    from rongshu.project.walking.addresses import addresses  # noqa: PLC0415
    from rongshu.project.walking.findings import Findings  # noqa: PLC0415
    from rongshu.project.walking.harvest import Harvest  # noqa: PLC0415
    from rongshu.project.walking.tables import Tables  # noqa: PLC0415
    from rongshu.project.walking.walker import Walker  # noqa: PLC0415

    found = Findings.load(file) if file.exists() else Findings()
    first, tables, everything = world.tenants[0], Tables(), addresses()
    harvests = {role: Harvest(first) for role in ("editor", "chief")}
    for role, harvest in harvests.items():
        Walker(world, tables, harvest, first, getattr(first, role)).gather()
    began, before = time.process_time(), found.requests
    walks = [one for one in _walks(world) if f"{one[1]} {one[0].number}" not in found.walked]
    for place, (tenant, role) in enumerate(walks):
        walker = Walker(world, tables, harvests[role], tenant, getattr(tenant, role))
        found.add(walker.walk(thoroughly=everything[tenant.number :: len(world.tenants)]))
        found.walked.append(f"{role} {tenant.number}")
        found.save(file)
        if place % 10 == 0:
            spent = time.process_time() - began
            asked = found.requests - before
            print(
                f"  {place + 1} of {len(walks)} walks, {asked} requests in {spent:.0f} s of a core",
                flush=True,
            )
    print(f"walked in {time.process_time() - began:.0f} s of a core", flush=True)
    return found


def _walks(world: World) -> Iterator[tuple[Tenant, str]]:
    for tenant in world.tenants:
        yield tenant, "editor"
        if tenant.number % _CHIEFS == 0:
            yield tenant, "chief"


def _report(found: Findings) -> None:
    for one in [*found.leaks, *found.changes]:
        print(one)
    print(
        f"{found.requests} requests to {len(found.names)} addresses in {len(found.walked)} walks;"
        f" {sum(found.done.values())} of one's own deeds done at {len(found.done)} addresses;"
        f" {len(found.leaks)} leaks, {len(found.changes)} changes"
    )


if __name__ == "__main__":
    main()
