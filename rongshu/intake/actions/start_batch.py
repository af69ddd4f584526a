"""Begin a batch of sites from its table, or find the one the same table began."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import record
from rongshu.foundation.errors import RongshuError
from rongshu.intake.batch_tables import TableRow
from rongshu.intake.errors import BatchMalformed
from rongshu.intake.models import BatchSite, IntakeBatch
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.planning import read_mapping
from rongshu.sites.queries.sites import get_site_for


def start_batch(*, actor: Person, name: str, digest: str, rows: Sequence[TableRow]) -> IntakeBatch:
    """Record a batch with a row for each site; nothing is read yet. The same table is the same batch.

    Raise `BatchMalformed` naming every row whose site, owner or mapping can't be had; then nothing is begun.
    """
    if (known := IntakeBatch.objects.filter(table_digest=digest).first()) is not None:
        return known
    viewer = viewer_for(actor)
    sites: list[BatchSite] = []
    problems: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.source.rstrip("/"), row.site) in seen:
            problems[f"第 {row.number} 行"] = "与前面一行的来源和站点相同"
        seen.add((row.source.rstrip("/"), row.site))
        try:
            sites.append(_site(viewer, row))
        except RongshuError as error:
            problems[f"第 {row.number} 行"] = error.message
    if problems:
        raise BatchMalformed(fields=problems)
    with transaction.atomic():
        batch = IntakeBatch.objects.create(name=name[:200], table_digest=digest, started_by=actor)
        for site in sites:
            site.batch = batch
        BatchSite.objects.bulk_create(sites)
        record(actor, "intake-batch.started", batch, sites=len(sites), name=batch.name)
    return batch


def _site(viewer: Viewer, row: TableRow) -> BatchSite:
    site = get_site_for(viewer, row.site)
    if not may_run_intake(viewer, site):
        raise BatchMalformed(f"您不能向站点“{row.site}”迁入")
    return BatchSite(
        position=row.number,
        source=row.source,
        site=site,
        owner=person_named(row.owner),
        due_on=row.due_on,
        allowed_hosts=list(row.allowed_hosts),
        mapping=read_mapping(row.mapping, site) if row.mapping else {},
    )
