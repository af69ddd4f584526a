"""An installation with many sites and a full library, for other benches: resumable.

    RONGSHU_DATA=/tmp/million python -m bench.load [--resources 1000000] [--sites 200] [--widely 2000]

Every resource stands on one site, the first `--widely` ones on five. Prints the rate of each batch.
"""

from __future__ import annotations

import argparse
import os
import sys
import time


def main() -> None:
    """Set up once, then load what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--widely", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if "RONGSHU_DATA" not in os.environ:
        parser.error("RONGSHU_DATA names the folder to fill")
    os.environ.update(RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings")
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    operator = _set_up(options.sites)
    began = time.monotonic()
    call_command(
        "bench", "load", "--resources", str(options.resources), "--place", "--widely", str(options.widely),
        "--processes", str(options.processes), "--as", operator,
    )  # fmt: skip
    print(f"loaded in {time.monotonic() - began:,.0f} s", file=sys.stderr)


def _set_up(sites: int) -> str:
    """Make units and sites when there are none; return the operator's name."""
    from bench.publishing.seeding import open_site  # noqa: PLC0415
    from rongshu.accounts.models import Person  # noqa: PLC0415
    from rongshu.publishing.tests.world import make_library  # noqa: PLC0415
    from rongshu.sites.models import Site  # noqa: PLC0415

    if not Site.objects.exists():
        library = make_library()
        for number in range(sites):
            open_site(number, library)
    operator: str = Person.objects.order_by("created_at").values_list("handle", flat=True)[0]
    return operator


if __name__ == "__main__":
    main()
