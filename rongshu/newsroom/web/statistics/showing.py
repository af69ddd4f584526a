"""The page of statistics: what is asked, the chart, the table beside it, and its export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_exporting import export_lines
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import render_page
from rongshu.console.period_form import PeriodForm
from rongshu.foundation import clock
from rongshu.library.queries.definitions import type_choices
from rongshu.newsroom.models import DayCount
from rongshu.newsroom.queries.statistics import BY, STATISTICS, STEPS, Line, Question, statistics, total_of

Measure = DayCount.Measure
HEADS: Final = (*Measure.labels, "其中严重", "平均办理工作小时")
_SHOWN: Final = 500
_LONGEST: Final = timedelta(days=366 * 10)
_DAYS_SHOWN: Final = timedelta(days=400)


class StatisticsForm(PeriodForm):
    """What is asked; everything has a usual value."""

    field_order = ("by", "step", "first", "last", "unit", "column", "type", "chart")

    by = forms.ChoiceField(label="按", choices=BY.items(), required=False)
    step = forms.ChoiceField(label="时段", choices=STEPS.items(), required=False)
    unit = forms.CharField(label="单位", required=False, max_length=100)
    column = forms.CharField(label="栏目", required=False, max_length=100)
    type = forms.ChoiceField(label="资源类型", required=False)
    chart = forms.ChoiceField(label="图中显示", choices=Measure.choices, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "全部"), *type_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse more than can be counted at once."""
        given = super().clean()
        length = given["last"] - given["first"]
        if length > _LONGEST:
            self.add_error("first", "一次最多统计十年，请缩小范围")
        elif given.get("by") == "period" and given.get("step") == "day" and length > _DAYS_SHOWN:
            self.add_error("step", "按日统计一次最多四百天，请缩小范围或改按周、月")
        return given

    def question(self) -> Question:
        """Return the question; of a wrong form the usual one."""
        given: dict[str, Any] = self.cleaned_data if self.is_valid() else {**_usual()}
        return Question(
            first=given["first"], last=given["last"], by=given.get("by") or "unit",
            step=given.get("step") or "month", unit=given.get("unit", ""), column=given.get("column", ""),
            type_id=UUID(given["type"]) if given.get("type") else None,
        )  # fmt: skip


def _usual() -> dict[str, date]:
    today = clock.today()
    return {"first": today.replace(month=1, day=1), "last": today}


@require_safe
def show_statistics(request: StaffRequest) -> HttpResponseBase:
    """Show the figures the viewer may read, or export them (`?format=csv`, `?format=xlsx`)."""
    require(may_anywhere(request.viewer, STATISTICS))
    asked = {**_shown_values(_usual()), **request.GET.dict()}
    form = StatisticsForm(asked)
    question = form.question()
    lines = statistics(request.viewer, question)
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"} and form.is_valid():
        return export_lines(request.person, "newsroom-statistics", "统计", _exported(question, lines), kind)
    chart = form.cleaned_data.get("chart") or Measure.PUBLISHED
    if question.by == "column" and chart == Measure.PUBLISHED:
        chart = Measure.PLACED  # a resource is published once, for all columns: a chart of nothing
    kept = {name: value for name, value in request.GET.items() if name in form.fields}
    shown = {
        "form": form,
        "question": question,
        "subject": BY[question.by],
        "heads": HEADS,
        "lines": [(line.name, cells(line)) for line in lines[:_SHOWN]],
        "left_out": max(len(lines) - _SHOWN, 0),
        "total": cells(total_of(lines)),
        "chart": Measure.values.index(chart) + 1,
        "chart_label": Measure(chart).label,
        "csv": f"?{urlencode({**kept, 'format': 'csv'})}",
        "xlsx": f"?{urlencode({**kept, 'format': 'xlsx'})}",
    }
    return render_page(
        request, "newsroom/statistics/statistics.html", shown, status=400 if form.errors else 200
    )


def _shown_values(usual: dict[str, date]) -> dict[str, str]:
    return {"by": "unit", "step": "month", **{name: day.isoformat() for name, day in usual.items()}}


def cells(line: Line) -> list[str]:
    """Return a row's figures as the table shows them."""
    hours = "" if line.hours is None else f"{line.hours:.1f}"
    return [*map(str, line.figures), str(line.severe), hours]


def _exported(question: Question, lines: Sequence[Line]) -> Iterator[list[str]]:
    yield [BY[question.by], *HEADS]
    for line in [*lines, total_of(lines)]:
        yield [line.name, *cells(line)]
