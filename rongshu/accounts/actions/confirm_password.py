"""Asking for the present password again, inside an open session."""

from __future__ import annotations

from rongshu.accounts.actions.check_password import fail, require_not_locked_out
from rongshu.accounts.errors import WeakPassword
from rongshu.accounts.models import Account, SignInAttempt
from rongshu.accounts.visits import Visit


def confirm_password(*, visit: Visit, account: Account, present: str) -> None:
    """Raise `WeakPassword` unless this is the password; wrong ones count like those of sign-in.

    Who finds a session open must not try passwords in it for as long as he likes. Raise `SignInLockedOut`.
    """
    require_not_locked_out(visit=visit, login_name=account.login_name)
    if account.check_password(present):
        return
    outcome = SignInAttempt.Outcome.WRONG_PASSWORD
    fail(visit=visit, outcome=outcome, login_name=account.login_name, account=account)
    raise WeakPassword("当前密码不正确。", fields={"present": "当前密码不正确"})
