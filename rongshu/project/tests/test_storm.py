"""Several processes number, follow, seal and work while some of them are killed at any moment."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import pytest

from rongshu.project.testing.installations import ScratchInstallation, scratch_installation

STORM = ("-m", "rongshu.project.tests.storm")
CHECK = """
import django; django.setup()
from rongshu.foundation.models import *
from rongshu.foundation.sealing import verify_audit
numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
assert numbers == list(range(1, len(numbers) + 1)), "numbers have gaps"
assert EventStream.objects.get().last_number == len(numbers)
assert Work.objects.count() == 0, "work is left"
verdict = verify_audit()
assert verdict.is_sound, verdict.findings
assert (verdict.sealed, verdict.unsealed) == (len(numbers), 0), verdict
print(len(numbers))
"""


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_nothing_is_lost_or_doubled_when_processes_are_killed(tmp_path: Path, kills: int) -> None:
    with scratch_installation(tmp_path / "data", has_tables=True) as place:
        place.run("migrate", "-v0")
        producers = [place.start(*STORM, "produce", str(10 * kills)) for _ in range(2)]
        survivors = _kill_at_random(place, kills)
        assert [producer.wait() for producer in producers] == [0, 0]
        for process in survivors:
            process.kill()
            process.wait()
        assert "errors=()" in place.python(*STORM, "drain").stdout
        fallen = (place.folder / "fallen").read_text().split()
        assert {file.name for file in (place.folder / "swept").iterdir()} == set(fallen)
        assert place.python("-c", CHECK).stdout.strip() == str(len(fallen))


def _kill_at_random(place: ScratchInstallation, kills: int) -> list[subprocess.Popen[bytes]]:
    followers = [place.start(*STORM, "follow") for _ in range(2)]
    time.sleep(1)
    for _ in range(kills):
        time.sleep(random.random() * 0.6)
        victim = followers.pop(random.randrange(2))
        victim.kill()
        victim.wait()
        followers.append(place.start(*STORM, "follow"))
    return followers
