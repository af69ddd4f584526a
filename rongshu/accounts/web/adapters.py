"""How allauth behaves here: who signs in passes our stages, and secrets of factors are kept encrypted."""

from __future__ import annotations

import base64
import hashlib
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from qrcode.image.svg import SvgPathFillImage

from rongshu.accounts.models import Account
from rongshu.accounts.web import staff_sessions
from rongshu.accounts.web.requests import client_address
from rongshu.foundation.installation import this_installation


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Second factor and, where due, a new password stand between the password and the console."""

    def get_login_stages(self) -> list[str]:
        """Return the steps after the password, in order."""
        return [
            "rongshu.accounts.web.stages.SecondFactorStage",
            "rongshu.accounts.web.stages.NewPasswordStage",
        ]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session under a new key, and note when it began."""
        super().login(request, user)
        staff_sessions.begin(request.session)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address the sign-in history names, too."""
        return client_address(request) or "0.0.0.0"  # noqa: S104 - an unknown address, nothing is bound

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account for himself."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages speak for themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: accounts have no mail address."""


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names as people know them, and secrets that a copy of the database does not give away."""

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app shows."""
        return this_installation().name

    def build_totp_svg(self, url: str) -> str:
        """Draw the code dark on white, whatever the page's colours are."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Encrypt under the installation's secret key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Undo `encrypt`."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Return how a key names the account."""
        assert isinstance(user, Account)  # noqa: S101 - the only user model
        return {"id": user.pk.bytes, "display_name": user.person.name, "name": user.login_name}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the installation as keys know it: bound to the host name of the console."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": this_installation().name}


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"rongshu.second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
