"""Pieces per second through the newsroom: created, submitted, reviewed at three levels, published.

    python scripts/with_postgres.py python -m bench.newsroom [--pieces 400] [--processes 2] [--proofs]

Every deed is an action of its own, in its own transaction, by its own person; `--proofs` takes the flow of
three reviews and three proofs instead of three reviews alone. Target: 40 per second on PostgreSQL.

Within the figure: looking for duplicates, the inspection of 2 kB of text with the built-in dictionaries, all
guards of the database, audit and events. Without: signing in, the web pages, reading the inbox, and what
follows the events afterwards (publishing, search). Whether the database waits for the disc is said beside it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any


def main() -> None:
    """Measure in a fresh database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=400)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--proofs", action="store_true")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rongshu-bench-") as folder:
        os.environ.update(
            RONGSHU_DATA=folder, RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings"
        )
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Set up, let the processes work, print pieces per second and CPU per piece."""
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, connections  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _set_up("three-reviews" if options.proofs else "bench-three")
    share = options.pieces // options.processes
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(options.processes + 1), context.Queue()
    workers = [
        context.Process(target=_work, args=(number, share, barrier, told, options.profile))
        for number in range(options.processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait(120)
    began = time.monotonic()
    figures = [told.get() for _ in workers]
    seconds = time.monotonic() - began
    for worker in workers:
        worker.join()
    done = share * options.processes
    used, asked, served = (sum(each) for each in zip(*figures, strict=True))
    print(
        f"{connection.vendor}: {done} pieces in {seconds:.1f} s, {done / seconds:.1f}/s with"
        f" {options.processes} processes; a piece takes {used / done * 1000:.1f} ms CPU of Python,"
        f" {served / done * 1000:.1f} ms of the database, {asked / options.processes:.0f} statements;"
        f" {_waits_for_disc()}"
    )


def _waits_for_disc() -> str:
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return "synchronous=NORMAL"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        return "fsync={}, synchronous_commit={}".format(*cursor.fetchone())


def _set_up(flow: str) -> None:
    from rongshu.accounts.actions.grant_role import grant_role  # noqa: PLC0415
    from rongshu.accounts.actions.register_person import register_person  # noqa: PLC0415
    from rongshu.foundation.audit import Clock  # noqa: PLC0415
    from rongshu.library.tests.conftest import make_library  # noqa: PLC0415
    from rongshu.newsroom.actions.assign_flow import assign_flow  # noqa: PLC0415
    from rongshu.newsroom.actions.define_flow import StepSetting, define_flow  # noqa: PLC0415

    library, clock = make_library(), Clock()
    for role in (
        "editor",
        "first-reviewer",
        "second-reviewer",
        "final-reviewer",
        "proof-reader",
        "publisher",
    ):
        person = register_person(
            actor=clock, name=role, handle=f"bench-{role}", organization=library.education
        )
        scope = {"scope": "organization", "scope_id": library.education.pk}
        grant_role(actor=clock, person=person, role=role, **scope)
    powers = ("review.first", "review.second", "review.final")
    steps = [
        StepSetting(stage=stage, kind="review", name=f"第{stage}审", capability=power)
        for stage, power in enumerate(powers, start=1)
    ]
    define_flow(actor=clock, code="bench-three", name="三审", steps=steps)
    assign_flow(actor=clock, flow=flow, scope="platform", reason="bench")


def _work(number: int, count: int, barrier: Any, told: Any, profile: bool) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from rongshu.library.load_records import load_records  # noqa: PLC0415
    from rongshu.organizations.models import Organization  # noqa: PLC0415

    owner = Organization.objects.get(name="示范省教育厅")
    loaded = load_records([owner], start=number * (count + 2), stop=(number + 1) * (count + 2))
    records = [_clean(one, number * (count + 2) + place) for place, one in enumerate(loaded)]
    _piece(records.pop())  # schemas and statements are read once per process
    with CaptureQueriesContext(connection) as queries:
        _piece(records.pop())
    barrier.wait(120)
    began, served = time.process_time(), database_time()
    if profile and number == 0:
        _profiled(records)
    else:
        for record in records:
            _piece(record)
    told.put((time.process_time() - began, len(queries), database_time() - served))


def database_time() -> float:
    """Return the seconds of CPU this connection's server process has used, 0 where there is none here."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not status.exists():
        return 0.0
    return sum(map(int, status.read_text().split()[13:15])) / os.sysconf("SC_CLK_TCK")


_WHO = ("各地", "有关部门", "学校", "各县", "主管单位", "乡镇", "社区", "医院", "图书馆", "文化馆")
_WHAT = (
    "要加强组织领导，明确工作责任。", "要做好检查和指导。", "要建立台账，及时整改。", "要广泛听取群众意见。",
    "要加强宣传，营造良好氛围。", "要按时报送工作进展。", "要总结经验，形成制度。", "要安排专人负责。",
)  # fmt: skip
_SENTENCES = tuple(who + what for who in _WHO for what in _WHAT)


def _clean(record: Any, serial: int) -> Any:
    """Return the record with about 2 kB in which the inspection finds nothing, different for each piece."""
    chosen = random.Random(serial).sample(_SENTENCES, 40)
    paragraphs = "".join(f"<p>{''.join(chosen[start : start + 4])}</p>" for start in range(0, 40, 4))
    title = f"关于做好示范工作的通知之{serial}"
    return replace(
        record, title=title, body_html=paragraphs, description="部署示范工作。", theme_code="11", files=(),
        content_source="示范省教育厅", elements={}, given_published_at=None, image="", keywords=(),
    )  # fmt: skip


def _profiled(records: list[Any]) -> None:
    import cProfile  # noqa: PLC0415
    import pstats  # noqa: PLC0415

    profiler = cProfile.Profile()
    profiler.enable()
    for record in records:
        _piece(record)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumtime").print_stats("rongshu|execute", 60)


def _piece(record: Any) -> None:
    """Take one piece from a blank page to the public."""
    from rongshu.library.actions.create_draft import create_draft  # noqa: PLC0415
    from rongshu.newsroom.actions.pass_step import pass_step  # noqa: PLC0415
    from rongshu.newsroom.actions.publish_piece import publish_piece  # noqa: PLC0415
    from rongshu.newsroom.actions.submit_piece import submit_piece  # noqa: PLC0415

    takers = {
        "review.first": "bench-first-reviewer", "review.second": "bench-second-reviewer",
        "review.final": "bench-final-reviewer", "proof.read": "bench-proof-reader",
    }  # fmt: skip
    writer = _person("bench-editor")
    review = submit_piece(actor=writer, resource=create_draft(actor=writer, record=record))
    for capability in _flow_of(review):
        review = pass_step(actor=_person(takers[capability]), review=review, comment="同意")
    publish_piece(actor=_person("bench-publisher"), review=review)


@cache
def _person(handle: str) -> Any:
    """Return a person, as the session of one who is signed in knows him; what he may do is asked anew."""
    from rongshu.accounts.queries import person_named  # noqa: PLC0415

    return person_named(handle)


def _flow_of(review: Any) -> list[str]:
    """Return what each step asks for: a reviewer has it from his inbox, which is not measured here."""
    if review.flow_id not in _CAPABILITIES:
        _CAPABILITIES[review.flow_id] = list(review.steps.values_list("capability", flat=True))
    return _CAPABILITIES[review.flow_id]


_CAPABILITIES: dict[str, list[str]] = {}


if __name__ == "__main__":
    main()
