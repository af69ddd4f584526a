"""The second step of sign-in: a one-time code, a recovery code or a key."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction

from rongshu.accounts.actions.check_password import fail, require_not_locked_out, require_still_open
from rongshu.accounts.errors import SecondFactorWrong
from rongshu.accounts.key_counters import accept_counter
from rongshu.accounts.models import Account, SignInAttempt
from rongshu.accounts.one_time_codes import accept_code
from rongshu.accounts.visits import Visit
from rongshu.foundation.audit import record

_Type = Authenticator.Type
_RECOVERY_CODE_LENGTH: Final = 8


def pass_with_code(*, visit: Visit, account: Account, code: str) -> Authenticator:
    """Return the authenticator whose code this is: the one-time code's or the recovery codes'."""
    require_not_locked_out(visit=visit, login_name=account.login_name)
    code = "".join(code.split())
    kind = _Type.RECOVERY_CODES if len(code) == _RECOVERY_CODE_LENGTH else _Type.TOTP
    authenticator = Authenticator.objects.filter(user=account, type=kind).first()
    if authenticator is None or not _accepts(authenticator, account, code):
        _refuse(visit, account, kind)
    require_still_open(visit=visit, account=account)
    assert authenticator is not None  # noqa: S101 - refused above
    return authenticator


def pass_with_key(*, visit: Visit, account: Account, credential: Any) -> Authenticator:
    """Return the authenticator whose key answered the challenge kept in the session."""
    require_not_locked_out(visit=visit, login_name=account.login_name)
    try:
        answer = webauthn.parse_authentication_response(credential)
        authenticator = webauthn.complete_authentication(account, credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        _refuse(visit, account, _Type.WEBAUTHN)
    if not accept_counter(authenticator, answer.response.authenticator_data.counter):
        _refuse(visit, account, _Type.WEBAUTHN)
    return authenticator


def complete_sign_in(*, visit: Visit, account: Account, factor: str) -> None:
    """Write the success; it clears the failures of this name."""
    visit.note(SignInAttempt.Outcome.SUCCEEDED, login_name=account.login_name, account=account, factor=factor)


def _accepts(authenticator: Authenticator, account: Account, code: str) -> bool:
    if authenticator.type == _Type.RECOVERY_CODES:
        return _uses_recovery_code(authenticator, account, code)
    return accept_code(account, decrypt(authenticator.data["secret"]), code)


def _uses_recovery_code(authenticator: Authenticator, account: Account, code: str) -> bool:
    """Whether the code was good and unused; of two requests with one code the lock lets one through."""
    with transaction.atomic():
        if not RecoveryCodes(authenticator).validate_code(code):
            return False
        record(account.person, "account.recovery-code-used", account)
    return True


def _refuse(visit: Visit, account: Account, factor: str) -> NoReturn:
    fail(
        visit=visit,
        outcome=SignInAttempt.Outcome.WRONG_FACTOR,
        login_name=account.login_name,
        account=account,
        factor=factor,
    )
    raise SecondFactorWrong
