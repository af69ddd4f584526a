"""The status page and the console's style sheet."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rongshu.console.status import PROBLEM, WARNING, sections
from rongshu.foundation.installation import this_installation

_STYLES = Path(__file__).parent.parent / "static" / "console.css"


@require_safe
@never_cache
def show_status(request: HttpRequest) -> HttpResponse:
    """Show how the installation is doing; reads only, names no content."""
    found = sorted(sections(), key=lambda section: bool(section.columns))  # figures first, tables below
    states = [figure.state for section in found for figure in section.figures]
    context = {
        "installation": this_installation(),
        "sections": found,
        "problems": states.count(PROBLEM),
        "warnings": states.count(WARNING),
        "at": timezone.localtime(),
    }
    return render(request, "console/status.html", context)


@require_safe
def show_styles(request: HttpRequest) -> HttpResponse:
    """Answer the console's style sheet."""
    answer = HttpResponse(_STYLES.read_bytes(), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "max-age=300"
    return answer
