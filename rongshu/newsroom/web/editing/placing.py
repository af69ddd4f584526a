"""Choosing where a piece is shown: many columns of many sites at once, each in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.pages import render_page
from rongshu.foundation.errors import InvalidInput, NotFound, Refusal
from rongshu.foundation.guards import get_one
from rongshu.library.models import Resource
from rongshu.library.queries import get_resource_for
from rongshu.newsroom.actions.place_piece import WishedPlace, change_place, place_piece
from rongshu.newsroom.queries.pieces import SiteChoice, columns_to_place_in, places_of, readable_version
from rongshu.sites.actions.move_placement import remove_placement
from rongshu.sites.models import Column, Placement
from rongshu.sites.permissions import may_place_in
from rongshu.sites.queries import columns_for, get_placement_for


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")


class PlaceForm(ConsoleForm):
    """How a piece stands in one column."""

    title = forms.CharField(
        label="显示标题", required=False, max_length=200, help_text="不填则用稿件标题；只影响这个栏目。"
    )
    visible_from = forms.DateTimeField(
        label="开始显示", required=False, widget=_moment_input(), help_text="不填则审核通过后立即显示。"
    )
    visible_until = forms.DateTimeField(
        label="停止显示", required=False, widget=_moment_input(), help_text="不填则一直显示。"
    )
    pin = forms.IntegerField(
        label="置顶级别", required=False, min_value=0, max_value=9, help_text="0 为不置顶，数字大的在前。"
    )


@require_http_methods(["GET", "POST"])
def choose_places(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Show where a piece stands, and put it into the chosen columns."""
    resource = get_resource_for(request.viewer, resource_id)
    form = PlaceForm(request.POST or None)
    chosen = request.POST.getlist("column")
    wrong = ""
    if request.method == "POST" and form.is_valid():
        try:
            places = [_wished(request, one, form.cleaned_data) for one in chosen]
            if not places:
                raise InvalidInput("请至少勾选一个栏目。")
            placed = place_piece(actor=request.person, resource=resource, places=places)
        except Refusal as error:
            wrong = error.message
        else:
            messages.success(request, f"已放入 {len(placed)} 个栏目；栏目审核通过后显示。")
            return HttpResponseRedirect(reverse("newsroom-placements", args=[resource.pk]))
    return _page(request, resource, form, chosen, wrong)


def _page(
    request: StaffRequest, resource: Resource, form: PlaceForm, chosen: list[str], wrong: str
) -> HttpResponse:
    words = request.GET.get("q", "")[:60]
    sites, is_cut = columns_to_place_in(request.viewer, resource, words)
    if wrong:
        form.add_error(None, wrong)
    shown = {
        "resource": resource,
        "version": readable_version(request.viewer, resource.pk),
        "form": form,
        "places": [
            (place, may_place_in(request.viewer, place.column))
            for place in places_of(request.viewer, resource)
        ],
        "sites": [_with_own(request, one, chosen) for one in sites],
        "is_cut": is_cut,
        "words": words,
    }
    return render_page(request, "newsroom/editing/places.html", shown, status=422 if form.errors else 200)


def _with_own(request: StaffRequest, site: SiteChoice, chosen: Sequence[str]) -> dict[str, Any]:
    """Return a site's columns, those chosen with what was filled in for each: a refusal loses nothing."""
    ids = [str(one.column.pk) for one in site.columns]
    own = [_posted_own(request, one) if one in chosen else None for one in ids]
    return {"site": site.site, "columns": list(zip(site.columns, own, strict=True))}


def _posted_own(request: StaffRequest, column_id: str) -> dict[str, str]:
    return {name: request.POST.get(f"{column_id}-{name}", "") for name in PlaceForm.base_fields}


@require_safe
def show_own_place(request: StaffRequest, resource_id: UUID, column_id: UUID) -> HttpResponse:
    """Show the fields of one column, asked for when its settings are opened.

    A page with the fields of every column would post more than one request may hold.
    """
    get_resource_for(request.viewer, resource_id)
    column = _own_column(request, column_id)
    return render_page(request, "newsroom/editing/_own_place.html", {"id": str(column.pk)})


def _own_column(request: StaffRequest, column_id: UUID) -> Column:
    """Return a column the person may place into, or raise `NotFound`."""
    column = get_one(columns_for(request.viewer).select_related("site"), pk=column_id)
    if not may_place_in(request.viewer, column):
        raise NotFound
    return column


def _wished(request: StaffRequest, column_id: str, shared: dict[str, object]) -> WishedPlace:
    """Return the wish for one column: its own title and times where given, else the shared ones."""
    try:
        column = _own_column(request, UUID(column_id))
    except ValueError:
        raise NotFound from None
    own = PlaceForm(_posted_own(request, column_id))
    if not own.is_valid():
        problems = "；".join(str(problem[0]) for problem in own.errors.values())
        raise InvalidInput(f"“{column.site.name} · {column.name}”：{problems}")
    given = {name: own.cleaned_data[name] or shared[name] for name in PlaceForm.base_fields}
    return WishedPlace(
        column=column,
        title=str(given["title"] or ""),
        visible_from=_moment(given["visible_from"]),
        visible_until=_moment(given["visible_until"]),
        pin=given["pin"] if isinstance(given["pin"], int) else 0,
    )


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


@require_http_methods(["GET", "POST"])
def change_one(request: StaffRequest, placement_id: UUID) -> HttpResponse:
    """Change title, times and pin in one column."""
    placement = _own_placement(request, placement_id)
    first = {
        "title": placement.display_title,
        "visible_from": placement.visible_from,
        "visible_until": placement.visible_until,
        "pin": placement.pin,
    }
    back = reverse("newsroom-placements", args=[placement.resource_id])

    def act(form: PlaceForm) -> str:
        given = {**form.cleaned_data, "pin": form.cleaned_data["pin"] or 0}
        change_place(actor=request.person, placement=placement, **given)
        return "已修改该栏目的显示方式。"

    return answer_form(
        request,
        PlaceForm(request.POST or None, initial=first),
        act,
        title=f"{placement.site.name} · {placement.column.name}",
        button="保存显示方式",
        done_url=back,
        back_url=back,
    )


@require_http_methods(["POST"])
def remove_one(request: StaffRequest, placement_id: UUID) -> HttpResponse:
    """Take a piece out of one column, after asking."""
    placement = _own_placement(request, placement_id)
    back = reverse("newsroom-placements", args=[placement.resource_id])
    asked = ask_first(
        request,
        question=f"从“{placement.site.name} · {placement.column.name}”移除这篇稿件？",
        consequences=["该栏目不再显示这篇稿件", "其他栏目和资源库中的内容不受影响"],
        button="从栏目移除",
        back_url=back,
    )
    if asked is not None:
        return asked
    remove_placement(actor=request.person, placement=placement)
    messages.success(request, "已从栏目移除。")
    return HttpResponseRedirect(back)


def _own_placement(request: StaffRequest, placement_id: UUID) -> Placement:
    placement = get_placement_for(request.viewer, placement_id)
    if not may_place_in(request.viewer, placement.column):
        raise NotFound
    return placement
