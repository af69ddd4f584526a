"""`rongshu doctor` names what is wrong and what to do, and nothing where all is well."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from rongshu.foundation import clock, consumers, storage
from rongshu.foundation.models import ConsumerCursor, Event, EventStream, Installation
from rongshu.foundation.stream import stream
from rongshu.foundation.work import WorkRequest, enqueue, fail, take
from rongshu.library.models import StoredFile
from rongshu.project.doctor import NOTE, examine
from rongshu.project.health import health
from rongshu.project.setting_up import _install


@pytest.fixture(autouse=True)
def installed(db: None, settings: Settings, tmp_path: Path) -> Installation:
    settings.DATA_FOLDER = tmp_path
    settings.STORE_FOLDER = tmp_path / "store"
    settings.AUDIT_FOLDER = tmp_path / "audit"
    settings.DEMONSTRATION = False
    tmp_path.chmod(0o750)
    stream()
    return _install("示范平台", "运维员", "operator", demonstration=False)


def codes(*, thorough: bool = False) -> set[str]:
    return {finding.code for finding in examine(thorough=thorough) if finding.level != NOTE}


def stored(content: bytes) -> str:
    kept = storage.put(io.BytesIO(content))
    StoredFile.objects.create(digest=kept.digest, size=kept.size, media_type="text/plain")
    return kept.digest


def path_of(digest: str, tmp_path: Path) -> Path:
    return storage.FolderStore(tmp_path / "store").path_of(digest)


def test_a_sound_installation_has_no_problems() -> None:
    stored(b"leaf")
    assert codes(thorough=True) == set()
    call_command("doctor")


def test_every_finding_says_what_to_do(settings: Settings) -> None:
    settings.DEBUG = True
    findings = examine()
    assert findings
    assert all(finding.sentence and finding.advice for finding in findings)


def test_missing_and_damaged_files_are_found(tmp_path: Path) -> None:
    missing, damaged = stored(b"missing"), stored(b"damaged")
    path_of(missing, tmp_path).unlink()
    path_of(damaged, tmp_path).write_bytes(b"DAMAGED")
    assert codes() == {"store-missing"}
    assert codes(thorough=True) == {"store-missing", "store-damaged"}


def test_failing_work_and_a_clock_set_back_are_found() -> None:
    enqueue([WorkRequest("publishing", "page")])
    fail(take("publishing", "", 1)[0], "disk full")
    EventStream.objects.update(tick=clock.now() + timedelta(hours=1))
    assert codes() == {"work-failing", "clock-set-back"}


def test_unsafe_settings_and_a_readable_key_are_found(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["*"]
    (tmp_path / "secret_key").write_text("secret")
    (tmp_path / "secret_key").chmod(0o644)
    assert codes() == {"debug-on", "any-host", "secret-readable"}


def test_an_unfinished_restore_and_a_missing_operator_are_found(tmp_path: Path) -> None:
    (tmp_path / "restore.unfinished").touch()
    Installation.objects.update(operator_id=None)
    assert codes() == {"restore-unfinished", "no-operator"}


def test_nothing_set_up_is_the_only_thing_said() -> None:
    Installation.objects.all().delete()
    assert codes() == {"not-set-up"}


def test_problems_give_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    Installation.objects.update(operator_id=None)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "发现 1 个问题" in capsys.readouterr().out


def test_health_and_doctor_tell_of_failing_work_and_of_changes_that_wait() -> None:
    assert set(health().problems) <= {"worker"}
    enqueue([WorkRequest("publishing", "page")])
    fail(take("publishing", "", 1)[0], "disk full")
    Event.objects.create(kind="LeafFell", occurred_at=clock.now() - timedelta(minutes=10))
    found = health()
    assert {"failing", "lag"} <= set(found.problems)
    told = found.as_json()
    assert told["status"] == "degraded"
    assert (told["failing"], told["stream"]["waiting_seconds"] >= 600) == (1, True)
    assert {"work-failing", "events-waiting"} <= codes()


def test_a_follower_that_stands_still_is_told(installed: Installation) -> None:
    late = clock.now() - timedelta(minutes=10)
    Event.objects.create(kind="LeafFell", number=1, occurred_at=late)
    EventStream.objects.update(last_number=1)
    name = next(iter(consumers.lags()))
    ConsumerCursor.objects.update_or_create(consumer=name, defaults={"epoch": stream().epoch, "number": 0})
    assert "lag" in health().problems
    assert "events-waiting" in codes()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("opensearch://127.0.0.1:9/gone", "search"),
        ("opensearch://127.0.0.1/BAD", "search-url"),
        ("solr://a", "search-url"),
    ],
)
def test_a_search_that_can_not_be_reached_is_named(settings: Settings, url: str, code: str) -> None:
    settings.SEARCH_URL = url
    assert codes() == {code}


def test_an_index_not_yet_made_is_worth_a_note(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_FOLDER = tmp_path / "search"
    assert "search" in {finding.code for finding in examine() if finding.level == NOTE}
    assert codes() == set()
