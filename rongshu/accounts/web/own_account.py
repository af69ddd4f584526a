"""One's own account: password, second factors, recovery codes, sessions and history of sign-in."""

from __future__ import annotations

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rongshu.accounts.actions.change_password import change_own_password
from rongshu.accounts.actions.keep_factors import add_code, add_key, drop_factor, renew_recovery_codes
from rongshu.accounts.actions.lock_account import end_sessions, revoke_session
from rongshu.accounts.passwords import described
from rongshu.accounts.queries import get_session_for, sessions_of, sign_in_history
from rongshu.accounts.web.enrolment import SECRET, factor_forms, kept_secret
from rongshu.accounts.web.forms import ChangePasswordForm, ConfirmForm, OwnCodeForm, OwnKeyForm
from rongshu.accounts.web.requests import StaffRequest
from rongshu.accounts.web.sign_in import visit_of
from rongshu.foundation.errors import RongshuError

_SHOWN_ATTEMPTS = 20


@never_cache
def show_account(request: HttpRequest) -> HttpResponse:
    """Show how one signs in, from where one is signed in, and from where somebody tried."""
    staff = cast("StaffRequest", request)
    factors = Authenticator.objects.filter(user=staff.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    shown = {
        "account": staff.user,
        "factors": factors.order_by("created_at"),
        "codes_left": len(_recovery_codes(staff).get_unused_codes()),
        "sessions": sessions_of(staff.viewer, staff.user),
        "session_key": staff.session.session_key,
        "attempts": sign_in_history(staff.viewer, staff.user)[:_SHOWN_ATTEMPTS],
    }
    return render(request, "accounts/account.html", shown)


@sensitive_post_parameters("present", "password", "again")
@never_cache
def show_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; other sessions end."""
    staff = cast("StaffRequest", request)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            account = change_own_password(
                visit=visit_of(request),
                account=staff.user,
                present=typed["present"],
                password=typed["password"],
            )
        except RongshuError as error:
            form.refuse(error)
        else:
            update_session_auth_hash(request, account)
            end_sessions(account, but=str(request.session.session_key))
            return HttpResponseRedirect(reverse("own-account"))
    shown = {"form": form, "rule": described()}
    return render(request, "accounts/password.html", shown, status=422 if form.errors else 200)


@sensitive_post_parameters("present")
@never_cache
def show_new_factor(request: HttpRequest) -> HttpResponse:
    """Register another code generator or key."""
    staff = cast("StaffRequest", request)
    uses_key = "credential" in request.POST
    form = OwnKeyForm(request.POST) if uses_key else OwnCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _add_factor(staff, form)
            return HttpResponseRedirect(reverse("own-account"))
        except RongshuError as error:
            form.refuse(error)
    code_form = form if isinstance(form, OwnCodeForm) else OwnCodeForm()
    key_form = form if isinstance(form, OwnKeyForm) else OwnKeyForm(auto_id="key_%s")
    shown = {"form": form, "account": staff.user} | factor_forms(request, staff.user, code_form, key_form)
    return render(request, "accounts/new_factor.html", shown, status=422 if form.errors else 200)


def _add_factor(request: StaffRequest, form: OwnKeyForm | OwnCodeForm) -> None:
    visit, account, typed = visit_of(request), request.user, form.cleaned_data
    present = typed["present"]
    if isinstance(form, OwnKeyForm):
        name, credential = typed["name"], typed["credential"]
        add_key(visit=visit, account=account, present=present, name=name, credential=credential)
    else:
        secret = kept_secret(request, account)
        add_code(visit=visit, account=account, present=present, secret=secret, code=typed["code"])
    request.session.pop(SECRET, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_factor_removal(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Forget a code generator or key, after the password; the last one stays."""
    staff = cast("StaffRequest", request)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            present = form.cleaned_data["present"]
            drop_factor(visit=visit_of(request), account=staff.user, factor_id=factor_id, present=present)
            return HttpResponseRedirect(reverse("own-account"))
        except RongshuError as error:
            form.refuse(error)
    shown = {"form": form, "title": "移除第二验证因素", "button": "移除"}
    return render(request, "accounts/confirm.html", shown, status=422 if form.errors else 200)


@never_cache
def show_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the recovery codes until they are said to be kept; from then on never again."""
    staff = cast("StaffRequest", request)
    codes = _recovery_codes(staff)
    if request.method == "POST":
        codes.mark_as_viewed()
        return HttpResponseRedirect("/")
    shown = {"codes": [] if codes.did_view else codes.generate_codes()}
    return render(request, "accounts/recovery_codes.html", shown)


@sensitive_post_parameters("present")
@never_cache
def show_new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, after the password; the old ones are void."""
    staff = cast("StaffRequest", request)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            present = form.cleaned_data["present"]
            renew_recovery_codes(visit=visit_of(request), account=staff.user, present=present)
            return HttpResponseRedirect(reverse("recovery-codes"))
        except RongshuError as error:
            form.refuse(error)
    shown = {"form": form, "title": "重新生成恢复码", "button": "重新生成，原有恢复码作废"}
    return render(request, "accounts/confirm.html", shown, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's sessions."""
    staff = cast("StaffRequest", request)
    revoke_session(actor=staff.person, session=get_session_for(staff.viewer, session_id))
    return HttpResponseRedirect(reverse("own-account"))


def _recovery_codes(request: StaffRequest) -> RecoveryCodes:
    return RecoveryCodes.activate(request.user)
