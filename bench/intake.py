"""Old pages per second through all of intake over loopback: fetched, extracted, admitted, placed, published.

    python -m bench.intake [--articles 2000] [--family trs2012] [--data ../shared/data]

Target: 100 pages/s on two cores until everything is stored, 600 MB at most. The old site is built before the
clock starts and served by a process of its own; without the data folder it is made of our own sample
texts. Memory is the sum of the proportional set sizes (PSS) of the run and the processes it starts; CPU is
summed over the same processes and booked to the phase the run is in, so that it holds on a busy machine, too.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from rongshu.project.serving.memory import family_of, shares_of

if TYPE_CHECKING:
    from rongshu.project.legacy_sites.articles import LegacyArticle

PREPARE = "import django; django.setup(); from rongshu.intake.tests.killed import prepare; prepare()"
SERVE = """
import sys, time
from pathlib import Path
from rongshu.project.legacy_sites import LegacyServer, load_legacy_site
with LegacyServer(load_legacy_site(Path(sys.argv[1]))) as server:
    print(server.base_url, flush=True)
    time.sleep(1e6)
"""
STORING = ("start", "crawling", "learning", "admitting")
"""What the figure counts: fetched, extracted, through the gate, stored."""

OPTIONS = ("--site", "portal", "--allow-host", "127.0.0.1", "--approved-by", "operator", "--rate", "0")


def main() -> None:
    """Build, serve, run, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--family", default="trs2012")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rongshu-bench-") as folder:
        measure(Path(folder), options.family, options.articles, options.data)


def measure(folder: Path, family: str, count: int, data: Path) -> None:
    """Print pages per second of a whole run, and the most memory it took."""
    from rongshu.project.legacy_sites import build_legacy_site, read_source_articles  # noqa: PLC0415

    articles = as_many(read_source_articles(data, limit=count, seed=1), count)
    build_legacy_site(family, articles, folder / "old", site_name="示范省人民政府", host="old.example")
    environment = {
        **os.environ,
        "RONGSHU_DATA": str(folder / "data"),
        "RONGSHU_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
        # As installed: compiled once, and not by each process anew, whatever this shell says.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }
    (folder / "data").mkdir()
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder / "old")], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None  # noqa: S101 - a pipe was asked for
        url = server.stdout.readline().strip()
        report, used = run(folder, url, environment)
        served = sum(psutil.Process(server.pid).cpu_times()[:2])
    finally:
        server.kill()
        server.wait()
    pages = report["source_count"]
    print(f"intake of {family}, {len(articles)} articles: {pages} pages in {used.seconds:.1f} s")
    for phase, cpu in used.cpu.items():
        memory = used.memory[phase] / 2**20
        print(f"  {phase:<12}{cpu:7.1f} s of CPU, {1000 * cpu / pages:6.1f} ms a page, {memory:4.0f} MB PSS")
    for name, phases in (("stored", STORING), ("on trial", tuple(used.cpu))):
        cpu, clock = (sum(each[phase] for phase in phases) for each in (used.cpu, used.clock))
        print(
            f"  until {name}: {1000 * cpu / pages:.1f} ms of CPU a page, {pages / clock:.0f} pages/s by the"
            f" clock, {2 * pages / (cpu + served):.0f} on two idle cores, which the old server shares"
            " (target 100 until stored)"
        )
    storing, all_of_it = max(used.memory[phase] for phase in STORING), max(used.memory.values())
    print(
        f"  {storing / 2**20:.0f} MB PSS at most until stored, {all_of_it / 2**20:.0f} until on trial"
        " (target 600 until stored)"
    )
    print(
        f"  stored {report['stored']}, repeated {len(report['duplicates'])}, refused {len(report['refused'])}"
    )


def as_many(articles: list[LegacyArticle], count: int) -> list[LegacyArticle]:
    """Return so many articles: beyond what there are, the paragraphs of two take turns in a new one."""
    made = list(articles)
    for number in range(len(articles), count):
        one, other = (articles[(number * step) % len(articles)] for step in (1, 7))
        blocks = tuple(each for pair in zip(one.blocks, other.blocks, strict=False) for each in pair)
        title, key = f"{one.title}（{number}）", f"{one.key}-{number}"
        made.append(replace(one, key=key, title=title, blocks=blocks or one.blocks))
    return made


@dataclass
class Used:
    """What a run took: seconds; by phase the bytes at most, the seconds by the clock, and of CPU."""

    seconds: float = 0.0
    memory: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    clock: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def run(folder: Path, url: str, environment: dict[str, str]) -> tuple[dict, Used]:  # type: ignore[type-arg]
    """Return the report of `rongshu intake run`, and what the run took."""
    file = folder / "report.json"
    command = [sys.executable, "-m", "rongshu.project.cli", "intake", "run", url, *OPTIONS]
    began, used, before = time.monotonic(), Used(), 0.0
    looked = began
    process = psutil.Popen([*command, "--report", str(file)], env=environment)
    database = folder / "data" / "rongshu.sqlite3"
    while (ended := process.poll()) is None:
        phase, cpu = phase_of(database), cpu_of(process)
        used.memory[phase] = max(used.memory[phase], sum(shares_of(process)))
        used.cpu[phase] += max(cpu - before, 0.0)
        before = max(cpu, before)
        now = time.monotonic()
        used.clock[phase] += now - looked
        looked = now
        time.sleep(0.2)
    used.seconds = time.monotonic() - began
    if ended:
        sys.exit(ended)
    return json.loads(file.read_text()), used


def phase_of(database: Path) -> str:
    """Return the phase the only run is in; "start" before there is one."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        row = connection.execute("SELECT phase FROM rongshu_intake_intakerun").fetchone()
    return str(row[0]) if row else "start"


def cpu_of(process: psutil.Process) -> float:
    """Return the CPU seconds of a process, of those below it, and of those that have ended."""
    total = 0.0
    for each in family_of(process):
        with suppress(psutil.NoSuchProcess):
            total += sum(each.cpu_times()[:4])
    return total


if __name__ == "__main__":
    main()
