"""Reports (报送) and offers (下发): hand over, accept into a column, send back with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form
from rongshu.console.list_parts import Button, Column, Empty, Search, choice_filter, day_filters
from rongshu.console.lists import ListPage
from rongshu.federation.actions.settle_errands import accept_errand, decline_errand, offer_down, report_up
from rongshu.federation.models import Offer, Report
from rongshu.federation.permissions import may_hand_over, may_manage_federation, may_take_errands
from rongshu.federation.queries.errands import errands_for, get_errand_for
from rongshu.federation.web.forms import AcceptForm, HandOverForm, ReasonForm, column_named
from rongshu.federation.web.parts import CRUMBS, answer_list, show, state_of
from rongshu.foundation.errors import InvalidInput
from rongshu.library.models import Resource
from rongshu.library.queries import visible

Errand = Report | Offer
Model = type[Report] | type[Offer]
_MOST: Final = 200
_ADDRESS: Final = re.compile(r"/a/(\d{4}/\d{2}/[0-9a-z]+)\.html")
_NAMES: Final = {Report: "report", Offer: "offer"}


def _place(errand: Errand) -> str:
    return f"{errand.column.site.name} · {errand.column.name}" if errand.column else ""


def _columns(model: Model) -> tuple[Column[Any], ...]:
    mandatory = Column[Any]("mandatory", "必须采用", lambda one: one.is_mandatory, is_narrow=True)
    return (
        Column("title", "资源", lambda one: one.title or str(one.resource_id)),
        Column("direction", "方向", lambda one: one.get_direction_display(), is_narrow=True),
        Column("partner", "节点", lambda one: one.partner.name),
        Column("wish", "建议栏目", lambda one: one.wish),
        Column("state", "状态", state_of, is_narrow=True),
        *((mandatory,) if model is Offer else ()),
        Column("column", "采用栏目", _place),
        Column("by", "办理人", lambda one: one.decided_by_name or str(one.decided_by or "")),
        Column("reason", "理由", lambda one: one.reason, is_shown=False),
        Column("at", "时间", lambda one: one.at, order="at", is_narrow=True),
    )


def _list(model: Model, title: str, lead: str, *, button: str, empty: str) -> ListPage[Any]:
    name = _NAMES[model]
    return ListPage[Any](
        code=f"federation-{name}s",
        title=title,
        lead=lead,
        rows=lambda viewer: errands_for(viewer, model),
        order="-at",
        columns=_columns(model),
        filters=(
            choice_filter("state", "状态", model.State.choices),
            choice_filter("direction", "方向", model.Direction.choices),
            *day_filters("at", "时间", "at"),
        ),
        search=Search(("title", "wish", "partner__name"), "按标题、栏目或节点查找"),
        open_url=lambda one: reverse(f"federation-{name}", args=[one.pk]),
        buttons=(Button(button, f"federation-new-{name}", "plus", is_primary=True, is_for=may_hand_over),),
        empty=Empty(empty, "收到和发出的都列在这里，连同对方的回执。", "inbox"),
        template="federation/list.html",
    )


_LISTS: Final = {
    Report: _list(
        Report,
        "报送",
        "下级节点报来的资源由目标栏目按其审核流程采用，或说明理由退回。",
        button="报送资源",
        empty="还没有报送",
    ),
    Offer: _list(
        Offer,
        "下发",
        "上级节点发来的资源：必须采用的直接办理，其余可以采用或退回。",
        button="下发资源",
        empty="还没有下发",
    ),
}


@require_safe
def list_errands(request: StaffRequest, model: Model) -> HttpResponseBase:
    """List what came and went."""
    require(may_hand_over(request.viewer) or may_take_errands(request.viewer))
    return answer_list(request, _LISTS[model], f"federation-{_NAMES[model]}s")


@require_safe
def show_errand(request: StaffRequest, errand_id: UUID, model: Model) -> HttpResponse:
    """Show one with its resource, if it has arrived."""
    errand = get_errand_for(request.viewer, model, errand_id)
    resource = visible(request.viewer).filter(pk=errand.resource_id).first()
    is_open = errand.direction == model.Direction.IN and errand.state == model.State.RECEIVED
    shown = {
        "errand": errand,
        "name": _NAMES[model],
        "label": model._meta.verbose_name,
        "state": state_of(errand),
        "place": _place(errand),
        "resource": resource,
        "is_mandatory": getattr(errand, "is_mandatory", False),
        "may_accept": is_open and may_take_errands(request.viewer),
        "may_decline": is_open and may_manage_federation(request.viewer),
        "form": AcceptForm(initial={"column": errand.wish}),
    }
    return show(request, "errand", shown, tab=f"federation-{_NAMES[model]}s")


def accept(request: StaffRequest, errand_id: UUID, model: Model) -> HttpResponse:
    """Put it into a column."""
    errand = get_errand_for(request.viewer, model, errand_id)
    form = AcceptForm(request.POST or None, initial={"column": errand.wish})
    url = _url(errand, model)

    def act(filled: AcceptForm) -> str:
        column = column_named(request.viewer, filled.cleaned_data["column"])
        accept_errand(actor=request.person, errand=errand, column=column)
        return f"已采用到“{column.name}”，按该栏目的审核流程显示；回执已发给对方。"

    title = f"采用“{errand.title}”"
    return answer_form(
        request, form, act, title=title, button="采用", done_url=url, back_url=url, crumbs=CRUMBS
    )


@require_POST
def decline(request: StaffRequest, errand_id: UUID, model: Model) -> HttpResponse:
    """Send it back with a reason."""
    errand = get_errand_for(request.viewer, model, errand_id)
    form = ReasonForm(request.POST)
    asked = ask_first(
        request,
        question=f"退回“{errand.title}”？",
        consequences=("对方会收到退回的理由", "资源本身不受影响"),
        button="退回",
        form=form,
        back_url=_url(errand, model),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    decline_errand(actor=request.person, errand=errand, reason=form.cleaned_data["reason"])
    messages.success(request, "已退回，理由已发给对方。")
    return HttpResponseRedirect(_url(errand, model))


def hand_over(request: StaffRequest, model: Model) -> HttpResponse:
    """Hand resources over to a partner."""
    require(may_hand_over(request.viewer))
    name = _NAMES[model]
    initial = {"resources": request.GET.get("resource", "")}
    form = HandOverForm(request.viewer, model, request.POST or None, initial=initial)

    def act(filled: HandOverForm) -> str:
        given = dict(filled.cleaned_data)
        resources = list(_resources(request.viewer, given.pop("resources")))
        if model is Offer:
            offer_down(actor=request.person, resources=resources, **given)
        else:
            report_up(actor=request.person, resources=resources, **given)
        return f"已交给“{given['partner'].name}” {len(resources)} 条，对方办理后回执显示在这里。"

    done = reverse(f"federation-{name}s")
    title = "报送资源" if model is Report else "下发资源"
    return answer_form(
        request, form, act, title=title, button=title, done_url=done, back_url=done, crumbs=CRUMBS
    )


def _resources(viewer: Viewer, text: str) -> Iterator[Resource]:
    """Find what the lines name: by id, by 索引号, or by the address of a page."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > _MOST:
        raise InvalidInput(f"一次至多 {_MOST} 条。", fields={"resources": f"现在是 {len(lines)} 条"})
    for line in lines:
        found = visible(viewer).filter(**_naming(line)).select_related("effective_version").first()
        if found is None:
            raise InvalidInput(
                "有的资源没有找到，或者您无权查看。", fields={"resources": f"没有找到：{line[:80]}"}
            )
        yield found


def _naming(line: str) -> dict[str, Any]:
    page = _ADDRESS.search(line)
    if page is not None:
        return {"address": page.group(1)}
    try:
        return {"pk": UUID(line)}
    except ValueError:
        return {"index_number": line}


def _url(errand: Errand, model: Model) -> str:
    return reverse(f"federation-{_NAMES[model]}", args=[errand.pk])
