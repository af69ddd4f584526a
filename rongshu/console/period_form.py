"""A form that asks for a period of days, of figures or reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from rongshu.console.forms import ConsoleForm
from rongshu.foundation import clock


class PeriodForm(ConsoleForm):
    """The first and the last day: what is left out has a usual value; none ends before it begins."""

    first = forms.DateField(label="自", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label="至", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def usual_first(self, last: date) -> date:
        """Return the first day where none is given; forms say otherwise."""
        return last.replace(month=1, day=1)

    def clean(self) -> dict[str, Any]:
        """Fill in what was left out."""
        given: dict[str, Any] = super().clean() or {}
        last = given.get("last") or clock.today()
        first = given.get("first") or self.usual_first(last)
        if first > last:
            self.add_error("last", "不能早于起始日期")
        return {**given, "first": first, "last": last}
