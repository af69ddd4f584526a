"""The sealed chain of audit records: sealing what is committed, and finding what was changed since.

Each seal's head is the digest of the previous head and the record's digest. Heads are also written to
`audit/heads.jsonl` in the data folder: who rewrites the whole chain in the database contradicts that file.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from rongshu.foundation import clock
from rongshu.foundation.audit import digest_of_record
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.identifiers import created_at
from rongshu.foundation.models import AuditRecord, AuditSeal, Lease

FIRST_HEAD: Final = "sha256:" + "0" * 64
_LOCK: Final = "audit-sealer"
_AT_ONCE: Final = 1000
# Transactions are short: a record commits within a minute of its id. The complete sweep finds any other.
_WINDOW: Final = timedelta(minutes=1)
_OUT_OF_ORDER: Final = timedelta(minutes=10)


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing wrong with the trail: what kind, where, and a sentence for a person."""

    kind: str
    where: str
    sentence: str


@dataclasses.dataclass(frozen=True)
class AuditVerdict:
    """The result of a verification."""

    sealed: int
    unsealed: int
    head: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def heads_file() -> Path:
    """Return the file of exported chain heads, one JSON object per line."""
    return Path(settings.AUDIT_FOLDER) / "heads.jsonl"


def seal_audit(*, complete: bool = False) -> int:
    """Seal committed records that are not sealed yet; return how many.

    The usual pass looks at recent records; `complete` looks at all, for those that committed very late.
    """
    sealed = 0
    while some := list(unsealed(recent=not complete)[:_AT_ONCE]):
        sealed += _seal(some)
    _export_head()
    return sealed


def unsealed(*, recent: bool = False) -> QuerySet[AuditRecord]:
    """Return the records without a seal, in id order."""
    rows = AuditRecord.objects.filter(~Exists(AuditSeal.objects.filter(record=OuterRef("pk"))))
    if recent and (floor := _floor()) is not None:
        rows = rows.filter(pk__gte=floor)
    return rows.order_by("pk")


def _floor() -> UUID | None:
    last = AuditSeal.objects.order_by("-number").first()
    if last is None:
        return None
    moment = min(created_at(last.record_id), clock.now()) - _WINDOW
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _seal(records: list[AuditRecord]) -> int:
    with transaction.atomic():
        Lease.objects.get_or_create(name=_LOCK)
        Lease.objects.select_for_update().get(name=_LOCK)  # one sealer at a time, until the commit
        last = AuditSeal.objects.order_by("-number").first()
        number, head = (last.number, last.head) if last else (0, FIRST_HEAD)
        taken = set(AuditSeal.objects.filter(record__in=records).values_list("record_id", flat=True))
        seals, now = [], clock.now()
        for row in records:
            if row.pk not in taken:
                number, head = number + 1, next_head(head, row.digest)
                seals.append(AuditSeal(number=number, record=row, head=head, sealed_at=now))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


def next_head(head: str, record_digest: str) -> str:
    """Return the head of the chain after one more record."""
    return digest([head, record_digest])


def _export_head() -> None:
    last = AuditSeal.objects.order_by("-number").first()
    if last is None or last.number == _last_exported_number():
        return
    file = heads_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    line = {"number": last.number, "head": last.head, "sealed_at": last.sealed_at.isoformat()}
    with file.open("ab") as opened:
        # A new line first: the one before may have been cut short by a power failure.
        opened.write(b"\n" * _ends_unfinished(file) + json.dumps(line).encode() + b"\n")
        opened.flush()
        os.fsync(opened.fileno())


def _last_exported_number() -> int:
    lines = _tail(heads_file()).splitlines()
    return next((number for number, _ in map(_parse, reversed(lines)) if number > 0), 0)


def _ends_unfinished(file: Path) -> bool:
    return not _tail(file).endswith(b"\n") and file.exists() and file.stat().st_size > 0


def _tail(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - 4096))
            return opened.read()
    except FileNotFoundError:
        return b""


def _exported() -> Iterator[tuple[int, str]]:
    with contextlib.suppress(FileNotFoundError), heads_file().open("rb") as opened:
        yield from (_parse(line) for line in opened if line.strip())


def _parse(line: bytes) -> tuple[int, str]:
    """Return (number, head) of an exported line; (0, "") of one cut short."""
    try:
        entry = json.loads(line)
        return int(entry["number"]), str(entry["head"])
    except (ValueError, KeyError, TypeError):
        return 0, ""


def verify_audit(progress: Callable[[int], None] | None = None) -> AuditVerdict:
    """Check every sealed record against its digest, the chain and the exported heads; report the tail.

    `progress` is told the number reached, every thousand records.
    """
    walk = _Walk({number: head for number, head in _exported() if number > 0})
    seals = AuditSeal.objects.select_related("record").order_by("number")
    for seal in seals.iterator(chunk_size=1000):
        walk.step(seal)
        if progress is not None and seal.number % 1000 == 0:
            progress(seal.number)
    walk.finish()
    tail = 0
    for row in unsealed().iterator(chunk_size=1000):
        walk.check_tail(row)
        tail += 1
    return AuditVerdict(walk.count, tail, walk.head, tuple(walk.findings))


class _Walk:
    """A walk along the chain that notes whatever does not fit."""

    def __init__(self, exported: dict[int, str]) -> None:
        self.exported, self.findings = exported, list[Finding]()
        self.number, self.head, self.count = 0, FIRST_HEAD, 0
        self.newest: datetime | None = None

    def step(self, seal: AuditSeal) -> None:
        """Check the next seal and its record."""
        if seal.number != self.number + 1:
            self._gap(self.number + 1, seal.number - 1)
        elif seal.head != next_head(self.head, seal.record.digest):
            self._note(
                "chain-broken", f"第 {seal.number} 号", "封条与前一封条及记录的指纹不符，记录或封条被改动过。"
            )
        if self.exported.pop(seal.number, seal.head) != seal.head:
            self._note(
                "head-differs", f"第 {seal.number} 号", "链首与数据目录内导出的链首不同，整条链可能被重写。"
            )
        self._check_record(seal.record)
        self._check_order(seal)
        self.number, self.head, self.count = seal.number, seal.head, self.count + 1

    def finish(self) -> None:
        """Note what was exported as sealed but is not in the chain."""
        for number in sorted(self.exported):
            self._note("seal-missing", f"第 {number} 号", "已导出链首的封条不在数据库中，其记录可能被删除。")

    def check_tail(self, row: AuditRecord) -> None:
        """Check a record without a seal: its digest, and that it is not older than what is sealed."""
        self._check_record(row)
        if self.newest is not None and row.at < self.newest - _OUT_OF_ORDER:
            self._note("out-of-order", str(row.pk), _LATE)

    def _gap(self, first: int, last: int) -> None:
        where = f"第 {first} 号" if first == last else f"第 {first} 至 {last} 号"
        self._note("seal-missing", where, "封条或其记录不在数据库中，审计记录被删除过。")

    def _check_record(self, row: AuditRecord) -> None:
        if digest_of_record(row) != row.digest:
            self._note("record-changed", str(row.pk), "记录内容与其指纹不符，记录被改动过。")

    def _check_order(self, seal: AuditSeal) -> None:
        at = seal.record.at
        if self.newest is not None and at < self.newest - _OUT_OF_ORDER:
            self._note("out-of-order", f"第 {seal.number} 号", _LATE)
        self.newest = at if self.newest is None else max(self.newest, at)

    def _note(self, kind: str, where: str, sentence: str) -> None:
        self.findings.append(Finding(kind, where, sentence))


_LATE: Final = "记录时间明显早于先前封存的记录：有人补写了记录，或服务器时钟曾被调回。"
