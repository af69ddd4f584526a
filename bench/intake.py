"""Old pages per second through all of intake over loopback: fetched, extracted, admitted, placed, published.

    python -m bench.intake [--articles 2000] [--family trs2012] [--data ../shared/data]

Target: 100 pages/s on two cores. The old site is built before the clock starts and served by a process of its
own; without the data folder it is made of the project's own sample texts. Memory is the sum of the
proportional set sizes (PSS) of the run and the processes it starts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

PREPARE = "import django; django.setup(); from rongshu.intake.tests.killed import prepare; prepare()"
SERVE = """
import sys, time
from pathlib import Path
from rongshu.project.legacy_sites import LegacyServer, load_legacy_site
with LegacyServer(load_legacy_site(Path(sys.argv[1]))) as server:
    print(server.base_url, flush=True)
    time.sleep(1e6)
"""
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

    articles = read_source_articles(data, limit=count, seed=1)
    build_legacy_site(family, articles, folder / "old", site_name="示范省人民政府", host="old.example")
    environment = {
        **os.environ,
        "RONGSHU_DATA": str(folder / "data"),
        "RONGSHU_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
    }
    (folder / "data").mkdir()
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder / "old")], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None  # noqa: S101 - a pipe was asked for
        url = server.stdout.readline().strip()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        report, seconds, memory = run(folder, url, environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    finally:
        server.kill()
        server.wait()
    pages = report["source_count"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"intake of {family}, {len(articles)} articles: {pages} pages in {seconds:.1f} s")
    print(f"  {pages / seconds:.0f} pages/s (target 100), {memory / 2**20:.0f} MB PSS at most")
    idle = 2 * pages / cpu
    print(f"  {cpu:.1f} s of CPU, {1000 * cpu / pages:.1f} ms a page: {idle:.0f} pages/s on two idle cores")
    print(
        f"  stored {report['stored']}, repeated {len(report['duplicates'])}, refused {len(report['refused'])}"
    )


def run(folder: Path, url: str, environment: dict[str, str]) -> tuple[dict, float, int]:  # type: ignore[type-arg]
    """Return report, seconds and the highest PSS in bytes of `rongshu intake run`."""
    file = folder / "report.json"
    command = [sys.executable, "-m", "rongshu.project.cli", "intake", "run", url, *OPTIONS]
    began = time.monotonic()
    process = psutil.Popen([*command, "--report", str(file)], env=environment)
    most = 0
    while process.poll() is None:
        most = max(most, pss_of(process))
        time.sleep(0.5)
    seconds = time.monotonic() - began
    if process.returncode:
        sys.exit(process.returncode)
    return json.loads(file.read_text()), seconds, most


def pss_of(process: psutil.Process) -> int:
    """Return the proportional set size of a process and all below it."""
    total = 0
    try:
        for each in [process, *process.children(recursive=True)]:
            total += each.memory_full_info().pss
    except psutil.NoSuchProcess:
        pass
    return total


if __name__ == "__main__":
    main()
