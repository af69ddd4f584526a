"""`rongshu bench load --resources N`: fill library and sites for measuring, resumable and cached."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.gate.records import GateDefaults
from rongshu.library.load_records import load_records
from rongshu.library.models import Approval, ApprovalBatch, ResourceVersion
from rongshu.organizations.models import Organization
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.models import Column, Site

KIND = "bench"
BATCH_SIZE = 50_000
WIDE = 5
"""Sites on which each of the widely placed resources stands."""


class Command(ActingCommand):
    """Load varied records, make them effective, place them; what an earlier call loaded is kept."""

    help = "压测用：向资源库装入互不重复的示范资源（可中断续跑，已装入的不重复装）"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add `load` and its options."""
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        load = self.add_deed(subcommands, "load", "装入示范资源")
        load.add_argument("--resources", type=int, required=True, help="资源库中这类资源的总数")
        load.add_argument("--size", type=int, default=2000, help="每条正文的字节数")
        load.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1), help="预处理进程数")
        load.add_argument("--organization", action="append", help="所属机构的信用代码，可多次给出")
        load.add_argument("--place", action="store_true", help="同时轮流发布到各站点的末级栏目，每条一个")
        load.add_argument("--widely", type=int, default=0, help=f"前 N 条各发布到前 {WIDE} 个站点")

    def act(self, actor: Person, **options: Any) -> str:
        """Go on from what is there, in batches."""
        owners = _owners(options["organization"])
        columns = _columns() if options["place"] else []
        wanted, began = options["resources"], time.monotonic()
        with _progress_bar() as bar:
            task = bar.add_task("装入", total=wanted, completed=_loaded())
            while (present := _loaded()) < wanted or _unfinished():
                stop = min(wanted, (present // BATCH_SIZE + 1) * BATCH_SIZE)
                batch = _unfinished() or open_batch(actor=actor, kind=KIND, source=f"bench:{present}")
                if batch.status == ApprovalBatch.Status.OPEN:
                    records = load_records(owners, start=_first(batch), stop=stop, size=options["size"])
                    for _ in admit_many(
                        actor=actor,
                        records=records,
                        batch=batch,
                        defaults=GateDefaults(),
                        processes=options["processes"],
                    ):
                        bar.advance(task)
                    batch = close_batch(actor=actor, batch=batch)
                approve_batch(actor=actor, batch=batch, signers=[actor])
                if columns:
                    _place(actor, batch, columns, options["widely"])
                ApprovalBatch.objects.filter(pk=batch.pk).update(kind=f"{KIND}-done")
        return f"资源库中现有压测资源 {_loaded()} 条，本次用时 {time.monotonic() - began:.1f} 秒。"


def _owners(codes: list[str] | None) -> list[Organization]:
    organizations = Organization.objects.filter(status=Organization.Status.ACTIVE).order_by("pk")
    return list(organizations.filter(credit_code__in=codes) if codes else organizations[:200])


def _columns() -> list[list[Column]]:
    """Return the lowest columns of every site online, in a fixed order."""
    sites = Site.objects.filter(status=Site.Status.ONLINE).order_by("pk")
    lowest = Column.objects.filter(status=Column.Status.ACTIVE, children__isnull=True)
    return [found for site in sites if (found := list(lowest.filter(site=site).order_by("pk")))]


def _place(actor: Person, batch: ApprovalBatch, columns: Sequence[Sequence[Column]], widely: int) -> None:
    approval = Approval.objects.get(batch=batch, outcome=Approval.Outcome.APPROVED)
    place_many(actor=actor, pairs=_pairs(batch, columns, widely), approval=approval)


def _pairs(
    batch: ApprovalBatch, columns: Sequence[Sequence[Column]], widely: int
) -> Iterator[tuple[UUID, Column]]:
    rows = ResourceVersion.objects.filter(batch=batch, similarity__isnull=True).order_by("pk")
    for resource_id, key in rows.values_list("resource_id", "external_key").iterator(chunk_size=5000):
        number = int(key.removeprefix("load-"))
        first = 0 if number < widely else number
        for step in range(WIDE if number < widely else 1):
            site = columns[(first + step) % len(columns)]
            yield resource_id, site[number // len(columns) % len(site)]


def _loaded() -> int:
    return ResourceVersion.objects.filter(batch__kind__in=(KIND, f"{KIND}-done")).count()


def _first(batch: ApprovalBatch) -> int:
    """Return where a batch begins: an interrupted one is gone through again, and repeats nothing."""
    return int(batch.source.removeprefix("bench:"))


def _unfinished() -> ApprovalBatch | None:
    return ApprovalBatch.objects.filter(kind=KIND).order_by("created_at").first()


def _progress_bar() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
