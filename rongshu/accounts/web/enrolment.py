"""The pages behind an enrolment link: a password, a second factor, the recovery codes."""

from __future__ import annotations

from typing import Final

from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from rongshu.accounts.actions.enrol import choose_password, register_code, register_key
from rongshu.accounts.actions.pass_second_factor import complete_sign_in
from rongshu.accounts.errors import EnrolmentSpent
from rongshu.accounts.models import Account, Enrolment
from rongshu.accounts.passwords import described
from rongshu.accounts.queries import live_enrolment
from rongshu.accounts.web.adapters import StaffAccountAdapter
from rongshu.accounts.web.forms import NewCodeForm, NewKeyForm, NewPasswordForm
from rongshu.accounts.web.sign_in import visit_of
from rongshu.foundation.errors import RongshuError

SECRET = "new_code_secret"  # noqa: S105 - the name of a place in the session
# The link alone does not finish what another browser began: the second step is for who chose the password.
_CHOSEN: Final = "enrolment_password_chosen"


@sensitive_post_parameters("password", "again")
@never_cache
def show_enrolment(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the first password, then for the second factor."""
    try:
        enrolment = live_enrolment(token)
    except EnrolmentSpent as error:
        return render(request, "accounts/enrolment_spent.html", {"error": error}, status=error.status)
    if _has_chosen(request, enrolment):
        return HttpResponseRedirect(reverse("enrol-factor", args=[token]))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_password(enrolment=enrolment, password=form.cleaned_data["password"])
            request.session[_CHOSEN] = str(enrolment.pk)
            return HttpResponseRedirect(reverse("enrol-factor", args=[token]))
        except RongshuError as error:
            form.refuse(error)
    shown = {"form": form, "account": enrolment.account, "rule": described()}
    return render(request, "accounts/enrol_password.html", shown, status=422 if form.errors else 200)


@never_cache
def show_enrolment_factor(request: HttpRequest, token: str) -> HttpResponse:
    """Register a code generator or a key; with that the link is used up and the person is in."""
    try:
        enrolment = live_enrolment(token)
    except EnrolmentSpent as error:
        return render(request, "accounts/enrolment_spent.html", {"error": error}, status=error.status)
    if not _has_chosen(request, enrolment):
        return HttpResponseRedirect(reverse("enrol", args=[token]))
    uses_key = "credential" in request.POST
    form = NewKeyForm(request.POST) if uses_key else NewCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _finish(request, enrolment, form)
        except RongshuError as error:
            form.refuse(error)
    code_form = form if isinstance(form, NewCodeForm) else NewCodeForm()
    key_form = form if isinstance(form, NewKeyForm) else NewKeyForm()
    account = enrolment.account
    shown = {"form": form, "account": account} | factor_forms(request, account, code_form, key_form)
    return render(request, "accounts/enrol_factor.html", shown, status=422 if form.errors else 200)


def _has_chosen(request: HttpRequest, enrolment: Enrolment) -> bool:
    return enrolment.password_set_at is not None and request.session.get(_CHOSEN) == str(enrolment.pk)


def _finish(request: HttpRequest, enrolment: Enrolment, form: NewKeyForm | NewCodeForm) -> HttpResponse:
    if isinstance(form, NewKeyForm):
        typed = form.cleaned_data
        register_key(enrolment=enrolment, name=typed["name"], credential=typed["credential"])
        factor = "webauthn"
    else:
        secret = kept_secret(request, enrolment.account)
        register_code(enrolment=enrolment, secret=secret, code=form.cleaned_data["code"])
        factor = "totp"
    request.session.pop(SECRET, None)
    request.session.pop(_CHOSEN, None)
    return _let_in(request, enrolment.account, factor)


def _let_in(request: HttpRequest, account: Account, factor: str) -> HttpResponse:
    """Open a session: password and second factor were both given on these pages."""
    account.refresh_from_db()
    adapter = StaffAccountAdapter(request)
    adapter.login(request, account)
    complete_sign_in(visit=visit_of(request), account=account, factor=factor)
    answer: HttpResponse = adapter.post_login(
        request,
        account,
        email_verification="none",
        signal_kwargs=None,
        email=None,
        signup=False,
        redirect_url=reverse("recovery-codes"),
    )
    return answer


def factor_forms(
    request: HttpRequest, account: Account, code_form: NewCodeForm, key_form: NewKeyForm
) -> dict[str, object]:
    """Return what a page that registers a factor shows: secret, picture, and the challenge for a key."""
    # Typing a code wrong must not change the secret the telephone has already.
    secret = kept_secret(request, account) or generate_totp_secret()
    request.session[SECRET] = {"account": str(account.pk), "secret": secret}
    return {
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": picture_of(account, secret),
        "code_form": code_form,
        "key_form": key_form,
        "key_options": webauthn.begin_registration(account, passwordless=False),
    }


def kept_secret(request: HttpRequest, account: Account) -> str:
    """Return the secret this browser was shown for this account, "" for none: nobody gets another's."""
    kept = request.session.get(SECRET)
    if not isinstance(kept, dict) or kept.get("account") != str(account.pk):
        return ""
    return str(kept["secret"])


def picture_of(account: Account, secret: str) -> SafeString:
    """Return the QR code of a secret as an SVG drawing."""
    adapter = mfa_adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(account, secret))
    return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308 - drawn here, of squares alone
