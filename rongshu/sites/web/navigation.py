"""The main navigation of a site: which columns stand in it, and in what order."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.foundation.errors import RongshuError
from rongshu.sites.actions.arrange_column import arrange_column
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.errors import UnknownColumn
from rongshu.sites.models import Column, Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.queries.columns import navigation
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.web.columns import column_of
from rongshu.sites.web.site_pages import render_site_page

_ADVISED: Final = 7  # what a reader takes in at a glance, and what fits into one row


@require_safe
def show_navigation(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the entries of the navigation, and the columns that may join them."""
    site = _arranged(request, slug)
    entries = navigation(site)
    others = Column.objects.filter(site=site, status=Column.Status.ACTIVE, show_in_navigation=False)
    context = {
        "entries": [(one, _neighbour(entries, one, -1), _neighbour(entries, one, 1)) for one in entries],
        "others": others.filter(path__regex=r"^/[^/]+/([^/]+/)?$").order_by("path"),
        "advised": _ADVISED,
    }
    return render_site_page(request, site, "sites/navigation.html", "site-navigation", context)


@require_POST
def change_navigation(request: StaffRequest, slug: str) -> HttpResponse:
    """Change it: `deed` is `id:add|drop|up|down`."""
    site = _arranged(request, slug)
    name, _, deed = request.POST.get("deed", "").partition(":")
    try:
        _, column = column_of(request.viewer, slug, UUID(name))
    except ValueError:
        raise UnknownColumn from None
    try:
        _change(request, site, column, deed)
    except RongshuError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("site-navigation", args=[slug]))


def _change(request: StaffRequest, site: Site, column: Column, deed: str) -> None:
    if deed in {"add", "drop"}:
        change_column(actor=request.person, column=column, show_in_navigation=deed == "add")
        messages.success(request, f"“{column.name}”已{'加入' if deed == 'add' else '移出'}导航。")
        return
    other = _neighbour(navigation(site), column, -1 if deed == "up" else 1)
    if other is None:
        return
    # Going down is the neighbour's going up: the columns between keep their order.
    moved, before = (column, other) if deed == "up" else (other, column)
    arrange_column(actor=request.person, column=moved, parent=moved.parent, before=before)


def _arranged(request: StaffRequest, slug: str) -> Site:
    site = get_site_for(request.viewer, slug)
    require(may_arrange_site(request.viewer, site))
    return site


def _neighbour(entries: list[Column], column: Column, step: int) -> Column | None:
    """Return the entry beside this one with which it may change places: one of the same level."""
    beside = [one for one in entries if one.parent_id == column.parent_id]
    places = [one.pk for one in beside]
    place = places.index(column.pk) + step if column.pk in places else -1
    return beside[place] if 0 <= place < len(beside) else None
