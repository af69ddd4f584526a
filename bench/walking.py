"""The tenancy walk over many sites: requests asked, leaks and changes found.

    python -m bench.walking [--sites 200] [--full 3]

Each site's editor tries his share of the console's addresses with the objects of the next site; the first
`--full` editors and one who holds every role at home try all. Target: 0 leaks, 0 changes.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
import time


def main() -> None:
    """Walk in a fresh database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--full", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rongshu-bench-") as folder:
        os.environ.update(
            RONGSHU_DATA=folder, RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings"
        )
        walk(options.sites, options.full)


def walk(sites: int, full: int) -> None:
    """Make the world, let everyone walk, print what was found."""
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    logging.disable(logging.ERROR)
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with override_settings(**settings.CONSOLE_LISTENER, ALLOWED_HOSTS=["*"]):
        _walk_all(sites, full)


def _walk_all(sites: int, full: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from rongshu.project.walking.addresses import addresses  # noqa: PLC0415
    from rongshu.project.walking.walker import Findings, Walker  # noqa: PLC0415
    from rongshu.project.walking.world import World  # noqa: PLC0415

    began, world, found, everything = time.monotonic(), World(), Findings(), addresses()
    for _ in range(sites):
        world.add()
    print(f"{sites} sites made in {time.monotonic() - began:.0f} s on {connection.vendor}", flush=True)
    began, share = time.monotonic(), max(sites - full, 1)
    for place, tenant in enumerate(world.tenants):
        chosen = everything if place < full else everything[place % min(share, len(everything)) :: share]
        found.add(Walker(world, tenant, tenant.editor).walk(chosen))
    found.add(Walker(world, world.tenants[0], world.tenants[0].chief).walk())
    for one in [*found.leaks, *found.changes]:
        print(one)
    print(
        f"{found.requests} requests to {len(found.names)} of {len(everything)} addresses in"
        f" {time.monotonic() - began:.0f} s: {len(found.leaks)} leaks, {len(found.changes)} changes"
    )


if __name__ == "__main__":
    main()
