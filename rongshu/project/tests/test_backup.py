"""Backup and restore as an operator does them: while serving, twice, damaged, onto something, cut short."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from rongshu.project.testing.installations import (
    ScratchInstallation,
    ready_installation,
    scratch_installation,
)

pytestmark = pytest.mark.requirement("P3-10")

STORE_FILE = """
import django, io, sys; django.setup()
from rongshu.foundation import storage
print(storage.put(io.BytesIO(sys.argv[1].encode())).digest)
"""
STATE = """
import django, json; django.setup()
from rongshu.accounts.models import Person
from rongshu.foundation import storage
from rongshu.foundation.models import AuditRecord, Installation
from rongshu.foundation.sealing import verify_audit
from rongshu.foundation.stream import stream
one = Installation.objects.get()
print(json.dumps({
    "node": str(one.node_id), "name": one.name,
    "persons": sorted(Person.objects.values_list("handle", flat=True)),
    "files": sorted(storage.digests()), "intact": all(map(storage.is_intact, storage.digests())),
    "epoch": str(stream().epoch), "reason": stream().epoch_reason,
    "restored": AuditRecord.objects.filter(action="installation.restored").count(),
    "findings": [finding.kind for finding in verify_audit().findings],
}))
"""
ADD_PERSON = """
import django, sys; django.setup()
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.queries import recorded_operator
register_person(actor=recorded_operator(), name="示范人员", handle=sys.argv[1])
"""
STORM = ("-m", "rongshu.project.tests.storm", "produce", "100000")


def state(place: ScratchInstallation) -> dict[str, object]:
    return dict(json.loads(place.python("-c", STATE).stdout))


def filled(place: ScratchInstallation) -> dict[str, object]:
    place.python("-c", STORE_FILE, "first file")
    return state(place)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ScratchInstallation]:
    with ready_installation(tmp_path / "data") as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ScratchInstallation]:
    with scratch_installation(tmp_path / "other") as made:
        yield made


def test_a_backup_taken_while_events_pour_in_restores_elsewhere(
    place: ScratchInstallation, other: ScratchInstallation, tmp_path: Path
) -> None:
    before = filled(place)
    busy = place.start(*STORM)
    try:
        place.run("backup", str(tmp_path / "backup"))
    finally:
        busy.send_signal(signal.SIGKILL)
        busy.wait()
    other.run("restore", str(tmp_path / "backup"))
    after = state(other)
    assert {key: after[key] for key in ("node", "name", "persons", "files")} == {
        key: before[key] for key in ("node", "name", "persons", "files")
    }
    assert after["intact"]
    assert after["findings"] == []
    assert after["epoch"] != before["epoch"]
    assert str(after["reason"]).startswith("restore of")
    assert after["restored"] == 1


@pytest.mark.slow
def test_the_next_backup_copies_only_what_is_new(place: ScratchInstallation, tmp_path: Path) -> None:
    filled(place)
    folder = tmp_path / "backup"
    assert "新复制 1 个" in place.run("backup", str(folder)).stdout
    place.python("-c", STORE_FILE, "second file")
    assert "文件 2 个（新复制 1 个" in place.run("backup", str(folder)).stdout
    assert len(list(folder.glob("cut-*"))) == 1


@pytest.mark.slow
def test_an_installation_with_data_is_replaced_only_on_demand(
    place: ScratchInstallation, tmp_path: Path
) -> None:
    before = filled(place)
    place.run("backup", str(tmp_path / "backup"))
    place.python("-c", ADD_PERSON, "later.person")
    later = state(place)
    refused = place.run("restore", str(tmp_path / "backup"), check=False)
    assert refused.returncode == 2
    assert "installation-not-empty" in refused.stderr
    assert state(place) == later
    place.run("restore", str(tmp_path / "backup"), "--replace")
    after = state(place)
    assert after["persons"] == before["persons"]
    assert after["findings"] == []
    assert list((place.folder / "superseded").rglob("database.*")) or list(
        (place.folder / "superseded").rglob("*.sqlite3")
    )


@pytest.mark.slow
def test_a_damaged_or_incomplete_backup_changes_nothing(
    place: ScratchInstallation, other: ScratchInstallation, tmp_path: Path
) -> None:
    filled(place)
    folder = tmp_path / "backup"
    place.run("backup", str(folder))
    stored = next(file for file in (folder / "store").rglob("*") if file.is_file())
    database = next(folder.glob("cut-*/database.*"))
    for harm, code in (
        (lambda: stored.write_bytes(b"other"), "backup-damaged"),
        (stored.unlink, "backup-incomplete"),
        (lambda: database.write_bytes(database.read_bytes()[:-1] + b"x"), "backup-damaged"),
        (lambda: (folder / "backup.json").write_text("{}"), "backup-incomplete"),
    ):
        kept = tmp_path / "kept"
        shutil.copytree(folder, kept)
        harm()
        refused = other.run("restore", str(folder), check=False)
        assert (refused.returncode, code in refused.stderr) == (2, True), refused.stderr
        assert not (other.folder / "store").exists()
        shutil.rmtree(folder)
        kept.rename(folder)
    other.run("restore", str(folder))


@pytest.mark.slow
def test_a_restore_cut_short_blocks_serving_and_is_run_again(
    place: ScratchInstallation, other: ScratchInstallation, tmp_path: Path
) -> None:
    before = filled(place)
    place.run("backup", str(tmp_path / "backup"))
    other.run("restore", str(tmp_path / "backup"))
    (other.folder / "restore.unfinished").write_text("")
    refused = other.run("serve", check=False)
    assert "restore-unfinished" in refused.stderr
    other.run("restore", str(tmp_path / "backup"))
    assert state(other)["node"] == before["node"]
    assert not (other.folder / "restore.unfinished").exists()


@pytest.mark.parametrize("name", ["data/inside", "foreign"])
def test_an_unfit_folder_is_refused(place: ScratchInstallation, tmp_path: Path, name: str) -> None:
    filled(place)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "diary.txt").write_text("mine")
    refused = place.run("backup", str(tmp_path / name), check=False)
    assert refused.returncode == 2
    assert "folder-unfit" in refused.stderr
    assert [file.name for file in (tmp_path / "foreign").iterdir()] == ["diary.txt"]


@pytest.mark.slow
def test_a_full_disk_leaves_the_backup_before_it_whole(
    place: ScratchInstallation, other: ScratchInstallation, tmp_path: Path
) -> None:
    before = filled(place)
    folder = tmp_path / "backup"
    place.run("backup", str(folder))
    place.python("-c", STORE_FILE, "x" * 100_000)
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
    limited += "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limited += "from rongshu.project.cli import main; sys.argv = ['rongshu', 'backup', sys.argv[1]]; main()"
    failed = place.python("-c", limited, str(folder), check=False)
    assert failed.returncode != 0
    other.run("restore", str(folder))
    assert state(other)["files"] == before["files"]
