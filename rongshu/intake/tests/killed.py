"""An installation for runs and tasks that get killed, and the state they leave it in.

python -m rongshu.intake.tests.killed prepare | run SOURCE [PHASE…] | task FILE [RECORDS…] | state
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - after the setup
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from rongshu.accounts.queries import recorded_operator  # noqa: E402
from rongshu.foundation.models import Event, Work  # noqa: E402
from rongshu.foundation.sealing import verify_audit  # noqa: E402
from rongshu.intake.actions.carry_out import Conduct, carry_out  # noqa: E402
from rongshu.intake.actions.carry_task import carry_task  # noqa: E402
from rongshu.intake.actions.define_task import TaskDescription, create_task  # noqa: E402
from rongshu.intake.actions.start_run import start_run  # noqa: E402
from rongshu.intake.actions.start_task import resume_task, start_task  # noqa: E402
from rongshu.intake.crawling import Politeness  # noqa: E402
from rongshu.intake.models import IntakeRun  # noqa: E402
from rongshu.intake.queries.report import report_of  # noqa: E402
from rongshu.library.models import Resource, ResourceVersion  # noqa: E402
from rongshu.publishing.tests.world import make_world, tree_of  # noqa: E402
from rongshu.sites.models import LegacyAddress, Placement, Site  # noqa: E402


def prepare() -> None:
    """Make the database and 示范省."""
    call_command("migrate", verbosity=0)
    make_world()


def run_and_be_killed(source: str, phases: list[str], report: Path) -> None:
    """Run to the end; in each of the phases the process is killed when it tells its first progress."""
    prepare()
    operator = recorded_operator()
    run = start_run(
        actor=operator, site=Site.objects.get(slug="portal"), source=source, allowed_hosts=["127.0.0.1"]
    )
    conduct = Conduct(operator, [operator], Politeness(per_second=None, at_once=8))
    for phase in phases:
        _be_killed(partial(carry_out, run), conduct, phase=IntakeRun.Phase(phase).label)
    call_command("intake", "run", resume=str(run.id), approved_by="operator", rate=0.0, report=report)


def task_killed(file: Path, moments: list[int], report: Path) -> None:
    """Read a file of records as a task; the process is killed whenever it tells of so many records."""
    prepare()
    operator = recorded_operator()
    fields = {"Title": "title", "Content": {"field": "body", "as": "html"}, "PubDate": "created"}
    mapping = {
        "fields": fields,
        "column": "channel",
        "address": {"template": "http://old.example.cn/{id}.html"},
    }
    described = TaskDescription(
        name="旧库", kind="file", settings={"path": str(file), "key": "id"}, mapping=mapping
    )
    site = Site.objects.get(slug="portal")
    task = create_task(actor=operator, site=site, description=described, is_operator=True)
    reading, conduct = start_task(actor=operator, task=task), Conduct(operator, [operator])
    for moment in moments:
        _be_killed(partial(carry_task, reading), conduct, done=moment)
        task.refresh_from_db()
        reading = resume_task(actor=operator, task=task)
    carry_task(reading, conduct)
    report.write_text(json.dumps(report_of(reading.run), ensure_ascii=False))


def _be_killed(
    work: Callable[[Conduct], object], conduct: Conduct, *, phase: str = "", done: int = 0
) -> None:
    """Do work in a process of its own, killed the first time it tells of the phase and of so many."""

    def tell(label: str, so_far: int, left: int) -> None:
        if phase in ("", label) and so_far >= done:
            os.kill(os.getpid(), signal.SIGKILL)

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            work(replace(conduct, progress=tell))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, (phase, done)


def state() -> dict[str, Any]:
    """Return the content of library, site and published tree; what is drawn by lot or counted is named."""
    names = {
        drawn: f"[{resource.effective_version.title}]"
        for resource in Resource.objects.filter(effective_version__isnull=False).select_related(
            "effective_version"
        )
        if resource.effective_version
        for drawn in (
            resource.address,
            resource.index_number,
            str(resource.pk),
            str(resource.effective_version.pk),
        )
        if drawn
    }
    return {
        "versions": sorted(map(_version, ResourceVersion.objects.select_related("resource"))),
        "placements": sorted(
            map(_placement, Placement.objects.select_related("column", "resource__effective_version"))
        ),
        "addresses": sorted(
            map(_address, LegacyAddress.objects.select_related("column", "resource__effective_version"))
        ),
        "files": _tree(names),
        "left": [Work.objects.count(), Event.objects.filter(number__isnull=True).count()],
        "is_sound": verify_audit().is_sound,
        "phases": sorted(IntakeRun.objects.values_list("phase", flat=True)),
    }


def _version(version: ResourceVersion) -> list[Any]:
    files = sorted(file["digest"] for file in version.attachments)
    is_effective = version.resource.effective_version_id == version.pk
    return [version.title, version.body, str(version.given_published_at), version.given_published_precision,
            version.content_source, version.elements, files, is_effective]  # fmt: skip


def _title(resource: Resource | None) -> str:
    return resource.effective_version.title if resource and resource.effective_version else ""


def _placement(placement: Placement) -> list[str]:
    return [_title(placement.resource), placement.column.path, placement.state, str(placement.published_at)]


def _address(kept: LegacyAddress) -> list[str]:
    column = kept.column.path if kept.column else ""
    return [kept.request_uri, _title(kept.resource), column, kept.file_digest, kept.gone_reason]


def _tree(names: dict[str, str]) -> dict[str, str]:
    """Return the digest of every published file, written as if addresses and numbers were titles."""
    # The address is in the QR code, too; feeds and maps say when something was last changed here, and ids.
    identifier = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    square = re.compile(
        rf'<path stroke="#000" d="[^"]*"|<(?:updated|lastBuildDate|lastmod)>[^<]*|{identifier}'
    )
    drawn = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")

    def named(text: str) -> str:
        return drawn.sub(lambda found: names[found[0]], square.sub("", text))

    files = {}
    for path, content in tree_of(Site.objects.get(slug="portal")).items():
        name = named(path)
        is_text = path.endswith((".html", ".xml", ".txt", ".atom", ".rss", ".json"))
        text = named(content.decode()).encode() if is_text else content
        if path.startswith("sitemap"):  # in the order of addresses, which are drawn
            text = b"".join(sorted(re.findall(b"<loc>[^<]*", text)))
        files[name] = sha256(text).hexdigest()
    return files


if __name__ == "__main__":
    deed, *arguments = sys.argv[1:]
    file = Path(settings.DATA_FOLDER) / "report.json"
    if deed == "prepare":
        prepare()
    elif deed == "run":
        run_and_be_killed(arguments[0], arguments[1:], file)
    elif deed == "task":
        task_killed(Path(arguments[0]), [int(moment) for moment in arguments[1:]], file)
    if deed != "prepare":
        (file.parent / "state.json").write_text(json.dumps(state(), ensure_ascii=False))
