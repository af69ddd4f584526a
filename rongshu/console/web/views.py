"""工作台, the status page, built assets, looks, and the long work of a person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.actions.keep_looks import choose_columns, choose_theme, delete_filter, save_filter
from rongshu.console.built_assets import DIST_FOLDER
from rongshu.console.functions import functions_for
from rongshu.console.my_day import panels_for
from rongshu.console.pages import render_page, return_address
from rongshu.console.status import PROBLEM, WARNING, sections
from rongshu.foundation.installation import this_installation

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_PACKED: Final = (("br", ".br"), ("gzip", ".gz"))


@require_safe
def show_my_day(request: StaffRequest) -> HttpResponse:
    """Show what waits for the person."""
    hour = timezone.localtime().hour
    greeting = "早上好" if hour < 11 else "中午好" if hour < 14 else "下午好" if hour < 18 else "晚上好"
    shown = {"panels": panels_for(request.viewer), "greeting": greeting, "today": timezone.localdate()}
    return render_page(request, "console/my_day.html", shown)


@require_safe
def show_functions(request: StaffRequest) -> HttpResponse:
    """Show the sixteen functions of a platform with the pages the person may use for each."""
    return render_page(request, "console/functions.html", {"functions": functions_for(request.viewer)})


@require_safe
def show_status(request: StaffRequest) -> HttpResponse:
    """Show how the installation is doing; reads only, names no content."""
    require(request.viewer.may("platform.operate"))
    found = sorted(sections(), key=lambda section: bool(section.columns))  # figures first, tables below
    states = [figure.state for section in found for figure in section.figures]
    context = {
        "installation": this_installation(),
        "sections": found,
        "problems": states.count(PROBLEM),
        "warnings": states.count(WARNING),
        "at": timezone.localtime(),
    }
    return render_page(request, "console/status.html", context)


@require_safe
def serve_asset(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a built file; its name changes with its content, so it may be kept for ever."""
    file = (DIST_FOLDER / name).resolve()
    if file.parent != DIST_FOLDER.resolve() or file.suffix not in _TYPES or not file.is_file():
        raise Http404
    accepted = request.headers.get("Accept-Encoding", "")
    coding, suffix = next(((one, end) for one, end in _PACKED if one in accepted), ("", ""))
    packed = file.with_name(file.name + suffix)
    is_packed = bool(coding) and packed.is_file()
    answer = FileResponse((packed if is_packed else file).open("rb"), content_type=_TYPES[file.suffix])
    if is_packed:
        answer["Content-Encoding"] = coding
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@require_safe
def give_token(request: StaffRequest) -> HttpResponse:
    """Give a page whose session was renewed in another tab the token of the new one."""
    answer = JsonResponse({"token": get_token(request)})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def set_theme(request: StaffRequest) -> HttpResponse:
    """Set light, dark, or what the system says."""
    choose_theme(actor=request.person, theme=request.POST.get("theme", ""))
    return HttpResponseRedirect(return_address(request))


@require_POST
def set_columns(request: StaffRequest, code: str) -> HttpResponse:
    """Keep the columns of a list."""
    chosen = None if request.POST.get("usual") else request.POST.getlist("columns")
    choose_columns(actor=request.person, list_code=code, columns=chosen)
    return HttpResponseRedirect(return_address(request))


@require_POST
def keep_filter(request: StaffRequest, code: str) -> HttpResponse:
    """Save the present selection of a list under a name."""
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    save_filter(actor=request.person, list_code=code, name=name, query=query)
    return HttpResponseRedirect(return_address(request))


@require_POST
def drop_filter(request: StaffRequest, filter_id: UUID) -> HttpResponse:
    """Delete a saved filter."""
    delete_filter(actor=request.person, filter_id=filter_id)
    return HttpResponseRedirect(return_address(request))
