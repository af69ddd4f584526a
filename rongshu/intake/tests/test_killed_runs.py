"""A run that is killed at any point and taken up again gives what the undisturbed run gives."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rongshu.intake.tests.old_site import OldSite, small_site, text
from rongshu.project.testing.installations import ScratchInstallation, scratch_installation

KILLED = ("-m", "rongshu.intake.tests.killed")
PHASES = ("crawling", "learning", "admitting", "approving", "placing", "publishing", "testing")
OPTIONS = ("--site", "portal", "--allow-host", "127.0.0.1", "--approved-by", "operator", "--rate", "0")
ARTICLES = 110


def state(place: ScratchInstallation) -> dict[str, Any]:
    return dict(json.loads((place.folder / "state.json").read_text()))


def report(place: ScratchInstallation) -> dict[str, Any]:
    return dict(json.loads((place.folder / "report.json").read_text()))


def run_whole(place: ScratchInstallation, site: OldSite) -> dict[str, Any]:
    place.run("intake", "run", site.url + "/", *OPTIONS, "--report", str(place.folder / "report.json"))
    return report(place)


def outline(answer: dict[str, Any]) -> list[Any]:
    """What a report says, whichever of two equal pages was met first."""
    articles = sorted(
        [
            item["title"],
            item["published_at"],
            sorted(map(str, item["column_paths"])),
            sorted(str(file["sha256"]) for file in item["attachments"]),
        ]
        for item in answer["articles"]
    )
    refused = sorted([item["url"], item["code"]] for item in answer["refused"])
    return [answer["source_count"], answer["stored"], len(answer["duplicates"]), articles, refused]


def assert_same(disturbed: dict[str, Any], whole: dict[str, Any]) -> None:
    assert disturbed["left"] == [0, 0]
    assert disturbed["is_sound"]
    for part, expected in whole.items():
        assert disturbed[part] == expected, part


@pytest.mark.requirement("P2-07")
def test_a_task_killed_while_it_reads_and_admits_loses_and_doubles_no_record(tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    records = [
        {"id": at, "title": f"关于第{at}项示范工作的通知", "body": text(at), "created": "2021-03-05 10:20",
         "channel": "通知公告"}
        for at in range(1, 61)
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in records), encoding="utf-8")
    with scratch_installation(tmp_path / "killed") as killed:
        # At the first step, at the end of the reading, and while what was read goes through the gate.
        killed.python(*KILLED, "task", str(file), "1", "60", "60")
        answer, held = report(killed), state(killed)
    titles = sorted(str(one["title"]) for one in records)
    assert (answer["source_count"], answer["stored"], answer["refused"]) == (60, 60, [])
    assert sorted(version[0] for version in held["versions"]) == titles
    assert sorted(placement[0] for placement in held["placements"]) == titles
    assert held["left"] == [0, 0]


@pytest.mark.slow
def test_a_run_killed_in_every_phase_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    with (
        small_site(ARTICLES) as site,
        scratch_installation(tmp_path / "whole") as whole,
        scratch_installation(tmp_path / "killed") as killed,
    ):
        whole.python(*KILLED, "run", site.url + "/")
        killed.python(*KILLED, "run", site.url + "/", *PHASES)
        assert outline(report(killed)) == outline(report(whole))
        assert_same(state(killed), state(whole))


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [40])
def test_runs_killed_at_random_moments_lose_and_double_nothing(tmp_path: Path, wanted: int) -> None:
    chance = random.Random(20261122)
    kills = rounds = 0
    with (
        scratch_installation(tmp_path / "whole") as whole,
        scratch_installation(tmp_path / "killed") as killed,
    ):
        for place in (whole, killed):
            place.python(*KILLED, "prepare")
        while kills < wanted:
            rounds += 1
            with small_site(ARTICLES, seed=rounds) as site:
                site.pause = 0.01
                expected = run_whole(whole, site)
                kills += _run_with_kills(killed, site, chance)
                assert outline(report(killed)) == outline(expected)
        for place in (whole, killed):
            place.python(*KILLED, "state")
        assert_same(state(killed), state(whole))


def _run_with_kills(place: ScratchInstallation, site: OldSite, chance: random.Random) -> int:
    """Kill a run again and again, each time a little later or earlier, until one gets to the end."""
    file = place.folder / "report.json"
    file.unlink(missing_ok=True)
    start = ["-m", "rongshu.project.cli", "intake", "run"]
    end = [*OPTIONS[2:], "--report", str(file)]
    process = place.start(*start, site.url + "/", *OPTIONS[:2], *end)
    kills, patience = 0, 3.0
    while True:
        try:
            ended = process.wait(timeout=chance.uniform(0.5, patience))
            assert ended == 0, (place.folder / "process.log").read_text()[-2000:]
            return kills
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills, patience = kills + 1, patience * 1.08
        listed = place.run("intake", "list").stdout.splitlines()
        # The newest run comes first; killed after its end, before the report was written, it is asked again.
        begun = bool(listed) and site.url in listed[0]
        again = ["--resume", listed[0].split()[0]] if begun else [site.url + "/", *OPTIONS[:2]]
        process = place.start(*start, *again, *end)
