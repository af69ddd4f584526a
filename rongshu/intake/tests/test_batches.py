"""Many sites in one go: the table, and a batch that is killed again and again."""

from __future__ import annotations

import io
import json
import random
import subprocess
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from rongshu.foundation import clock
from rongshu.intake.batch_tables import read_table
from rongshu.intake.models import BatchSite, IntakeBatch, IntakeRun
from rongshu.intake.queries.batches import batch_progress
from rongshu.intake.tests.old_site import OldSite, small_site
from rongshu.project.testing.installations import ScratchInstallation, scratch_installation
from rongshu.publishing.tests.world import World

KILLED = ("-m", "rongshu.intake.tests.killed")


def test_a_table_says_every_row_that_is_wrong_and_nothing_begins(world: World, tmp_path: Path) -> None:
    table = tmp_path / "batch.csv"
    table.write_text(
        "来源,目标站点,负责人,日期\n"
        "https://old1.example/,portal,operator,2026-01-05\n"
        "https://old2.example/,nowhere,operator,2026/1/5\n"
        "https://old3.example/,edu,nobody,\n"
        "https://old1.example,portal,operator,\n"
    )
    with pytest.raises(CommandError) as refused:
        call_command("intake", "batch", str(table))
    said = str(refused.value)
    assert all(f"第 {line} 行" in said for line in (3, 4, 5)), said
    assert "与第 2 行的来源和站点相同" in said
    assert not IntakeBatch.objects.exists()
    table.write_text(
        "来源,目标站点,负责人,日期\nhttps://old1.example/,,operator,去年\nwhere,portal,operator,\n"
    )
    with pytest.raises(CommandError, match="缺少站点") as refused:
        call_command("intake", "batch", str(table))
    assert "既不是网址也不是文件夹" in str(refused.value)
    table.write_text("来源,站点,负责人,迁移时间\nhttps://old1.example/,portal,operator,2099-01-01\n")
    with pytest.raises(CommandError, match="不认识“迁移时间”"):
        call_command("intake", "batch", str(table))
    table.write_text(
        "来源,站点,负责人,备注\nhttps://old1.example/,portal,operator,\nhttps://old1.example/,edu,operator,甲\n"
    )
    with pytest.raises(CommandError, match="两行都要写明“方案”"):
        call_command("intake", "batch", str(table))
    assert not IntakeBatch.objects.exists()
    table.write_text("网站,谁\na,b\n")
    with pytest.raises(CommandError, match="首行缺少列名"):
        call_command("intake", "batch", str(table))


def test_the_same_table_in_three_formats(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["来源", "站点", "负责人", "日期"],
        ["https://old.example/", "portal", "operator", clock.today()],
    ):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "batch.xlsx")
    day = clock.today().isoformat()
    (tmp_path / "batch.yaml").write_text(
        f"sites:\n- source: https://old.example/\n  site: portal\n  owner: operator\n  date: {day}\n"
    )
    text = f"source,site,owner,date\nhttps://old.example/,portal,operator,{day}\n"
    (tmp_path / "batch.csv").write_bytes(text.encode("gb18030"))
    read = [read_table(tmp_path / f"batch.{kind}")[1] for kind in ("xlsx", "yaml", "csv")]
    assert read[0] == read[1] == read[2]


def test_a_site_whose_day_has_not_come_is_not_begun(world: World, tmp_path: Path) -> None:
    later = clock.today() + timedelta(days=3)
    table = tmp_path / "batch.csv"
    table.write_text(f"来源,站点,负责人,日期\nhttps://old.example/,portal,operator,{later}\n")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("intake", "batch", str(table), report=tmp_path / "report.json", stdout=out)
    assert ended.value.code == 3
    batch = IntakeBatch.objects.get()
    assert [one.state_label for one in batch_progress(batch)] == ["未到日期"]
    assert not IntakeRun.objects.exists()
    assert BatchSite.objects.get().run is None
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["is_finished"], report["totals"]["stored"]) == (False, 0)


def test_a_mended_table_is_the_same_batch(world: World, tmp_path: Path) -> None:
    later, table = clock.today() + timedelta(days=3), tmp_path / "batch.csv"
    head = "来源,目标站点,负责人,日期,允许主机\n"
    lines = [f"https://old{number}.example/,{{}},operator,{later},\n" for number in range(1, 4)]

    def carried(text: str) -> list[BatchSite]:
        table.write_text(head + text)
        with pytest.raises(SystemExit):
            call_command("intake", "batch", str(table), report=tmp_path / "report.html")
        return list(IntakeBatch.objects.get().sites.order_by("position"))

    first = carried("".join(line.format("portal") for line in lines[:2]))
    last, gone = (lines[2].format("edu"), lines[0].format("portal"))
    mended = carried(last + lines[1].format("portal").replace(",\n", ",old2.example\n"))
    assert [one.source for one in mended] == ["https://old3.example/", "https://old2.example/"]
    assert mended[1].pk == first[1].pk
    assert mended[1].allowed_hosts == ["old2.example"]
    assert "还有没完成的网站" in (tmp_path / "report.html").read_text()

    IntakeBatch.objects.update(finished_at=clock.now())
    table.write_text(head + gone + last)
    with pytest.raises(CommandError, match="已在完成的批次中迁入"):
        call_command("intake", "batch", str(table))
    assert IntakeBatch.objects.get().sites.count() == 2


@pytest.mark.slow
@pytest.mark.requirement("P1-08")
def test_a_batch_killed_on_the_way_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance, kills = random.Random(20261123), 4
    with ExitStack() as stack:
        sites = [stack.enter_context(small_site(40, seed=seed)) for seed in range(4)]
        place = stack.enter_context(scratch_installation(tmp_path / "data"))
        place.python(*KILLED, "prepare")
        table, file = tmp_path / "batch.csv", tmp_path / "report.json"
        table.write_text(_table(sites))
        command = ["-m", "rongshu.project.cli", "intake", "batch", str(table), "--rate", "0"]
        command += ["--approved-by", "operator", "--report", str(file)]
        for _ in range(kills):
            process = place.start(*command)
            try:
                process.wait(timeout=chance.uniform(6, 14))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        _to_the_end(place, command)
        report = json.loads(file.read_text())
        again = json.loads(place.run(*command[2:-2]).stdout)
    assert report["is_finished"]
    assert report["is_clean"]
    assert report["is_signed"]
    # Each site has 40 articles, one repetition, two near ones, one without a date, one missing page.
    assert report["totals"] == {"source_count": 4 * 45, "stored": 4 * 42, "duplicates": 4, "refused": 4 * 2}
    assert {one["signed_by"][0]["handle"] for one in report["sites"]} == {"operator"}
    assert len({one["run"] for one in report["sites"]}) == 4
    assert again["digest"] == report["digest"], "a batch that is done is not done again"


def _table(sites: list[OldSite]) -> str:
    rows = [
        f"{site.url}/,{slug},operator,,127.0.0.1"
        for site, slug in zip(sites, ["portal", "edu"] * 2, strict=True)
    ]
    return "\n".join(["来源,站点,负责人,日期,允许主机", *rows]) + "\n"


def _to_the_end(place: ScratchInstallation, command: list[str]) -> None:
    for _ in range(3):
        ended = place.python(*command, check=False)
        if ended.returncode == 0:
            return
    raise AssertionError(f"{ended.stdout}\n{ended.stderr}")
