"""How a person signs in: enrolment links, second factor, locking, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from rongshu.accounts.actions.enrol import EnrolmentLink, enrol, reset_second_factor
from rongshu.accounts.actions.lock_account import lock_account, revoke_session, unlock_account
from rongshu.accounts.models import Account, Person, SignInAttempt
from rongshu.accounts.permissions import may_handle_credentials, may_see_account
from rongshu.accounts.queries import account_of, get_session_for, has_second_factor, sessions_of
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.list_parts import State
from rongshu.console.pages import render_page
from rongshu.console.people.forms import ReasonForm
from rongshu.console.people.queries import person_for
from rongshu.foundation.errors import NotFound


@dataclass(frozen=True)
class ShownAccount:
    """A person's account as an administrator sees it."""

    account: Account | None
    state: State
    has_factor: bool = False
    last_sign_in: datetime | None = None
    sessions: Sequence[UserSession] = ()
    may_handle: bool = False


def shown_account(viewer: Viewer, person: Person) -> ShownAccount | None:
    """Return what the viewer may see of a person's account, None where it is not his to see."""
    may_handle = may_handle_credentials(viewer, person)
    if not may_handle and not may_see_account(viewer, person):
        return None
    account = account_of(person)
    if account is None:
        return ShownAccount(None, State("未开通", "quiet"), may_handle=may_handle)
    succeeded = account.sign_in_attempts.filter(outcome=SignInAttempt.Outcome.SUCCEEDED)
    return ShownAccount(
        account,
        _state(account),
        has_second_factor(account),
        succeeded.order_by("-at").values_list("at", flat=True).first(),
        sessions_of(viewer, account),
        may_handle,
    )


def _state(account: Account) -> State:
    if account.locked_at is not None:
        return State("已锁定", "problem")
    if not account.is_active:
        return State("已停用", "quiet")
    return State("已开通", "well") if has_second_factor(account) else State("待本人开通", "info")


@require_POST
def give_link(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Make an enrolment link and show it once."""
    person = person_for(request.viewer, person_id)
    return _show_link(request, person, enrol(actor=request.person, person=person))


@require_POST
def reset_factor(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Forget a person's second factors, after asking, and show the new link once."""
    person = person_for(request.viewer, person_id)
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    asked = _ask(
        request,
        person,
        form,
        question=f"重置 {person.name} 的第二验证因素？",
        consequences=(
            "现有的动态口令、安全密钥和恢复码全部作废。",
            "该人员的会话立即结束。",
            "须用新的开通链接重新登记后才能登录。",
        ),
        button="重置第二验证因素",
    )
    if asked is not None:
        return asked
    link = reset_second_factor(actor=request.person, person=person, reason=form.cleaned_data["reason"])
    return _show_link(request, person, link)


@require_POST
def lock(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Shut a person's account, after asking."""
    person = person_for(request.viewer, person_id)
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    consequences = ("该人员立即不能登录，现有会话全部结束。", "角色保留；解锁后恢复原状。")
    question = f"锁定 {person.name} 的帐号？"
    asked = _ask(request, person, form, question=question, consequences=consequences, button="锁定帐号")
    if asked is not None:
        return asked
    lock_account(actor=request.person, account=_account(person), reason=form.cleaned_data["reason"])
    messages.success(request, f"已锁定 {person.name} 的帐号。")
    return HttpResponseRedirect(_page(person))


@require_POST
def unlock(request: StaffRequest, person_id: UUID) -> HttpResponse:
    """Open a shut account, or one that failed too often."""
    person = person_for(request.viewer, person_id)
    unlock_account(actor=request.person, account=_account(person))
    messages.success(request, f"已解锁 {person.name} 的帐号，可以重新登录。")
    return HttpResponseRedirect(_page(person))


@require_POST
def end_session(request: StaffRequest, session_id: int) -> HttpResponse:
    """End a session of a person."""
    session = get_session_for(request.viewer, session_id)
    person = person_for(request.viewer, session.user.person_id)
    revoke_session(actor=request.person, session=session)
    messages.success(request, "会话已结束。")
    return HttpResponseRedirect(_page(person))


def _account(person: Person) -> Account:
    account = account_of(person)
    if account is None:
        raise NotFound("该人员还没有开通帐号。")
    return account


def _page(person: Person) -> str:
    return reverse("console-person", args=[person.pk])


def _ask(
    request: StaffRequest,
    person: Person,
    form: ReasonForm,
    *,
    question: str,
    consequences: Sequence[str],
    button: str,
) -> HttpResponse | None:
    return ask_first(
        request,
        question=question,
        consequences=consequences,
        button=button,
        form=form,
        back_url=_page(person),
    )


def _show_link(request: StaffRequest, person: Person, link: EnrolmentLink) -> HttpResponse:
    shown = {
        "person": person,
        "address": request.build_absolute_uri(link.path),
        "expires_at": link.enrolment.expires_at,
    }
    return render_page(request, "console/people/enrolment_link.html", shown)
