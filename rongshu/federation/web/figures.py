"""Monthly statistics per partner, and who uses which foreign resource where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_exporting import export_lines
from rongshu.console.list_parts import Column, Empty, Search, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.period_form import PeriodForm
from rongshu.federation.models import ForeignResource, Partner
from rongshu.federation.queries.partners import partners_for
from rongshu.federation.queries.statistics import FIGURES, MonthLine, months, total
from rongshu.federation.queries.uses import foreign_resources_for, names_of_nodes, only_used, places_of
from rongshu.federation.web.parts import answer_list, require_managing, show, size_of
from rongshu.federation.web.traffic import partner_choices
from rongshu.foundation import clock

_HEADS: Final = {
    "received": "收到资源", "given": "提供资源", "quarantined": "隔离", "reports": "报送", "offers": "下发",
    "bytes_in": "收到字节", "bytes_out": "发出字节", "failed": "失败消息",
}  # fmt: skip
_USUAL: Final = timedelta(days=365)


class MonthsForm(PeriodForm):
    """What is asked; everything has a usual value."""

    field_order = ("partner", "first", "last")

    partner: forms.ModelChoiceField[Partner] = forms.ModelChoiceField(
        label="节点", queryset=Partner.objects.none(), required=False, empty_label="全部节点"
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners_for(viewer).order_by("name")  # type: ignore[attr-defined]

    def usual_first(self, last: date) -> date:
        """Return the day a year before."""
        return last - _USUAL


@require_safe
def show_statistics(request: StaffRequest) -> HttpResponseBase:
    """Show the months, or export them (`?format=csv`, `?format=xlsx`)."""
    require_managing(request)
    today = clock.today()
    usual = {"first": (today - _USUAL).isoformat(), "last": today.isoformat()}
    form = MonthsForm(request.viewer, {**usual, **request.GET.dict()})
    lines = _lines(request.viewer, form) if form.is_valid() else []
    kind = request.GET.get("format", "")
    if kind in {"csv", "xlsx"} and form.is_valid():
        return export_lines(
            request.person, "federation-statistics", "资源联通月度统计", _exported(lines), kind
        )
    kept = {name: value for name, value in request.GET.items() if name in form.fields}
    shown = {
        "form": form,
        "heads": list(_HEADS.values()),
        "lines": [(f"{one.month:%Y-%m} {one.partner.name}", _cells(one)) for one in lines],
        "total": _in_words(total(lines)),
        "csv": f"?{urlencode({**kept, 'format': 'csv'})}",
        "xlsx": f"?{urlencode({**kept, 'format': 'xlsx'})}",
    }
    return show(request, "statistics", shown, tab="federation-statistics", status=400 if form.errors else 200)


def _lines(viewer: Viewer, form: MonthsForm) -> list[MonthLine]:
    given = form.cleaned_data
    partner = given.get("partner")
    return months(viewer, given["first"], given["last"], partner.pk if partner else None)


def _cells(line: MonthLine) -> list[str]:
    return _in_words({name: getattr(line, name) for name in FIGURES})


def _in_words(figures: dict[str, int]) -> list[str]:
    return [
        size_of(count) if name.startswith("bytes") else str(count)
        for name, count in ((name, figures[name]) for name in _HEADS)
    ]


def _exported(lines: Sequence[MonthLine]) -> Iterator[list[str]]:
    yield ["月份", "节点", *_HEADS.values()]
    for line in lines:
        yield [
            f"{line.month:%Y-%m}", line.partner.name, *(str(getattr(line, name)) for name in _HEADS)
        ]  # fmt: skip


def _title(one: ForeignResource) -> str:
    version = one.resource.effective_version
    return version.title if version else str(one.pk)


def _places(one: ForeignResource) -> str:
    return "；".join(f"{place}（{place.who or '按规则'}）" for place in places_of([one.pk]).get(one.pk, ()))


def _origin(one: ForeignResource) -> str:
    return names_of_nodes().get(one.origin_node, str(one.origin_node))


USES = ListPage[ForeignResource](
    code="federation-uses",
    title="资源使用",
    lead="其他节点的资源在本节点的使用：放在哪些网站的哪些栏目，由谁放入。",
    rows=foreign_resources_for,
    order="-resource_id",
    columns=(
        Column("title", "资源", _title),
        Column("origin", "来源节点", _origin),
        Column("owner", "发布机构", lambda one: one.resource.owner.name),
        Column("places", "使用之处", _places),
        Column("received", "收到时间", lambda one: one.received_at, is_narrow=True),
    ),
    filters=(
        choice_filter("partner", "收自", partner_choices),
        choice_filter("used", "使用", [("yes", "已使用")], apply=lambda rows, value: only_used(rows)),
    ),
    search=Search(("resource__effective_version__title",), "按标题查找"),
    open_url=lambda one: reverse("library-resource", args=[one.pk]),
    empty=Empty("还没有其他节点的资源", "联通后从其他节点获取的资源列在这里。", "database"),
    template="federation/list.html",
)


@require_safe
def list_uses(request: StaffRequest) -> HttpResponseBase:
    """List foreign resources and where they stand."""
    require_managing(request)
    return answer_list(request, USES, "federation-uses")
