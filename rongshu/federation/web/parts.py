"""What the pages of the federation have in common: tabs, tones of states, sizes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import State
from rongshu.console.lists import ListPage
from rongshu.console.pages import Crumb, render_page
from rongshu.federation.models import Message, Partner, Quarantined, Report
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.web.tabs import tabs_for

CRUMBS: Final = (Crumb("资源联通", "federation-partners"),)
_TONES: Final[Mapping[str, str]] = {
    Partner.State.ACTIVE: "well", Partner.State.PAUSED: "quiet", Partner.State.SILENT: "problem",
    Partner.State.REFUSED: "quiet",
    Message.Status.DONE: "well", Message.Status.WAITING: "info", Message.Status.FAILED: "warning",
    f"message-{Message.Status.REFUSED}": "problem",
    f"quarantined-{Quarantined.State.WAITING}": "warning", Quarantined.State.ADMITTED: "well",
    Quarantined.State.DROPPED: "quiet",
    Report.State.SENT: "info", Report.State.RECEIVED: "warning", Report.State.ACCEPTED: "well",
    Report.State.DECLINED: "quiet",
}  # fmt: skip
_UNITS: Final = ("字节", "KB", "MB", "GB", "TB")


def state_of(row: Any, kind: str = "") -> State:
    """Return the state of a row as a cell."""
    return State(row.get_state_display(), _TONES.get(f"{kind}-{row.state}", _TONES.get(row.state, "quiet")))


def status_of(message: Message) -> State:
    """Return the status of a message as a cell."""
    tone = _TONES.get(f"message-{message.status}", _TONES.get(message.status, "quiet"))
    return State(message.get_status_display(), tone)


def size_of(count: int) -> str:
    """Return a number of bytes in words."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def require_managing(request: StaffRequest) -> None:
    """Raise `NotAllowed` unless the federation is the person's to manage."""
    require(may_manage_federation(request.viewer))


def answer_list(
    request: StaffRequest, page: ListPage[Any], name: str, context: Mapping[str, Any] | None = None
) -> HttpResponseBase:
    """Answer a list below its tabs."""
    return page.answer(request, context={"tabs": tabs_for(request.viewer, name), **(context or {})})


def show(
    request: StaffRequest, template: str, context: Mapping[str, Any], *, tab: str, status: int = 200
) -> HttpResponse:
    """Answer a page below the tabs."""
    return render_page(
        request,
        f"federation/{template}.html",
        {"tabs": tabs_for(request.viewer, tab), **context},
        crumbs=CRUMBS,
        status=status,
    )
