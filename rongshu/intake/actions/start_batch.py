"""Begin a batch of sites from its table, find the one the same table began, or amend it by a bettered one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import record
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.intake.batch_tables import TableRow
from rongshu.intake.errors import BatchMalformed, RunInProgress
from rongshu.intake.models import BatchSite, IntakeBatch, IntakeRun
from rongshu.intake.permissions import may_run_intake
from rongshu.intake.planning import read_mapping, read_rules
from rongshu.intake.queries.batches import batches_for, get_batch_for
from rongshu.sites.queries.sites import get_site_for

Pair = tuple[str, str]
_AMENDED: Final = ("position", "owner", "due_on", "allowed_hosts", "mapping", "rules")


def start_batch(*, actor: Person, name: str, digest: str, rows: Sequence[TableRow]) -> IntakeBatch:
    """Record a batch with a row for each site; nothing is read yet. The same table is the same batch.

    A table that names sites of an unfinished batch is that batch, amended: whoever mends one row of forty
    does not want thirty-nine sites taken over again. Raise `BatchMalformed` naming every row whose site,
    owner or mapping can't be had, or that was taken over before; then nothing is begun. Raise `RunInProgress`
    while the batch is being carried out.
    """
    viewer = viewer_for(actor)
    if (known := IntakeBatch.objects.filter(table_digest=digest).first()) is not None:
        return get_batch_for(viewer, known.pk)
    sites = _sites(viewer, rows)
    earlier = _earlier(viewer, sites, rows)
    if earlier is not None:
        return _amend(actor, earlier, digest, sites)
    with transaction.atomic():
        batch = IntakeBatch.objects.create(name=name[:200], table_digest=digest, started_by=actor)
        for site in sites:
            site.batch = batch
        BatchSite.objects.bulk_create(sites)
        record(actor, "intake-batch.started", batch, sites=len(sites), name=batch.name)
    return batch


def _sites(viewer: Viewer, rows: Sequence[TableRow]) -> list[BatchSite]:
    sites: list[BatchSite] = []
    problems: dict[str, str] = {}
    seen: dict[str, TableRow] = {}
    for row in rows:
        twin = seen.setdefault(row.source.rstrip("/").lower(), row)
        try:
            _require_own_source(row, twin)
            sites.append(_site(viewer, row))
        except RongshuError as error:
            problems[row.place] = error.message
    if problems:
        raise BatchMalformed(fields=problems)
    return sites


def _require_own_source(row: TableRow, twin: TableRow) -> None:
    """A source stands once, or goes to two sites by two plans: its old addresses lead to one site each."""
    if twin is row:
        return
    if twin.site == row.site:
        raise BatchMalformed(f"与{twin.place}的来源和站点相同，请去掉一行")
    if row.mapping is None or twin.mapping is None:
        raise BatchMalformed(f"与{twin.place}的来源相同：一个旧站分到两个站点的，两行都要写明“方案”")


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
        rules={shape: one.as_dict() for shape, one in read_rules(row.mapping).items()} if row.mapping else {},
    )


def _earlier(viewer: Viewer, sites: Sequence[BatchSite], rows: Sequence[TableRow]) -> IntakeBatch | None:
    """Return the unfinished batch these rows belong to, None where all of them are new."""
    known = {_pair(one): one.batch for one in _taken_on(sites)}
    batches = {one for one in known.values() if one.finished_at is None}
    problems = {
        row.place: "已在完成的批次中迁入，请从表中去掉；旧站还在更新的用 rongshu intake follow"
        for site, row in zip(sites, rows, strict=True)
        if _pair(site) in known and known[_pair(site)].finished_at is not None
    }
    if problems:
        raise BatchMalformed(fields=problems)
    mine = batches_for(viewer).filter(pk__in=[one.pk for one in batches])
    if mine.count() < len(batches):
        raise BatchMalformed("表中有站点已在别人发起的批次中迁移，请从表中去掉。")
    if len(batches) > 1:
        names = "、".join(sorted(f"“{one.name}”" for one in batches))
        raise BatchMalformed(f"表中的站点分属没有完成的批次{names}，请分开写。")
    return next(iter(batches), None)


def _taken_on(sites: Sequence[BatchSite]) -> Sequence[BatchSite]:
    rows = BatchSite.objects.filter(site__in={one.site_id for one in sites})
    wanted = {_pair(one) for one in sites}
    return [one for one in rows.select_related("batch__started_by").order_by("pk") if _pair(one) in wanted]


def _pair(site: BatchSite) -> Pair:
    return site.source.rstrip("/").lower(), str(site.site_id)


def _amend(actor: Person, batch: IntakeBatch, digest: str, sites: Sequence[BatchSite]) -> IntakeBatch:
    """Let an unfinished batch be what its bettered table says; what was begun goes on."""
    try:
        with hold(f"intake-batch/{batch.pk}", seconds=300), transaction.atomic():
            standing = {_pair(one): one for one in batch.sites.select_related("run")}
            wanted = {_pair(one): one for one in sites}
            _drop(standing, wanted)
            for pair in standing.keys() & wanted.keys():
                _change(standing[pair], wanted[pair])
            _renumber(batch, standing, wanted)
            batch.table_digest = digest
            batch.save(update_fields=["table_digest"])
            record(actor, "intake-batch.amended", batch, sites=len(sites), name=batch.name)
    except LeaseHeld as held:
        raise RunInProgress("这个批次正由另一个进程执行，请等它结束或停止后再用改过的表执行。") from held
    return batch


def _drop(standing: dict[Pair, BatchSite], wanted: Mapping[Pair, BatchSite]) -> None:
    """Take out what the table no longer names; what has brought articles can't be taken out of the report."""
    gone = [standing[pair] for pair in standing.keys() - wanted.keys()]
    begun = [one for one in gone if one.run is not None and one.run.articles.exists()]
    if begun:
        names = "、".join(one.source for one in begun)
        raise BatchMalformed(f"批次“{begun[0].batch.name}”已从 {names} 迁入内容，不能从表中去掉。")
    for one in gone:
        del standing[_pair(one)]
        one.delete()


def _change(site: BatchSite, wanted: BatchSite) -> None:
    for name in _AMENDED[1:]:
        setattr(site, name, getattr(wanted, name))
    if site.run is not None and site.run.phase != IntakeRun.Phase.FINISHED:
        # A run that was refused a host it needs goes on with it; its columns are changed in the back office.
        site.run.allowed_hosts = site.allowed_hosts
        site.run.save(update_fields=["allowed_hosts"])


def _renumber(
    batch: IntakeBatch, standing: Mapping[Pair, BatchSite], wanted: Mapping[Pair, BatchSite]
) -> None:
    """Give every site its place in the table; positions are unique, so the old ones make way first."""
    beyond = 1 + max([len(wanted), *(one.position for one in standing.values())])
    for place, one in enumerate(standing.values(), start=beyond):
        one.position = place
        one.save(update_fields=["position"])
    for pair, given in wanted.items():
        one = standing.get(pair, given)
        one.batch, one.position = batch, given.position
        one.save(update_fields=_AMENDED if pair in standing else None)
