"""The audit log, one record, the state of its seals, and the history of sign-ins."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.actions.lock_account import unlock_address
from rongshu.accounts.models import SignInAttempt
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import locked_out_addresses
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.audit.queries import record_for, records_for, seal_state, sign_ins_for
from rongshu.console.audit.verifying import KIND
from rongshu.console.audit.words import DOORS, deed_choices, deed_label, object_choices, object_label
from rongshu.console.confirming import ask_first
from rongshu.console.list_parts import Column, Empty, Exact, State, choice_filter, day_filters, text_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.people.forms import ReasonForm
from rongshu.console.progress import begin_work, work_url
from rongshu.foundation.errors import NotFound
from rongshu.foundation.models import AuditRecord


def _reads(viewer: Viewer) -> bool:
    return may_anywhere(viewer, "audit.read")


def _outcome(attempt: SignInAttempt) -> State:
    is_well = attempt.outcome == SignInAttempt.Outcome.SUCCEEDED
    return State(attempt.get_outcome_display(), "well" if is_well else "warning")


_FACTORS: Final = {"totp": "动态口令", "webauthn": "安全密钥", "recovery_codes": "恢复码"}
AUDIT = ListPage[AuditRecord](
    code="audit",
    title="审计日志",
    rows=records_for,
    order="-at",
    columns=(
        Column("at", "时间", lambda one: Exact(one.at), order="at", is_narrow=True),
        Column("actor", "操作人", lambda one: one.actor_name, is_narrow=True),
        Column("deed", "操作", lambda one: deed_label(one.action)),
        Column("object", "对象", lambda one: object_label(one.object_kind)),
        Column("reason", "原因", lambda one: one.reason),
        Column("via", "途径", lambda one: DOORS.get(one.via, one.via), is_narrow=True),
        Column("address", "来源地址", lambda one: one.address, is_narrow=True),
        Column("object_id", "对象编号", lambda one: one.object_id, is_shown=False),
        Column("before", "操作前指纹", lambda one: one.before_digest, is_shown=False),
        Column("after", "操作后指纹", lambda one: one.after_digest, is_shown=False),
        Column("digest", "记录指纹", lambda one: one.digest, is_shown=False),
    ),
    filters=(
        text_filter("actor", "操作人", "actor_name"),
        choice_filter("deed", "操作", lambda viewer: deed_choices(), lookup="action"),
        choice_filter("object", "对象", lambda viewer: object_choices(), lookup="object_kind"),
        text_filter("object_id", "对象编号", "object_id"),
        text_filter("address", "来源地址", "address"),
        *day_filters("day", "时间", "at"),
    ),
    open_url=lambda one: reverse("console-audit-record", args=[one.pk]),
    empty=Empty("还没有审计记录", "平台上的每项操作都会记录在这里，任何人都不能修改或删除。", "history"),
    template="console/audit/log.html",
)

SIGN_INS = ListPage[SignInAttempt](
    code="sign-ins",
    title="登录记录",
    template="console/audit/sign_ins.html",
    rows=sign_ins_for,
    order="-at",
    columns=(
        Column("at", "时间", lambda one: Exact(one.at), order="at", is_narrow=True),
        Column("login_name", "登录名", lambda one: one.login_name),
        Column("person", "人员", lambda one: one.account.person.name if one.account else ""),
        Column("outcome", "结果", _outcome, is_narrow=True),
        Column("factor", "第二验证因素", lambda one: _FACTORS.get(one.factor, one.factor), is_narrow=True),
        Column("address", "来源地址", lambda one: one.address, is_narrow=True),
        Column("reason", "说明", lambda one: one.reason),
        Column("agent", "浏览器", lambda one: one.user_agent, is_shown=False),
    ),
    filters=(
        text_filter("login_name", "登录名", "login_name"),
        choice_filter("outcome", "结果", SignInAttempt.Outcome.choices),
        text_filter("address", "来源地址", "address"),
        *day_filters("day", "时间", "at"),
    ),
    empty=Empty("还没有登录记录", "每次登录成功或失败都会记录在这里。", "login"),
)


@require_safe
def list_records(request: StaffRequest) -> HttpResponseBase:
    """List the audit trail."""
    require(_reads(request.viewer))
    may_verify = request.viewer.may("audit.read")
    return AUDIT.answer(request, context={"seals": seal_state() if may_verify else None})


@require_safe
def show_record(request: StaffRequest, record_id: UUID) -> HttpResponse:
    """Show one record with everything that was written down."""
    found = record_for(request.viewer, record_id)
    shown = {
        "record": found,
        "deed": deed_label(found.action),
        "object": object_label(found.object_kind),
        "door": DOORS.get(found.via, found.via),
        "seal": getattr(found, "seal", None),
        "details": sorted(found.details.items()),
    }
    return render_page(
        request, "console/audit/record.html", shown, crumbs=(Crumb("审计日志", "console-audit"),)
    )


@require_POST
def verify_trail(request: StaffRequest) -> HttpResponse:
    """Begin to verify the whole trail."""
    require(request.viewer.may("audit.read"))
    work = begin_work(actor=request.person, kind=KIND, title="校验审计日志", unit="条")
    return HttpResponseRedirect(work_url(work))


@require_safe
def list_sign_ins(request: StaffRequest) -> HttpResponseBase:
    """List the attempts to sign in."""
    require(_reads(request.viewer) or may_anywhere(request.viewer, "session.manage"))
    return SIGN_INS.answer(request, context={"locked": locked_out_addresses(request.viewer)})


@require_POST
def unlock_one_address(request: StaffRequest) -> HttpResponse:
    """Let an address that failed too often try again, after asking why."""
    address = request.POST.get("address", "")
    require(request.viewer.may("session.manage"))
    if address not in locked_out_addresses(request.viewer):
        raise NotFound("这个地址没有被锁定，可能已经解除。")
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    asked = ask_first(
        request,
        question=f"解锁地址 {address}？",
        consequences=["从该地址可以立即再次尝试登录", "该地址此前的失败不再计数，记录保留"],
        button="解锁地址",
        form=form,
        back_url=reverse("console-sign-ins"),
    )
    if asked is not None:
        return asked
    unlock_address(actor=request.person, address=address, reason=form.cleaned_data["reason"])
    messages.success(request, f"已解锁地址 {address}。")
    return HttpResponseRedirect(reverse("console-sign-ins"))
