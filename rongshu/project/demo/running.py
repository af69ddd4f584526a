"""The main job from nothing: set up 示范省, build old sites, take them over, publish, check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings

from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, recorded_operator
from rongshu.foundation.worker import drain
from rongshu.intake.actions.carry_out import Conduct, Politeness, Progress, carry_out
from rongshu.intake.actions.start_run import start_run
from rongshu.intake.actions.switch_run import switch_run
from rongshu.intake.models import IntakeRun
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.flow_seed import DEFAULT
from rongshu.project.demo.asking import Finding
from rongshu.project.demo.checks import check_everything
from rongshu.project.demo.legacy import Takeover, build_all
from rongshu.project.demo.native import write_native_content
from rongshu.project.legacy_sites import FAMILIES, LegacyServer
from rongshu.project.setting_up import set_up
from rongshu.sites.actions.apply_file import apply_file
from rongshu.sites.models import Site

SITES: Final = Path(__file__).parent / "sites.yaml"
# Beside the repository where it was checked out for development; nothing depends on it.
MATERIAL: Final = Path(__file__).parents[4] / "shared" / "data"


def run_demo(*, say: Callable[[str], None], progress: Progress) -> list[Finding]:
    """Do everything and return what was checked. Safe to repeat: what is there already stays."""
    say("设置平台")
    set_up(name="示范省政府网站集约化平台", operator_name="示范运维", demonstration=True)
    operator = recorded_operator()
    say("建立机构、站点、栏目")
    apply_file(actor=operator, text=SITES.read_text("utf-8"), name=SITES.name)
    write_native_content(operator)
    follow_three_reviews(operator)
    material = MATERIAL if MATERIAL.is_dir() else None
    say(f"搭建旧网站（{'真实材料' if material else '项目自带的示范文章'}）")
    legacy_sites = build_all(Path(settings.DATA_FOLDER) / "demo", material=material)
    done = TakenOver(Path(settings.DATA_FOLDER) / "demo" / "runs.json")
    runs = []
    with LegacyServer(list(legacy_sites.values())) as server:
        for takeover, legacy in legacy_sites.items():
            run = done.run_of(takeover)
            if run is None:
                say(f"迁入 {takeover.name}（{FAMILIES[takeover.family].label}）")
                run = _begin(operator, takeover, server.url_of(legacy))
                done.note(takeover, run)
            runs.append((legacy, _go_on(operator, run, progress)))
    drain()
    say("自检")
    return list(check_everything(runs))


def follow_three_reviews(operator: Person) -> None:
    """Let every piece written from now on pass three reviews: the demo has the people for them.

    What migrates is approved as a batch and keeps its route; the demo's own content is there already.
    """
    assign_flow(
        actor=operator, flow=DEFAULT, scope="platform", reason="《示范省政府网站信息发布审核办法》（示例）"
    )


class TakenOver:
    """Which run took over which old site: a demo run a second time goes on, it does not begin again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._runs: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}

    def run_of(self, takeover: Takeover) -> IntakeRun | None:
        """Return the finished run of an old site; an unfinished one is begun anew: its server is gone."""
        number = self._runs.get(takeover.family)
        finished = IntakeRun.objects.filter(pk=number, phase=IntakeRun.Phase.FINISHED) if number else None
        return finished.select_related("site").first() if finished is not None else None

    def note(self, takeover: Takeover, run: IntakeRun) -> None:
        """Remember the run of an old site."""
        self._runs[takeover.family] = str(run.id)
        self._file.write_text(json.dumps(self._runs, indent=1))


def _begin(operator: Person, takeover: Takeover, url: str) -> IntakeRun:
    site = Site.objects.get(slug=takeover.site)
    return start_run(actor=operator, site=site, source=url, allowed_hosts=["127.0.0.1"])


def _go_on(operator: Person, run: IntakeRun, progress: Progress) -> IntakeRun:
    conduct = Conduct(operator, [person_named("reviewer")], Politeness(per_second=None, at_once=8), progress)
    run = carry_out(run, conduct)
    if run.phase == IntakeRun.Phase.FINISHED and not run.is_switched:
        # Nobody signs for the demo's old hosts: what its checks find is told, and the addresses are tried.
        switch_run(actor=operator, run=run, despite="演示：核对结果由演示自检列出")
    return run
