"""Records per second through the gate with all checks on, and versions made effective per second.

    python -m bench.admit [--resources 20000] [--processes 2] [--keep FOLDER]

Target: 2,000 admitted records of 2 kB per second on 2 cores. The texts are made before the clock starts.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import tempfile
import time


def main() -> None:
    """Measure in a fresh data folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rongshu-bench-") as folder:
        os.environ.update(
            RONGSHU_DATA=folder, RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings"
        )
        profiler = cProfile.Profile() if options.profile else None
        if profiler:
            profiler.enable()
        measure(options.resources, options.processes)
        if profiler:
            profiler.disable()
            pstats.Stats(profiler).sort_stats("cumtime").print_stats(
                "rongshu|django.db.models.query|execute", 70
            )


def measure(count: int, processes: int) -> None:
    """Set up, admit, close, approve; print one line each."""
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from rongshu.library.actions.admit_many import admit_many  # noqa: PLC0415
    from rongshu.library.actions.batches import approve_batch, close_batch, open_batch  # noqa: PLC0415
    from rongshu.library.load_records import load_records  # noqa: PLC0415
    from rongshu.library.tests.conftest import make_library  # noqa: PLC0415

    library = make_library()
    owners = [library.education, library.health]
    records = list(load_records(owners, start=0, stop=count))
    size = sum(len(record.body_html.encode()) for record in records) / count
    batch = open_batch(actor=library.operator, kind="bench", source="bench")

    began, cpu = time.monotonic(), time.process_time()
    outcomes: dict[str, int] = {}
    for admission in admit_many(actor=library.operator, records=records, batch=batch, processes=processes):
        outcomes[admission.outcome] = outcomes.get(admission.outcome, 0) + 1
    writer = time.process_time() - cpu
    preparers = resource.getrusage(resource.RUSAGE_CHILDREN)
    others = preparers.ru_utime + preparers.ru_stime
    per_record = (writer + others) / count * 1000
    _report(
        "admitted",
        count,
        began,
        f"{size:.0f} bytes each, {outcomes}, CPU {per_record:.2f} ms a record"
        f" ({writer:.1f} s in the writer, {others:.1f} s in {processes} preparers)",
    )

    began = time.monotonic()
    batch = close_batch(actor=library.operator, batch=batch)
    _report("manifest", count, began, batch.manifest_digest[:20])
    began = time.monotonic()
    done = approve_batch(actor=library.operator, batch=batch, signers=[library.operator])
    _report("made effective", done, began, "")


def _report(what: str, count: int, began: float, note: str) -> None:
    elapsed = time.monotonic() - began
    print(f"{what}: {count} in {elapsed:.1f} s = {count / elapsed:,.0f}/s  {note}", flush=True)


if __name__ == "__main__":
    main()
