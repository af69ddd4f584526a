"""Monthly statistics per partner, and who uses which foreign resource where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_exporting import export_lines
from rongshu.console.list_parts import Column, Empty, Link, Search, choice_filter, day_filters
from rongshu.console.lists import ListPage
from rongshu.console.period_form import PeriodForm
from rongshu.federation.actions.ask_uses import ask_everyone
from rongshu.federation.models import ForeignResource, Partner, UseElsewhere
from rongshu.federation.queries.origins import names_of_origins
from rongshu.federation.queries.partners import partners_for
from rongshu.federation.queries.statistics import FIGURES, MonthLine, months, total
from rongshu.federation.queries.traffic import titles_of
from rongshu.federation.queries.uses import (
    foreign_resources_for,
    only_used,
    places_of,
    uses_elsewhere_for,
)
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


def _with_places(rows: Sequence[ForeignResource]) -> None:
    """Read for all rows together where they stand, and what their nodes are called."""
    places = places_of(one.pk for one in rows)
    names = names_of_origins({one.origin_node for one in rows})
    for one in rows:
        stands = (f"{place}（{place.who or '按规则'}）" for place in places.get(one.pk, ()))
        one.places = "；".join(stands)  # type: ignore[attr-defined]
        one.origin_name = names.get(one.origin_node, str(one.origin_node))  # type: ignore[attr-defined]


USES = ListPage[ForeignResource](
    code="federation-uses",
    title="资源使用",
    lead="其他节点的资源在本节点的使用：放在哪些网站的哪些栏目，由谁放入。",
    rows=foreign_resources_for,
    order="-resource_id",
    columns=(
        Column("title", "资源", _title),
        Column("origin", "来源节点", attrgetter("origin_name")),
        Column("owner", "发布机构", lambda one: one.resource.owner.name),
        Column("places", "使用之处", attrgetter("places")),
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
    complete=_with_places,
)


def _with_titles(viewer: Viewer, rows: Sequence[UseElsewhere]) -> None:
    titles = titles_of(viewer, {one.resource_id for one in rows})
    for one in rows:
        one.title = titles.get(one.resource_id, str(one.resource_id))  # type: ignore[attr-defined]


def _uses_elsewhere(viewer: Viewer) -> ListPage[UseElsewhere]:
    return ListPage[UseElsewhere](
        code="federation-uses-elsewhere",
        title="他处使用",
        lead="本节点提供的资源在其他节点的使用：每天询问一次，以对方最近的答复为准。",
        rows=uses_elsewhere_for,
        order="-since",
        columns=(
            Column("title", "资源", attrgetter("title")),
            Column("node", "节点", lambda one: one.node_name),
            Column("place", "使用之处", _page_elsewhere),
            Column("since", "使用时间", lambda one: one.since, order="since", is_narrow=True),
            Column("told", "告知时间", lambda one: one.told_at, order="told_at", is_narrow=True),
            Column("told_by", "告知者", lambda one: one.partner.name, is_shown=False),
        ),
        filters=(
            choice_filter("partner", "告知者", partner_choices),
            *day_filters("since", "使用", "since"),
        ),
        search=Search(("node_name", "site", "column"), "按节点、网站或栏目查找"),
        open_url=lambda one: reverse("library-resource", args=[one.resource_id]),
        empty=Empty(
            "还没有其他节点告知使用",
            "其他节点把本节点的资源放入栏目后，按“询问使用情况”即可看到。",
            "database",
        ),
        template="federation/uses_elsewhere.html",
        complete=lambda rows: _with_titles(viewer, rows),
    )


def _page_elsewhere(one: UseElsewhere) -> Link | str:
    place = f"{one.site} · {one.column}"
    return Link(place, one.url) if one.url else place


@require_safe
def list_uses(request: StaffRequest) -> HttpResponseBase:
    """List foreign resources and where they stand."""
    require_managing(request)
    return answer_list(request, USES, "federation-uses")


@require_safe
def list_uses_elsewhere(request: StaffRequest) -> HttpResponseBase:
    """List where other nodes show our resources."""
    require_managing(request)
    return answer_list(request, _uses_elsewhere(request.viewer), "federation-uses-elsewhere")


@require_POST
def ask_for_uses(request: StaffRequest) -> HttpResponse:
    """Have all partners asked what they use."""
    count = ask_everyone(actor=request.person)
    said = f"正在询问 {count} 个节点，约一分钟后刷新查看。" if count else "没有可以询问的节点。"
    (messages.success if count else messages.warning)(request, said)
    return HttpResponseRedirect(reverse("federation-uses-elsewhere"))
