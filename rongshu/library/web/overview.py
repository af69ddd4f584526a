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
    """Show the figures of what the viewer's organisations hold; bars and the numbers beside them."""
    require_reading(request.viewer)
    seen = overview(request.viewer)
    shown = {
        "overview": seen,
        "most_stored": max((one.stored for one in seen.trend), default=0) or 1,
        "most_called": max((one.calls for one in seen.trend), default=0) or 1,
        "most_of_a_type": max((count for _, count in seen.types), default=0) or 1,
    }
    return render_page(request, "library/overview.html", shown)
