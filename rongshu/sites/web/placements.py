"""What stands in a column: order by hand, pin, schedule, another title, move, remove, approve."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form
from rongshu.console.list_parts import BulkAct, Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage, chosen_ids
from rongshu.console.pages import return_address
from rongshu.foundation.errors import RongshuError
from rongshu.library.models import Resource
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.actions.change_placement import pin_placement, rename_placement, schedule_placement
from rongshu.sites.actions.move_placement import move_placement, remove_placement
from rongshu.sites.actions.order_placements import order_placements
from rongshu.sites.models import Placement
from rongshu.sites.permissions import may_approve_in, may_manage_column, may_place_in
from rongshu.sites.queries.placements import get_placement_for, placements_for, ranked_placements
from rongshu.sites.web.columns import column_of, tree_for
from rongshu.sites.web.forms import MoveToForm, PlacementForm, ReasonForm
from rongshu.sites.web.site_pages import CRUMBS, site_context

_State = Placement.State
_TONES = {
    _State.WAITING: "warning",
    _State.SCHEDULED: "info",
    _State.SHOWING: "well",
    _State.ENDED: "quiet",
    _State.REMOVED: "quiet",
}


def title_of(placement: Placement) -> str:
    """Return the title readers see here, or will."""
    version = placement.resource.effective_version or placement.resource.working_version
    return placement.display_title or (version.title if version else "（无标题）")


def _state(placement: Placement) -> State:
    # A recall leaves the place for the resource to come back to; meanwhile no reader sees it.
    if placement.resource.status == Resource.Status.WITHDRAWN and placement.state == _State.SHOWING:
        return State("撤稿", "problem")
    state = _State(placement.state)
    return State(state.label, _TONES[state])


def _holds(viewer: Viewer, capability: str) -> bool:
    return viewer.holds_anywhere(capability)


PLACEMENTS: ListPage[Placement] = ListPage(
    code="placements",
    title="栏目内容",
    rows=placements_for,
    order="-published_at",
    columns=(
        Column("title", "标题", title_of),
        Column("state", "状态", _state, order="state", is_narrow=True),
        Column("published", "发布时间", lambda one: one.published_at, order="published_at", is_narrow=True),
        Column("pin", "置顶", lambda one: one.pin or "", order="pin", is_narrow=True),
        Column("from", "显示起", lambda one: one.visible_from, is_shown=False),
        Column("until", "显示止", lambda one: one.visible_until),
        Column("owner", "来源单位", lambda one: one.resource.owner.name, is_shown=False),
    ),
    filters=(choice_filter("state", "状态", [one for one in _State.choices if one[0] != _State.REMOVED]),),
    search=Search(
        ("display_title", "resource__effective_version__title", "resource__working_version__title"), "标题"
    ),
    open_url=lambda one: reverse("placement-edit", args=[one.pk]),
    bulk=(
        BulkAct(
            "审核通过",
            "placements-approve",
            "check",
            is_for=lambda viewer: _holds(viewer, "placement.approve"),
        ),
        BulkAct(
            "从栏目移除",
            "placements-remove",
            "x",
            is_dangerous=True,
            is_for=lambda viewer: _holds(viewer, "placement.write"),
        ),
    ),
    empty=Empty(
        "这个栏目还没有内容", "稿件发布到这个栏目，或把资源库中的内容放入栏目后，会出现在这里。", "article"
    ),
    template="sites/placements.html",
)


@require_safe
def list_placements(request: StaffRequest, slug: str, column_id: UUID) -> HttpResponseBase:
    """List what stands in a column, those with a place of their own first."""
    site, column = column_of(request.viewer, slug, column_id)
    rows = placements_for(request.viewer).filter(column=column)
    rows = rows.select_related("column__site", "resource__owner", "resource__effective_version",
                               "resource__working_version")  # fmt: skip
    context: dict[str, Any] = {
        "column": column,
        "ranked": [{"placement": one, "title": title_of(one)} for one in ranked_placements(rows)],
        "may_place": may_place_in(request.viewer, column),
        "may_manage": may_manage_column(request.viewer, column),
    }
    return PLACEMENTS.answer(
        request, rows=rows, context=site_context(request, site, "site-columns") | context
    )


@require_http_methods(["GET", "POST"])
def edit_placement(request: StaffRequest, placement_id: UUID) -> HttpResponse:
    """Change title, pin and times."""
    placement = get_placement_for(request.viewer, placement_id)
    require(may_place_in(request.viewer, placement.column))
    names = ("display_title", "pin", "visible_from", "visible_until")

    def act(form: PlacementForm) -> str:
        _change(request, placement, form.cleaned_data)
        return "已保存。"

    page = _page(placement)
    return answer_form(
        request,
        PlacementForm(request.POST or None, initial={name: getattr(placement, name) for name in names}),
        act,
        title=title_of(placement),
        button="保存",
        done_url=page,
        back_url=page,
        lead=f"{placement.site.name} · {placement.column.name} · {_State(placement.state).label}",
        crumbs=CRUMBS,
        template="sites/placement.html",
        context={
            "placement": placement,
            "may_approve": may_approve_in(request.viewer, placement.column)
            and placement.approval_id is None
            and placement.state == _State.WAITING,
        },
    )


@require_http_methods(["GET", "POST"])
def relocate_placement(request: StaffRequest, placement_id: UUID) -> HttpResponse:
    """Move a placement to another column of its site."""
    placement = get_placement_for(request.viewer, placement_id)
    require(may_place_in(request.viewer, placement.column))
    site = placement.site

    def act(form: MoveToForm) -> str:
        target = column_of(request.viewer, site.slug, UUID(form.cleaned_data["column"]))[1]
        moved = move_placement(actor=request.person, placement=placement, column=target)
        return f"已移到“{target.name}”，{_State(moved.state).label}。"

    page = _page(placement)
    return answer_form(
        request,
        MoveToForm(request.POST or None, tree=tree_for(request.viewer, site)),
        act,
        title=f"移动：{title_of(placement)}",
        button="移到这个栏目",
        done_url=page,
        back_url=page,
        lead="文章网址不变；在目标栏目没有审核权限时，须由那里的审核人通过后才显示。",
        crumbs=CRUMBS,
    )


@require_POST
def order(request: StaffRequest, slug: str, column_id: UUID) -> HttpResponse:
    """Write the order by hand: `order` repeated, or `move` as `id:up|down|first|back`."""
    _, column = column_of(request.viewer, slug, column_id)
    require(may_place_in(request.viewer, column))
    page = reverse("column-content", args=[slug, column_id])
    rows = placements_for(request.viewer).filter(column=column)
    ids = [one.pk for one in ranked_placements(rows) if one.manual_order is not None]
    try:
        wanted = _wanted(ids, request.POST.getlist("order"), request.POST.get("move", ""))
        order_placements(actor=request.person, column=column, placement_ids=wanted)
    except ValueError:
        messages.error(request, "顺序没有收到，请刷新页面后重试。")
    except RongshuError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(page)


@require_POST
def approve_placements(request: StaffRequest) -> HttpResponse:
    """Approve the chosen placements, one by one; what is refused is told, the others stand."""
    return _each(request, "审核通过", lambda one: approve_placement(actor=request.person, placement=one))


@require_POST
def remove_placements(request: StaffRequest) -> HttpResponse:
    """Remove the chosen placements after asking why."""
    ids = chosen_ids(request)
    asked = ask_first(
        request,
        question=f"从栏目移除 {len(ids)} 条内容？",
        consequences=["读者不再在这个栏目看到它们", "内容仍在资源库和其他栏目中", "以后可以重新放入栏目"],
        button="从栏目移除",
        form=ReasonForm(request.POST),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    reason = request.POST["reason"]
    return _each(
        request, "移除", lambda one: remove_placement(actor=request.person, placement=one, reason=reason)
    )


def _each(request: StaffRequest, deed: str, act: Any) -> HttpResponse:
    placements = [get_placement_for(request.viewer, one) for one in chosen_ids(request)]
    done, refused = 0, ""
    for placement in placements:
        try:
            act(placement)
            done += 1
        except RongshuError as error:
            refused = f"“{title_of(placement)}”：{error.message}"
    if done:
        messages.success(request, f"已{deed} {done} 条。")
    if refused:
        messages.error(request, f"有 {len(placements) - done} 条没有{deed}，例如{refused}")
    return HttpResponseRedirect(return_address(request, reverse("sites")))


def _change(request: StaffRequest, placement: Placement, given: dict[str, Any]) -> None:
    """Write what the form says; what did not change writes nothing."""
    actor = request.person
    times = {name: given[name] for name in ("visible_from", "visible_until")}
    schedule_placement(actor=actor, placement=placement, **times)
    rename_placement(actor=actor, placement=placement, display_title=given["display_title"])
    pin_placement(actor=actor, placement=placement, pin=given["pin"])


def _wanted(ids: list[UUID], order: list[str], move: str) -> list[UUID]:
    """Return the ids in the order asked for; raise ValueError where an id is none."""
    if order:
        return [UUID(one) for one in order]
    name, _, way = move.partition(":")
    chosen = UUID(name)
    others = [one for one in ids if one != chosen]
    if way == "back":
        return others
    place = ids.index(chosen) if chosen in ids else 0
    at = (
        {"up": max(place - 1, 0), "down": place + 1, "first": 0}[way] if way in {"up", "down", "first"} else 0
    )
    return [*others[:at], chosen, *others[at:]]


def _page(placement: Placement) -> str:
    return reverse("column-content", args=[placement.site.slug, placement.column_id])
