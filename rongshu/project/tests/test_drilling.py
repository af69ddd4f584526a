"""The drill: its plan, its ledger, its page; and a small one from nothing to its report."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pytest
import yaml

from rongshu.federation.models import PartnerRoute
from rongshu.federation.queries.states import states_of
from rongshu.federation.signing.keys import SigningKey
from rongshu.foundation.installation import node_id
from rongshu.organizations.credit_code import check_credit_code
from rongshu.project.drilling import running
from rongshu.project.drilling.checking import checks_of, figures_of
from rongshu.project.drilling.day import ARRIVED, ARRIVED_BELOW, FOUND, GONE, LOST_FROM_SEARCH
from rongshu.project.drilling.declaring import declaration
from rongshu.project.drilling.deeds.counting import effective_counts, held_by_owner, holdings
from rongshu.project.drilling.deeds.exchanging import join
from rongshu.project.drilling.deeds.writing import write
from rongshu.project.drilling.joining import THEME
from rongshu.project.drilling.ledger import Ledger, OtherDrill
from rongshu.project.drilling.plan import Drill
from rongshu.project.drilling.report import Check, Figure, write_report, written_report
from rongshu.project.drilling.running import Pace, run_drill
from rongshu.project.drilling.scene import Scene
from rongshu.publishing.tests.world import make_world


def test_nobody_in_the_plan_shares_a_site_or_a_code() -> None:
    drill = Drill()
    units = [unit for node in drill.everyone for unit in node.units]
    assert len(drill.everyone) == 17
    assert len({unit.slug for unit in units}) == len({unit.credit_code for unit in units}) == len(units) == 57
    assert [len(half) for half in drill.halves] == [20, 20]
    assert sum(drill.share_of(city) for city in drill.cities) == 300_000
    for unit in units:
        check_credit_code(unit.credit_code, allow_demonstration=True)


@pytest.mark.parametrize("size", [{"nodes": 1}, {"nodes": 18}, {"sites": 41}, {"resources": -1}])
def test_a_size_out_of_range_is_refused(size: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"须为|不能为负"):
        Drill(**size)


def test_the_province_knows_every_city_and_a_city_the_province() -> None:
    drill = Drill(nodes=3, sites=1)
    province, city = (
        yaml.safe_load(declaration(drill, node, port=8000)) for node in (drill.province, drill.cities[0])
    )
    assert {each["name"] for each in city["regions"]} == {"示范省", "示范市"}
    assert len(province["organizations"]) == 4
    assert province["sites"][0]["base_url"] == "http://portal.localhost:8000"


def test_a_drill_goes_on_only_at_its_own_size(tmp_path: Path) -> None:
    ledger = Ledger.opened(tmp_path / "drill.json", Drill(nodes=2))
    ledger.note("found", seconds=1.0)
    assert Ledger.opened(ledger.file, Drill(nodes=2)).done == ["found"]
    with pytest.raises(OtherDrill):
        Ledger.opened(ledger.file, Drill(nodes=3))
    assert Ledger.opened(ledger.file, Drill(nodes=2)).found == {"found": {"seconds": 1.0}}


def test_the_report_names_what_does_not_add_up(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "drill.json", Drill(nodes=2))
    ledger.found = {"found": {"seconds": 2.5}}
    checks = [Check("清单一致", True, "3 条"), Check("撤稿<确认>", False, "差 1 条")]
    figures = [Figure("撤稿", "95% ≤ 10 秒", "12.00 秒", is_reached=False)]
    page = write_report(written_report(ledger, checks, figures), tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["is_clean"] is False
    assert "✗ 不符" in page.read_text("utf-8")
    assert "撤稿&lt;确认&gt;" in page.read_text("utf-8")
    assert "✗ 未达到" in page.read_text("utf-8")


def test_a_drill_that_is_stopped_keeps_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(scene: Scene) -> NoReturn:
        raise KeyboardInterrupt

    scene = Scene(tmp_path / "drill", Drill(nodes=2), lambda what, done, left: None)
    scene.ledger.note("found", nodes={}, seconds=3.5)
    monkeypatch.setattr(running, "move_half", lambda scene, old, half: stop(scene))
    with pytest.raises(KeyboardInterrupt):
        run_drill(scene, pace=Pace(), report=tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text())
    assert told["is_clean"] is False
    assert told["checks"][0]["details"].endswith("建立节点")
    assert "中途停止" in (tmp_path / "report.html").read_text("utf-8")


def accounts() -> dict[str, Any]:
    """What the stages of a drill found, all of which adds up."""
    same, moved = {"count": 5, "digest": "x"}, {"source_count": 9, "stored": 7, "duplicates": 1, "refused": 1}
    site = {"site": "department-1", "state": "finished", "reason": "", "counts": {"stored": 7}}
    batch = {"sites": [site], "totals": moved, "is_finished": True, "held": {"department-1": 7}}
    waited = (ARRIVED, ARRIVED_BELOW, FOUND, GONE, LOST_FROM_SEARCH)
    return {
        "move-1": batch, "move-2": batch, "move-cities": {"cities": {"示范市": batch}},
        "first": {"total": 5000, "took": 8.0, "per_second": 625},
        "day": {"times": {what: [1.0, 2.0] for what in waited}, "lost": []},
        "settle": {
            "moving": [], "quarantined": {"示范省": 0}, "memory": {"示范省": 400.0, "示范市": 300.0},
            "manifests": {"示范市": (same, same)}, "downward": {"示范市": (same, same)},
            "recalls": {"recalled": 3, "wanted": 4, "unconfirmed": [], "still_shown": []},
            "proofs": {"示范省": {"checked": 5, "broken": []}},
            "errands": {"示范市": {"reports": {"sent": 0, "accepted": 1}}}, "owners": {"department-1": 7},
        },
    }  # fmt: skip


def stop_while_moving(province: Path) -> None:
    """Stop the drill as a person does, once a process takes over a site of the first batch."""
    until = time.monotonic() + 300
    while not list(province.glob("intake/*.log")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(2)  # it has begun to read
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def heard_signals() -> Iterator[None]:
    """Hear what stops a command, also where the tests run in the background of a shell, which doesn't."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def wrong(found: dict[str, Any]) -> list[str]:
    return [check.what for check in checks_of(found) if not check.holds]


def test_every_account_that_does_not_add_up_is_named() -> None:
    assert wrong(accounts()) == []
    found = accounts()
    found["settle"]["recalls"]["unconfirmed"] = ["示范市 01"]
    found["settle"]["recalls"]["still_shown"] = ["示范市 01"]
    assert wrong(found) == ["撤稿逐节点确认", "撤稿后没有节点仍在使用"]
    found = accounts()
    totals = {"source_count": 9, "stored": 7, "duplicates": 1, "refused": 0}
    found["move-2"] = {**found["move-2"], "totals": totals}
    assert wrong(found) == ["省级迁移第二批：对账"]
    site = {"site": "department-1", "state": "failed", "reason": "旧站没有答复", "counts": {"stored": 6}}
    found["move-2"]["sites"] = [site]
    unfinished, _, differing = (check for check in checks_of(found) if not check.holds)
    assert (unfinished.what, differing.what) == (
        "省级迁移第二批：全部完成",
        "省级迁移第二批：报告与资源库逐站相符",
    )
    assert unfinished.details.endswith("department-1：旧站没有答复")
    assert differing.details.endswith("department-1 报告 6 条，资源库 7 条")


def test_figures_are_judged_by_what_they_are_to_reach() -> None:
    assert [figure.is_reached for figure in figures_of(accounts())] == [True] * 7
    found = accounts()
    found["day"]["times"][GONE] = [1.0] * 9 + [11.0] * 2
    found["day"]["times"][FOUND] = []
    found["first"]["per_second"] = 499
    found["settle"]["memory"]["示范省"] = 900.0
    missed = [figure.what for figure in figures_of(found) if not figure.is_reached]
    assert missed == ["首次汇聚", FOUND, GONE, "2 个节点空闲时的内存（PSS）"]


@pytest.mark.slow
@pytest.mark.requirement("P1-06")
def test_a_province_and_three_cities_add_up_after_a_day(tmp_path: Path, heard_signals: None) -> None:
    drill, report = Drill(nodes=4, sites=6, resources=90, articles=4), tmp_path / "report.json"
    pace = Pace(turns=2, kills=4, most_seconds=900)

    def scene() -> Scene:
        return Scene(tmp_path / "drill", drill, lambda what, done, left: None)

    # Somebody stops it while old sites move; it goes on from there, and nothing has come twice.
    stopping = Thread(target=stop_while_moving, args=(tmp_path / "drill" / "province",))
    stopping.start()
    with pytest.raises(KeyboardInterrupt):
        run_drill(scene(), pace=pace, report=report)
    stopping.join()
    assert list(json.loads(report.read_text())["stages"]) == ["found"]
    checks, page = run_drill(scene(), pace=pace, report=report)
    assert [check for check in checks if not check.holds] == []
    assert page.exists()
    told = json.loads(report.read_text())
    assert [len(told["stages"][batch]["sites"]) for batch in ("move-1", "move-2")] == [3, 3]
    assert all(told["stages"]["day"]["times"][what] for what in (FOUND, GONE, LOST_FROM_SEARCH))


def test_what_is_written_on_the_day_goes_into_the_neighbours_column(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.DEMONSTRATION, settings.STORE_FOLDER = True, tmp_path / "store"
    settings.DATA_FOLDER, settings.FEDERATION_KEY = tmp_path, ""
    world, key = make_world(), SigningKey.generate(uuid4())
    neighbour = {
        "node": str(key.node), "jwk": key.signer.public_jwk(), "fingerprint": key.key_id, "name": "示范市",
        "base_url": "http://127.0.0.1:1", "credit_code": world.library.government.credit_code,
        "role": "city", "relation": "below", "category": f"theme:{THEME}", "column": "/news",
    }  # fmt: skip
    assert join(world.operator, role="hub", base_url="http://127.0.0.1:2", partners=[neighbour]) == 1
    written = write(world.operator, title="演练通知", body="示范正文。", theme=THEME, column="/news")
    counts, held = effective_counts(world.operator), holdings(world.operator)
    assert counts == {origin: each["count"] for origin, each in held.items()}
    assert held_by_owner(world.operator) == {world.library.government.credit_code: counts[str(node_id())]}
    [state] = states_of([UUID(written["id"])], node_id())
    assert state.facts is not None
    assert PartnerRoute.objects.get().category in state.facts["categories"]
