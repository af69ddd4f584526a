"""Whatever is changed in the audit trail afterwards is found, even by someone with the database in hand."""

# ruff: noqa: S608 - the statements of a forger

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from rongshu.foundation import clock, sealing
from rongshu.foundation.audit import Clock, digest_of_record, record
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import AuditRecord, AuditSeal, Installation
from rongshu.foundation.sealing import heads_file, next_head, seal_audit, verify_audit

pytestmark = pytest.mark.django_db
RECORD, SEAL = "rongshu_foundation_auditrecord", "rongshu_foundation_auditseal"


@pytest.fixture(autouse=True)
def audit_folder(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_FOLDER = tmp_path / "audit"


def leave_traces(count: int) -> list[AuditRecord]:
    target = Installation(name="示范省")
    with transaction.atomic():
        return [record(Clock(), "tree.watered", target, liters=n, tree=new_id()) for n in range(count)]


def tamper(*statements: str) -> None:
    """Do what only someone with the database in hand can: switch the triggers off and change rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in (
                "record_is_not_changed",
                "record_is_not_deleted",
                "seal_is_not_changed",
                "seal_is_not_deleted",
            ):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_{name}")
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in (RECORD, SEAL):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            cursor.execute(statement)


def kinds() -> set[str]:
    return {finding.kind for finding in verify_audit().findings}


def test_an_untouched_trail_is_sound_and_its_tail_is_reported() -> None:
    leave_traces(3)
    assert seal_audit() == 3
    assert seal_audit() == 0
    leave_traces(2)
    verdict = verify_audit()
    assert verdict.is_sound
    assert (verdict.sealed, verdict.unsealed) == (3, 2)


def test_an_edit_is_found_sealed_or_not() -> None:
    leave_traces(3)
    tamper(f"UPDATE {RECORD} SET actor_name = '别人' WHERE action = 'tree.watered'")
    assert kinds() == {"record-changed"}
    seal_audit()
    assert kinds() == {"record-changed"}


def test_an_edit_with_a_new_digest_breaks_the_chain() -> None:
    rows = leave_traces(3)
    seal_audit()
    rows[1].actor_name = "别人"
    tamper(
        f"UPDATE {RECORD} SET actor_name = '别人', digest = '{digest_of_record(rows[1])}' "
        f"WHERE id = '{_as_stored(rows[1])}'"
    )
    assert kinds() == {"chain-broken"}


def test_deletion_is_found_in_the_middle_and_at_the_end() -> None:
    rows = leave_traces(4)
    seal_audit()
    tamper(f"DELETE FROM {SEAL} WHERE number = 4", f"DELETE FROM {RECORD} WHERE id = '{_as_stored(rows[3])}'")
    assert kinds() == {"seal-missing"}


def test_deletion_in_the_middle_is_found() -> None:
    rows = leave_traces(4)
    seal_audit()
    tamper(f"DELETE FROM {SEAL} WHERE number = 2", f"DELETE FROM {RECORD} WHERE id = '{_as_stored(rows[1])}'")
    assert kinds() == {"seal-missing"}


def test_a_backdated_insertion_is_found_before_and_after_it_is_sealed() -> None:
    (row,) = leave_traces(1)
    seal_audit()
    forged = AuditRecord.objects.get(pk=row.pk)
    forged.pk, forged.at, forged._state.adding = new_id(), row.at - timedelta(days=30), True
    forged.digest = digest_of_record(forged)
    forged.save(force_insert=True)
    assert kinds() == {"out-of-order"}
    seal_audit()
    assert kinds() == {"out-of-order"}


def test_a_chain_rewritten_from_end_to_end_contradicts_the_exported_heads() -> None:
    rows = leave_traces(3)
    seal_audit()
    rows[0].actor_name = "别人"
    statements, head = [], sealing.FIRST_HEAD
    for number, row in enumerate(rows, start=1):
        digest = digest_of_record(row)
        head = next_head(head, digest)
        name = row.actor_name
        statements.append(
            f"UPDATE {RECORD} SET actor_name = '{name}', digest = '{digest}' WHERE id = '{_as_stored(row)}'"
        )
        statements.append(f"UPDATE {SEAL} SET head = '{head}' WHERE number = {number}")
    tamper(*statements)
    assert kinds() == {"head-differs"}


def test_heads_are_exported_once_and_an_unfinished_line_is_survived() -> None:
    leave_traces(1)
    seal_audit()
    seal_audit()
    with heads_file().open("a") as opened:
        opened.write('{"number": 2, "he')
    leave_traces(1)
    seal_audit()
    lines = heads_file().read_text().splitlines()
    assert [json.loads(lines[0])["number"], json.loads(lines[-1])["number"]] == [1, 2]
    assert verify_audit().is_sound


def test_a_record_that_commits_late_is_sealed_by_the_complete_sweep() -> None:
    early = _id_of(clock.now() - timedelta(minutes=5))
    leave_traces(1)
    seal_audit()
    late = AuditRecord.objects.get()
    late.pk, late._state.adding = early, True
    late.digest = digest_of_record(late)
    late.save(force_insert=True)
    assert seal_audit() == 0
    assert seal_audit(complete=True) == 1
    assert verify_audit().is_sound


def test_the_database_refuses_change_and_deletion() -> None:
    leave_traces(1)
    seal_audit()
    for rows in (AuditRecord.objects.all(), AuditSeal.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
    assert verify_audit().sealed == 1


def test_the_command_exits_with_1_when_something_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    leave_traces(2)
    seal_audit()
    call_command("audit", "verify")
    assert "审计链完整" in capsys.readouterr().out
    tamper(f"UPDATE {RECORD} SET reason = '改过'")
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify")
    assert ended.value.code == 1


def _as_stored(row: AuditRecord) -> str:
    return row.pk.hex if connection.vendor == "sqlite" else str(row.pk)


def _id_of(moment: datetime) -> UUID:
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | new_id().int & 0xFFFF)
