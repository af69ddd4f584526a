"""The staff gate: nothing on the console listener is answered but to a person who has signed in fully."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from rongshu.accounts.actions.use_session import leave_session, note_use
from rongshu.accounts.models import Account
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.sign_in_rules import session_limits
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web import staff_sessions
from rongshu.accounts.web.requests import StaffRequest, client_address
from rongshu.foundation.audit import acting_via

SIGN_IN_PATH: Final = "/-/sign-in/"
# Everything else is closed. An entry ending in "/" opens what lies below it.
OPEN_PATHS: Final = (SIGN_IN_PATH, "/-/enrol/", "/-/health", "/-/console/")

_Answer = Callable[[HttpRequest], HttpResponse]


def staff_gate(get_response: _Answer) -> _Answer:
    """Let pass whom the session names, and act in his name "via web" from his address."""

    def answer(request: HttpRequest) -> HttpResponse:
        with acting_via("web", client_address(request)):
            if is_open(request.path_info):
                return get_response(request)
            if not _has_signed_in(request):
                return turned_away(request, ended="gone" if _is_gone(request) else "")
            if _has_ended(request):
                return _ended(request)
            _name_person(cast("StaffRequest", request))
            if staff_sessions.touch(request.session):
                note_use(session_key=request.session.session_key, address=client_address(request))
            return get_response(request)

    return answer


def is_open(path: str) -> bool:
    """Whether an address answers without sign-in."""
    return any(path.startswith(one) if one.endswith("/") else path == one for one in OPEN_PATHS)


def turned_away(request: HttpRequest, *, ended: str = "") -> HttpResponse:
    """Lead to the sign-in page; a fragment asked for by htmx makes the whole page go there."""
    said = {"ended": ended} if ended else {}
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": _sign_in_address(said)})
    if request.method in {"GET", "HEAD"}:
        said["next"] = request.get_full_path()
    return HttpResponseRedirect(_sign_in_address(said))


def _sign_in_address(said: dict[str, str]) -> str:
    return f"{SIGN_IN_PATH}?{urlencode(said)}" if said else SIGN_IN_PATH


def _has_signed_in(request: HttpRequest) -> bool:
    return isinstance(request.user, Account) and staff_sessions.staff_session(request.session) is not None


def _is_gone(request: HttpRequest) -> bool:
    """Whether the browser names a session that is kept no longer: unused for long, or ended elsewhere."""
    is_named = bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return is_named and request.session.is_empty()


def _has_ended(request: HttpRequest) -> bool:
    session = staff_sessions.staff_session(request.session)
    limits = session_limits()
    idle, absolute = limits.idle.total_seconds(), limits.absolute.total_seconds()
    return session is not None and session.has_ended(idle=idle, absolute=absolute)


def _ended(request: HttpRequest) -> HttpResponse:
    leave_session(session_key=request.session.session_key)
    logout(request)
    return turned_away(request, ended="idle")


def _name_person(request: StaffRequest) -> None:
    request.person = request.user.person
    request.viewer = cast("Viewer", SimpleLazyObject(lambda: viewer_for(request.person)))
