"""The steps of sign-in after the password, as allauth runs them."""

from __future__ import annotations

from typing import cast

from allauth.account.stages import LoginStage, LoginStageController
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from rongshu.accounts.actions.change_password import must_change
from rongshu.accounts.models import Account


class SecondFactorStage(LoginStage):  # type: ignore[misc]
    """Nobody passes without a second factor."""

    key = "second-factor"
    urlname = "sign-in-factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Lead to the page that asks for it."""
        return HttpResponseRedirect(reverse(self.urlname)), True


class NewPasswordStage(LoginStage):  # type: ignore[misc]
    """A first or an aged password is replaced before anything else."""

    key = "new-password"
    urlname = "sign-in-password"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Lead to the page that asks for a new one, where that is due."""
        if not must_change(cast("Account", self.login.user)):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True


def stage_now(request: HttpRequest, key: str) -> LoginStage | None:
    """Return the step, when the sign-in of this session has come to it."""
    return LoginStageController.enter(request, key)


def account_at(stage: LoginStage) -> Account:
    """Return who is signing in."""
    return cast("Account", stage.login.user)
