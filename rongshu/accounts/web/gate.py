"""The staff gate: nothing on the console listener is answered but to a person who has signed in fully."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from rongshu.accounts.models import Account
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web import staff_sessions
from rongshu.accounts.web.requests import StaffRequest, client_address
from rongshu.foundation.audit import acting_via

SIGN_IN_PATH: Final = "/-/sign-in/"
# Everything else is closed. An entry ending in "/" opens what lies below it.
OPEN_PATHS: Final = (SIGN_IN_PATH, "/-/enrol/", "/-/health", "/-/console/", "/-/console.css")

_Answer = Callable[[HttpRequest], HttpResponse]


def staff_gate(get_response: _Answer) -> _Answer:
    """Let pass whom the session names, and act in his name "via web" from his address."""

    def answer(request: HttpRequest) -> HttpResponse:
        with acting_via("web", client_address(request)):
            if is_open(request.path_info):
                return get_response(request)
            if not _has_signed_in(request):
                return turned_away(request)
            _name_person(cast("StaffRequest", request))
            staff_sessions.touch(request.session)
            return get_response(request)

    return answer


def is_open(path: str) -> bool:
    """Whether an address answers without sign-in."""
    return any(path.startswith(one) if one.endswith("/") else path == one for one in OPEN_PATHS)


def turned_away(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page; a fragment asked for by htmx makes the whole page go there."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": SIGN_IN_PATH})
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseRedirect(SIGN_IN_PATH)
    return HttpResponseRedirect(f"{SIGN_IN_PATH}?{urlencode({'next': request.get_full_path()})}")


def _has_signed_in(request: HttpRequest) -> bool:
    return isinstance(request.user, Account) and staff_sessions.staff_session(request.session) is not None


def _name_person(request: StaffRequest) -> None:
    request.person = request.user.person
    request.viewer = cast("Viewer", SimpleLazyObject(lambda: viewer_for(request.person)))
