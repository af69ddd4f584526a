"""检索分析: what was looked for, with its export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_exporting import export_lines
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import render_page
from rongshu.console.period_form import PeriodForm
from rongshu.foundation import clock
from rongshu.search.queries.reports import READING, REPORTS, Period, QueryLine, report, reported_sites
from rongshu.sites.models import Site

_HEADS: Final = ("检索词", "检索次数", "无结果次数", "点开次数", "点开率")
_SHOWN: Final = 100
_USUAL: Final = timedelta(days=29)


class ReportForm(PeriodForm):
    """What is asked; everything has a usual value."""

    field_order = ("report", "site", "first", "last")

    report = forms.ChoiceField(label="报表", choices=REPORTS.items(), required=False)
    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        label="站点", queryset=Site.objects.none(), required=False, empty_label="全部站点"
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = reported_sites(viewer)  # type: ignore[attr-defined]

    def usual_first(self, last: date) -> date:
        """Return the day four weeks before."""
        return last - _USUAL

    def clean(self) -> dict[str, Any]:
        """Fill in what was left out."""
        given = super().clean()
        return {**given, "report": given.get("report") or "hot"}


@require_safe
def show_report(request: StaffRequest) -> HttpResponseBase:
    """Show a report, or export it (`?format=csv`, `?format=xlsx`)."""
    require(any(may_anywhere(request.viewer, one) for one in READING))
    today = clock.today()
    usual = {"report": "hot", "first": (today - _USUAL).isoformat(), "last": today.isoformat()}
    form = ReportForm(request.viewer, {**usual, **request.GET.dict()})
    lines = _lines(request.viewer, form) if form.is_valid() else []
    kind, file_kind = form.cleaned_data.get("report") or "hot", request.GET.get("format", "")
    if file_kind in {"csv", "xlsx"} and form.is_valid():
        return export_lines(request.person, "search-report", REPORTS[kind], _exported(kind, lines), file_kind)
    kept = {name: value for name, value in request.GET.items() if name in form.fields}
    shown = {
        "form": form,
        "title": REPORTS[kind],
        "heads": _heads(kind),
        "lines": [_cells(kind, line) for line in lines[:_SHOWN]],
        "left_out": max(len(lines) - _SHOWN, 0),
        "csv": f"?{urlencode({**kept, 'format': 'csv'})}",
        "xlsx": f"?{urlencode({**kept, 'format': 'xlsx'})}",
    }
    return render_page(request, "search/report.html", shown, status=400 if form.errors else 200)


def _lines(viewer: Viewer, form: ReportForm) -> list[QueryLine]:
    given = form.cleaned_data
    site = given.get("site")
    return report(viewer, given["report"], Period(given["first"], given["last"]), site.pk if site else None)


def _heads(kind: str) -> tuple[str, ...]:
    return (*_HEADS, "上一时段", "增加") if kind == "rising" else _HEADS


def _cells(kind: str, line: QueryLine) -> list[str]:
    cells = [line.text, str(line.asked), str(line.nothing), str(line.opened), f"{line.opened_share:.0%}"]
    return [*cells, str(line.before), f"+{line.rise}"] if kind == "rising" else cells


def _exported(kind: str, lines: Sequence[QueryLine]) -> Iterator[list[str]]:
    yield list(_heads(kind))
    for line in lines:
        yield _cells(kind, line)
