"""Working days: a year at a time, setting days, resetting one, recording the notice of a year."""

from __future__ import annotations

from datetime import date
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.actions.keep_calendar import note_year, reset_day, set_days
from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.calendar.queries import shown_year
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.pages import Crumb, render_page

CRUMBS = (Crumb("工作日历", "console-calendar"),)
_YEARS: Final = range(2004, 2101)
_WEEKDAYS: Final = "一二三四五六日"
_KINDS: Final = [("off", "放假"), ("on", "上班（调休）")]


def _day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text)


class DaysForm(ConsoleForm):
    """Some days that are holidays, or worked though they lie on a weekend."""

    first = _day_field("开始日期")
    last = _day_field("结束日期", required=False, help_text="只有一天的不填")
    kind = forms.ChoiceField(label="安排", choices=_KINDS, initial="off", widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=40, help_text="例如 春节、国庆节调休")
    source = forms.CharField(label="依据", max_length=300, help_text="放假通知的名称和文号；写入审计记录")


class NoticeForm(ConsoleForm):
    """The notice a year's days come from."""

    notice = forms.CharField(
        label="放假通知",
        max_length=300,
        required=False,
        help_text="例如 国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕×号）",
    )
    is_provisional = forms.BooleanField(
        label="尚未收到通知，本年日期为暂定", required=False, help_text="暂定年份算出的期限会注明可能变化"
    )


@require_safe
def show_calendar(request: StaffRequest, year: int | None = None) -> HttpResponse:
    """Show the days of a year that differ from the plain week."""
    require(request.viewer.may("platform.operate"))
    year = year or timezone.localdate().year
    if year not in _YEARS:
        raise Http404
    shown = shown_year(year)
    context = {
        "shown": shown,
        "days": [(one, f"星期{_WEEKDAYS[one.day.weekday()]}") for one in shown.days],
        "before": year - 1 if year - 1 in _YEARS else None,
        "after": year + 1 if year + 1 in _YEARS else None,
    }
    return render_page(request, "console/calendar/year.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_some(request: StaffRequest) -> HttpResponse:
    """Set holidays, or make-up working days."""
    require(request.viewer.may("platform.operate"))
    done: list[date] = []

    def act(form: DaysForm) -> str:
        given = form.cleaned_data
        days = set_days(
            actor=request.person, first=given["first"], last=given["last"] or given["first"],
            is_working=given["kind"] == "on", name=given["name"], source=given["source"],
        )  # fmt: skip
        done.append(given["first"])
        return f"已设定 {len(days)} 天；此后计算的期限按新的安排，已经算定的不变。"

    form = DaysForm(request.POST if request.method == "POST" else None)
    return answer_form(
        request, form, act, title="设定放假或调休", button="设定",
        done_url=lambda: reverse("console-calendar-year", args=[done[0].year]),
        back_url=reverse("console-calendar"), crumbs=CRUMBS,
        lead="审核、答复等期限按工作日计算，依这张表。周末不必登记为放假，调休上班的周末要登记。",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: StaffRequest, year: int) -> HttpResponse:
    """Record the notice of a year."""
    require(request.viewer.may("platform.operate"))
    if year not in _YEARS:
        raise Http404
    shown = shown_year(year)

    def act(form: NoticeForm) -> str:
        note_year(actor=request.person, year=year, **form.cleaned_data)
        return f"{year} 年的放假通知已登记。"

    page = reverse("console-calendar-year", args=[year])
    initial = {"notice": shown.notice, "is_provisional": shown.is_provisional}
    return answer_form(
        request, NoticeForm(request.POST if request.method == "POST" else None, initial=initial), act,
        title=f"{year} 年放假通知", button="保存", done_url=page, back_url=page, crumbs=CRUMBS,
    )  # fmt: skip


@require_POST
def reset(request: StaffRequest, day: str) -> HttpResponse:
    """Let a day be what it was before this installation set it."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    reset_day(actor=request.person, day=wanted)
    messages.success(request, f"{wanted} 已恢复。")
    return HttpResponseRedirect(reverse("console-calendar-year", args=[wanted.year]))
