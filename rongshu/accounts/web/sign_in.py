"""The pages of sign-in: name and password, second factor, new password; and signing out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from rongshu.accounts.actions.change_password import change_own_password
from rongshu.accounts.actions.check_password import check_password
from rongshu.accounts.actions.pass_second_factor import complete_sign_in, pass_with_code, pass_with_key
from rongshu.accounts.actions.use_session import leave_session
from rongshu.accounts.models import Account
from rongshu.accounts.passwords import described
from rongshu.accounts.visits import Visit
from rongshu.accounts.web.forms import ChangePasswordForm, CodeForm, KeyForm, SignInForm
from rongshu.accounts.web.requests import client_address
from rongshu.accounts.web.staff_sessions import staff_session
from rongshu.accounts.web.stages import NewPasswordStage, SecondFactorStage, account_at, stage_now
from rongshu.foundation.errors import RongshuError

_KEY_SCRIPT: Final = Path(__file__).parent / "security_keys.js"
_ENDED: Final = {
    "idle": "您已有一段时间没有操作，为安全起见已退出，请重新登录。",
    "gone": "上次的登录已失效：长时间没有操作，或已在别处被结束。请重新登录。",
    "out": "您已退出登录。",
}


def visit_of(request: HttpRequest) -> Visit:
    """Return from where somebody tries to sign in."""
    agent = request.headers.get("User-Agent", "")
    return Visit(settings.ACCOUNT_REALM, client_address(request), agent)


@sensitive_post_parameters("password")
@never_cache
def show_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    if request.method == "GET" and request.user.is_authenticated and staff_session(request.session):
        return HttpResponseRedirect("/")
    form = SignInForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, form)
        except RongshuError as error:
            form.refuse(error)
    said = _ENDED.get(request.GET.get("ended", ""), "")
    return _page(request, "accounts/sign_in.html", {"form": form, "said": said})


def _begin(request: HttpRequest, form: SignInForm) -> HttpResponse:
    name, password = form.cleaned_data["login_name"], form.cleaned_data["password"]
    account = check_password(visit=visit_of(request), login_name=name, password=password)
    login = Login(user=account, redirect_url=_safe(request, form.cleaned_data["next"]))
    answer: HttpResponse = perform_password_login(request, {"username": account.login_name}, login)
    return answer


def _safe(request: HttpRequest, url: str) -> str | None:
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, {request.get_host()})
    return url if is_ours else None


@never_cache
def show_second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a one-time code, a recovery code or a key."""
    stage = stage_now(request, SecondFactorStage.key)
    if stage is None:
        return HttpResponseRedirect(reverse("sign-in"))
    uses_key = "credential" in request.POST
    form = KeyForm(request.POST) if uses_key else CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _pass(request, stage, form)
        except RongshuError as error:
            form.refuse(error)
    shown = {"form": form, "code_form": CodeForm() if uses_key else form, "account": account_at(stage)}
    return _page(request, "accounts/second_factor.html", shown | _key_options(account_at(stage)))


def _pass(request: HttpRequest, stage: LoginStage, form: CodeForm | KeyForm) -> HttpResponse:
    account, visit = account_at(stage), visit_of(request)
    if isinstance(form, KeyForm):
        used = pass_with_key(visit=visit, account=account, credential=form.cleaned_data["credential"])
    else:
        used = pass_with_code(visit=visit, account=account, code=form.cleaned_data["code"])
    used.record_usage()
    complete_sign_in(visit=visit, account=account, factor=used.type)
    answer: HttpResponse = stage.exit()
    return answer


def _key_options(account: Account) -> dict[str, object]:
    kinds = set(Authenticator.objects.filter(user=account).values_list("type", flat=True))
    if Authenticator.Type.WEBAUTHN not in kinds:
        return {"has_code": True, "key_options": None}
    return {
        "has_code": Authenticator.Type.TOTP in kinds,
        "key_options": webauthn.begin_authentication(account),
    }


@sensitive_post_parameters("present", "password", "again")
@never_cache
def show_new_password(request: HttpRequest) -> HttpResponse:
    """Ask for a new password before going on."""
    stage = stage_now(request, NewPasswordStage.key)
    if stage is None:
        return HttpResponseRedirect(reverse("sign-in"))
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            stage.login.user = change_own_password(
                visit=visit_of(request),
                account=account_at(stage),
                present=typed["present"],
                password=typed["password"],
            )
            answer: HttpResponse = stage.exit()
        except RongshuError as error:
            form.refuse(error)
        else:
            return answer
    return _page(request, "accounts/new_password.html", {"form": form, "rule": described()})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    leave_session(session_key=request.session.session_key)
    logout(request)
    return HttpResponseRedirect(f"{reverse('sign-in')}?ended=out")


@require_GET
def show_key_script(request: HttpRequest) -> HttpResponse:
    """Answer the script that talks to security keys."""
    answer = HttpResponse(_KEY_SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "max-age=300"
    return answer


def _page(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    return render(request, template, shown, status=422 if shown["form"].errors else 200)
