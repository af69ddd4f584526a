"""The top bar's doors: finding by words, choosing the unit or site one works in, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.actions.keep_looks import choose_place
from rongshu.console.finding import LONGEST, find
from rongshu.console.my_day import panels_for
from rongshu.console.pages import render_page, return_address
from rongshu.console.working_place import get_place_for, places_named
from rongshu.foundation.errors import NotFound

_AT_ONCE, _ON_A_PAGE = 5, 30


@require_safe
def find_things(request: StaffRequest) -> HttpResponse:
    """Answer what fits the words: a few of each kind below the box, more on a page of its own."""
    words = request.GET.get("q", "")[:LONGEST]
    if _is_part(request):
        groups = find(request.viewer, words, _AT_ONCE)
        return _part(request, "console/_found.html", {"groups": groups, "words": words.strip()})
    groups = find(request.viewer, words, _ON_A_PAGE)
    return render_page(request, "console/found.html", {"groups": groups, "words": words.strip()})


@require_safe
def list_places(request: StaffRequest) -> HttpResponse:
    """Answer the units and sites one may narrow the lists to."""
    words = request.GET.get("q", "")[:LONGEST]
    most = 8 if _is_part(request) else 100
    shown = {"kinds": places_named(request.viewer, words, most), "words": words}
    if _is_part(request):
        return _part(request, "console/_places.html", shown)
    return render_page(request, "console/places.html", shown)


@require_POST
def set_place(request: StaffRequest) -> HttpResponse:
    """Narrow the lists to a unit or site, or show all again."""
    kind, _, wanted = request.POST.get("place", "").partition(":")
    if not kind:
        choose_place(actor=request.person, kind="", place_id=None)
        messages.success(request, "列表已恢复显示您全部单位和站点的内容。")
    else:
        try:
            place = get_place_for(request.viewer, kind, UUID(wanted))
        except ValueError:
            raise NotFound from None
        choose_place(actor=request.person, kind=place.kind, place_id=place.id)
        messages.success(request, f"列表现在只显示“{place.name}”的内容，直到您改回。")
    return HttpResponseRedirect(return_address(request))


@require_safe
def show_waiting(request: StaffRequest) -> HttpResponse:
    """Answer what waits for the person, as the top bar's inbox shows it."""
    waiting = [one for one in panels_for(request.viewer) if one.items.total]
    if _is_part(request):
        return _part(request, "console/_waiting.html", {"panels": waiting})
    return HttpResponseRedirect("/")


def _is_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")


def _part(request: HttpRequest, template: str, shown: Mapping[str, object]) -> HttpResponse:
    answer = render(request, template, dict(shown))
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "HX-Request"
    return answer
