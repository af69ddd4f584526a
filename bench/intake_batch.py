"""Batches of sites taken over while they are killed: nothing lost, nothing doubled, reports that add up.

    python -m bench.intake_batch [--sites 40] [--articles 500] [--batches 2] [--kills 20] [--data FOLDER]

Target: 40 sites of 500 articles in two batches of 20, killed 20 times on the way. The old sites take turns
through all template families; every site has its own texts, as far as there are enough. A kill is SIGKILL to
the command at a random moment; the same command then goes on.

What it proves, from outside the code that writes the reports:
  lost     articles of the generated sites (the truth beside them) a run neither has nor lists with a reason
  doubled  versions in the library with the same old address and site, counted in the database
  add up   of every site and of all: found = stored + repeated + refused; the sums of the batch are those of
           its sites; and what the batch says of a site is what the report of its run lists, line by line
Each site's test report (texts, digests of files, pages on disk, answers of old addresses) is to be clean and
signed.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rongshu.project.legacy_sites import (
    FAMILIES,
    LegacyServer,
    LegacySite,
    build_legacy_site,
    read_source_articles,
)
from rongshu.project.testing.installations import ScratchInstallation, scratch_installation

PREPARE = """
import sys, django; django.setup()
from rongshu.intake.tests.killed import prepare; prepare()
from rongshu.foundation.audit import Clock
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.publishing.tests.world import _online
top = Organization.objects.get(name="示范省人民政府")
for number in range(int(sys.argv[1])):
    unit = create_organization(actor=Clock(), name=f"示范省第{number}厅", level="province", region=top.region,
        credit_code=demonstration_credit_code("990000", 100 + number), parent=top)
    _online(f"dept{number:02}", unit.name, "department", unit, f"99000001{number:02}")
"""
DOUBLED = """
import django; django.setup()
from django.db.models import Count
from rongshu.library.models import ResourceVersion
rows = ResourceVersion.objects.values("external_key", "batch__target_site_id").annotate(n=Count("pk"))
print(sum(row["n"] - 1 for row in rows if row["n"] > 1))
"""


def main() -> None:
    """Build, serve, take over, kill, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rongshu-bench-") as name:
        folder = Path(name)
        olds = _built(folder, options.sites, options.articles, options.data)
        with LegacyServer(olds) as server, scratch_installation(folder / "data") as place:
            place.python("-c", PREPARE, str(options.sites))
            measure(place, server, olds, options.batches, options.kills)


def measure(
    place: ScratchInstallation, server: LegacyServer, olds: Sequence[LegacySite], batches: int, kills: int
) -> None:
    """Take over all sites in so many batches; print what was lost, doubled, and whether reports add up."""
    chance, began, killed = random.Random(1), time.monotonic(), 0
    lost, adds_up, stored, signed = 0, True, 0, 0
    size = -(-len(olds) // batches)
    for start in range(0, len(olds), size):
        some = olds[start : start + size]
        table = place.folder / f"batch{start}.csv"
        rows = [
            f"{server.url_of(old)}/,dept{start + place_:02},operator,127.0.0.1"
            for place_, old in enumerate(some)
        ]
        table.write_text("\n".join(["来源,站点,负责人,允许主机", *rows]) + "\n")
        wanted = kills * (start + len(some)) // len(olds)
        report, killed = _carried_out(place, table, chance, killed, wanted)
        adds_up &= report["is_finished"] and _adds_up(report)
        stored += report["totals"]["stored"]
        for one, old in zip(report["sites"], some, strict=True):
            listed = _run_report(place, one["run"])
            lost += _lost(listed, old)
            adds_up &= _counted(listed) == one["counts"]
        clean_and_signed = sum(bool(one["is_clean"] and one["signed_by"]) for one in report["sites"])
        signed += clean_and_signed
        print(f"batch of {len(some)}: {report['totals']}, clean and signed {clean_and_signed}", flush=True)
    seconds = time.monotonic() - began
    doubled = int(place.python("-c", DOUBLED).stdout.strip().splitlines()[-1])
    print(
        f"{len(olds)} sites in {batches} batches, {stored} articles stored in {seconds:.0f} s, {killed} kills"
    )
    print(f"  lost {lost} (target 0), doubled {doubled} (target 0), reports add up: {adds_up}")
    print(f"  clean and signed reports {signed} (target {len(olds)})")


def _built(folder: Path, count: int, articles: int, data: Path) -> list[LegacySite]:
    families = sorted(FAMILIES)
    return [
        build_legacy_site(
            families[number % len(families)],
            read_source_articles(data, limit=articles, seed=number + 1),
            folder / f"old{number}",
            site_name=f"示范省第{number}厅",
            host=f"old{number}.example",
        )
        for number in range(count)
    ]


def _carried_out(
    place: ScratchInstallation, table: Path, chance: random.Random, killed: int, wanted: int
) -> tuple[dict[str, Any], int]:
    file = place.folder / "report.json"
    command = ["-m", "rongshu.project.cli", "intake", "batch", str(table), "--rate", "0"]
    command += ["--approved-by", "operator", "--report", str(file)]
    while True:
        process = place.start(*command)
        try:
            ended = process.wait(timeout=chance.uniform(8, 40) if killed < wanted else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
            continue
        if ended == 0:
            return json.loads(file.read_text()), killed
        print((place.folder / "process.log").read_text()[-2000:], flush=True)


def _adds_up(report: dict[str, Any]) -> bool:
    sites, totals = [one["counts"] for one in report["sites"]], report["totals"]
    balanced = all(
        one["source_count"] == one["stored"] + one["duplicates"] + one["refused"] for one in [*sites, totals]
    )
    return balanced and all(totals[name] == sum(one[name] for one in sites) for name in totals)


def _run_report(place: ScratchInstallation, run: str) -> dict[str, Any]:
    file = place.folder / "site.json"
    place.run("intake", "run", "--resume", run, "--report", str(file))
    report: dict[str, Any] = json.loads(file.read_text())
    return report


def _counted(report: dict[str, Any]) -> dict[str, int]:
    """Count what the report of a run lists, as the batch counts it; a fresh run has had no later looks."""
    counts = {name: len(report[name]) for name in ("duplicates", "refused")}
    counts["stored"] = len(report["articles"])
    return {**counts, "source_count": sum(counts.values()), "passes": 0}


def _lost(report: dict[str, Any], old: LegacySite) -> int:
    """Count the articles of an old site that its run neither has nor refuses for a reason."""
    known = {_path(url) for row in report["articles"] for url in (row["url"], *row["other_urls"])}
    known |= {_path(row["url"]) for row in (*report["duplicates"], *report["refused"])}
    return sum(1 for each in old.truth if not known & {each.url, *each.other_urls})


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


if __name__ == "__main__":
    main()
