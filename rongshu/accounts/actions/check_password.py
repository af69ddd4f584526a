"""The first step of sign-in: name and password."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from rongshu.accounts.errors import SecondFactorMissing, SignInLockedOut, SignInRefused
from rongshu.accounts.models import Account, SignInAttempt
from rongshu.accounts.passwords import MAX_LENGTH
from rongshu.accounts.queries import has_second_factor, is_locked_out
from rongshu.accounts.visits import Door, Visit
from rongshu.foundation.audit import record

_Outcome = SignInAttempt.Outcome


def check_password(*, visit: Visit, login_name: str, password: str) -> Account:
    """Return the account whose password this is.

    Raise `SignInRefused` alike for a wrong name, a wrong password and an account out of use,
    `SignInLockedOut` after too many failures, `SecondFactorMissing` before enrolment.
    """
    login_name = login_name.replace("\x00", "").strip()[:100]
    require_not_locked_out(visit=visit, login_name=login_name)
    account = _account(visit, login_name)
    if not _is_right(account, password[:MAX_LENGTH]):
        fail(visit=visit, outcome=_Outcome.WRONG_PASSWORD, login_name=login_name, account=account)
        raise SignInRefused
    assert account is not None  # noqa: S101 - nobody's password is right
    if not (account.is_active and account.locked_at is None and account.person.is_active):
        fail(visit=visit, outcome=_Outcome.REFUSED, login_name=login_name, account=account)
        raise SignInRefused
    require_still_open(visit=visit, account=account)
    if not has_second_factor(account):
        visit.note(_Outcome.NOT_ENROLLED, login_name=login_name, account=account)
        raise SecondFactorMissing
    return account


def require_not_locked_out(*, visit: Visit, login_name: str) -> None:
    """Raise `SignInLockedOut` when name or address has to wait; a try meanwhile does not lengthen it."""
    if not is_locked_out(realm=visit.realm, login_name=login_name, address=visit.address):
        return
    account = _account(visit, login_name)
    visit.note(_Outcome.LOCKED_OUT, login_name=login_name, account=account)
    raise SignInLockedOut


def require_still_open(*, visit: Visit, account: Account) -> None:
    """Raise `SignInLockedOut` when failures at the same time have locked the account out meanwhile.

    Checking takes a tenth of a second, in which any number of tries may begin: asked with the account locked,
    as failures are written, no right guess gets past those that were wrong before it.
    """
    with transaction.atomic():
        is_shut = _is_shut(visit, account)
    if is_shut:
        visit.note(_Outcome.LOCKED_OUT, login_name=account.login_name, account=account)
        raise SignInLockedOut


def fail(*, visit: Visit, outcome: str, login_name: str, account: Account | None, factor: str = "") -> None:
    """Write a failure; the one that locks a known account out is audited.

    Raise `SignInLockedOut` where others at the same time have locked it out: then not even that this guess
    was wrong is told.
    """
    with transaction.atomic():
        is_shut = account is not None and _is_shut(visit, account)
        said = _Outcome.LOCKED_OUT if is_shut else outcome
        visit.note(said, login_name=login_name, account=account, factor=factor)
        is_locking = not is_shut and is_locked_out(
            realm=visit.realm, login_name=login_name, address=visit.address
        )
        if account is not None and is_locking:
            record(Door(), "account.locked-out", account, address=visit.address)
    if is_shut:
        raise SignInLockedOut


def _is_shut(visit: Visit, account: Account) -> bool:
    """Ask in turn: one after the other, as the account's row is locked."""
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    return is_locked_out(realm=visit.realm, login_name=account.login_name, address=visit.address)


def _account(visit: Visit, login_name: str) -> Account | None:
    accounts = Account.objects.select_related("person")
    return accounts.filter(realm=visit.realm, login_name=login_name).first()


def _is_right(account: Account | None, password: str) -> bool:
    if account is None or not account.has_usable_password():
        # As slow as a real check: the time taken must not tell whether the name exists.
        make_password(password)
        return False
    return account.check_password(password)
