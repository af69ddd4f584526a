"""`rongshu bench load --resources N`: fill the library for measuring, resumable and cached."""

from __future__ import annotations

import os
import time
from typing import Any

from django.core.management.base import CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.gate.records import GateDefaults
from rongshu.library.load_records import load_records
from rongshu.library.models import ApprovalBatch, ResourceVersion
from rongshu.organizations.models import Organization

KIND = "bench"
BATCH_SIZE = 50_000


class Command(ActingCommand):
    """Load varied records and make them effective; what an earlier call loaded is kept."""

    help = "压测用：向资源库装入互不重复的示范资源（可中断续跑，已装入的不重复装）"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add `load` and its options."""
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        load = self.add_deed(subcommands, "load", "装入示范资源")
        load.add_argument("--resources", type=int, required=True, help="资源库中这类资源的总数")
        load.add_argument("--size", type=int, default=2000, help="每条正文的字节数")
        load.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), help="预处理进程数")
        load.add_argument("--organization", action="append", help="所属机构的信用代码，可多次给出")

    def act(self, actor: Person, **options: Any) -> str:
        """Go on from what is there, in batches."""
        owners = _owners(options["organization"])
        wanted, began = options["resources"], time.monotonic()
        with _progress_bar() as bar:
            task = bar.add_task("装入", total=wanted, completed=_loaded())
            while (present := _loaded()) < wanted or _unfinished():
                stop = min(wanted, (present // BATCH_SIZE + 1) * BATCH_SIZE)
                batch = _unfinished() or open_batch(actor=actor, kind=KIND, source=f"bench:{present}")
                if batch.status == ApprovalBatch.Status.OPEN:
                    records = load_records(owners, start=present, stop=stop, size=options["size"])
                    for _ in admit_many(
                        actor=actor,
                        records=records,
                        batch=batch,
                        defaults=DEFAULTS,
                        processes=options["processes"],
                    ):
                        bar.advance(task)
                    batch = close_batch(actor=actor, batch=batch)
                approve_batch(actor=actor, batch=batch, signers=[actor])
                ApprovalBatch.objects.filter(pk=batch.pk).update(kind=f"{KIND}-done")
        return f"资源库中现有压测资源 {_loaded()} 条，本次用时 {time.monotonic() - began:.1f} 秒。"


DEFAULTS = GateDefaults()


def _owners(codes: list[str] | None) -> list[Organization]:
    organizations = Organization.objects.filter(status=Organization.Status.ACTIVE).order_by("pk")
    return list(organizations.filter(credit_code__in=codes) if codes else organizations[:200])


def _loaded() -> int:
    return ResourceVersion.objects.filter(batch__kind__in=(KIND, f"{KIND}-done")).count()


def _unfinished() -> ApprovalBatch | None:
    return ApprovalBatch.objects.filter(kind=KIND).order_by("created_at").first()


def _progress_bar() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
