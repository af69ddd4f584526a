"""The library at a glance: figures, trend, types and what is called most (P2-15)."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.library.queries.overview import overview
from rongshu.library.web.resources import require_reading


@require_safe
def show_overview(request: StaffRequest) -> HttpResponse:
    """Show the figures of what the viewer's organisations hold; charts with their tables."""
    require_reading(request.viewer)
    return render_page(request, "library/overview.html", {"overview": overview(request.viewer)})
