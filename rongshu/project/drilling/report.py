"""The drill's report: what was done, what has to add up and whether it does, with a page of charts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rongshu.project.drilling.ledger import Ledger
from rongshu.project.drilling.percentiles import percentile

_TEMPLATES: Final = Path(__file__).parent / "templates"
_WIDTH: Final = 420
STAGES: Final = {
    "found": "建立节点", "move-1": "省级旧网站第一批", "move-2": "省级旧网站第二批",
    "move-cities": "市级旧网站", "fill": "装入资源", "join": "建立联通", "first": "首次汇聚",
    "day": "演练的一天", "settle": "收敛与核对",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """Something that has to add up at the end."""

    what: str
    holds: bool
    details: str


@dataclass(frozen=True)
class Figure:
    """Something that was measured, and whether it is what is to be reached."""

    what: str
    wanted: str
    measured: str
    is_reached: bool


@dataclass(frozen=True)
class Bar:
    """One line of a chart."""

    label: str
    value: float
    length: int


@dataclass(frozen=True)
class Chart:
    """Bars of one measure, with the unit of their values; the table beside it is made of the same."""

    title: str
    unit: str
    bars: Sequence[Bar]


def chart(title: str, unit: str, values: Mapping[str, float]) -> Chart:
    """Return the chart of some values, the longest bar as wide as there is room."""
    longest = max(values.values(), default=0) or 1
    return Chart(
        title, unit, [Bar(label, value, round(_WIDTH * value / longest)) for label, value in values.items()]
    )


def written_report(ledger: Ledger, checks: Sequence[Check], figures: Sequence[Figure]) -> dict[str, Any]:
    """Return the report as data; `is_clean` says whether everything adds up.

    Figures are told and judged beside it: a busy machine makes nothing wrong.
    """
    return {
        "drill": asdict(ledger.drill),
        "is_clean": all(check.holds for check in checks),
        "checks": [asdict(check) for check in checks],
        "figures": [asdict(figure) for figure in figures],
        "stages": ledger.found,
    }


def write_report(report: Mapping[str, Any], file: Path) -> Path:
    """Write the report as JSON, and a page with charts beside it; return the page."""
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    page = file.with_suffix(".html")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("report_archive.html")
    page.write_text(template.render(report=report, charts=list(_charts(report["stages"]))), "utf-8")
    return page


def _charts(stages: Mapping[str, Any]) -> Sequence[Chart]:
    charts = [chart("各阶段用时", "秒", {STAGES[name]: found["seconds"] for name, found in stages.items()})]
    if "first" in stages:
        charts.append(chart("首次汇聚：各市条数", "条", stages["first"]["records"]))
    for title, times in stages.get("day", {}).get("times", {}).items():
        charts.append(chart(title, "秒", _spread(times)))
    if "settle" in stages:
        charts.append(chart("各节点空闲时的内存（PSS）", "MB", stages["settle"]["memory"]))
    return charts


def _spread(times: Sequence[float]) -> dict[str, float]:
    wanted = {"最短": 0.0, "中位": 0.5, "95%": 0.95, "最长": 1.0}
    return {label: round(percentile(times, part), 2) for label, part in wanted.items()}
