"""Accounts, their sessions and their history of sign-in, and who has tried too often."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from rongshu.accounts.enrolment_tokens import digest_of_token
from rongshu.accounts.errors import EnrolmentSpent
from rongshu.accounts.models import Account, Enrolment, Person, Realm, SignInAttempt
from rongshu.accounts.permissions import may_handle_credentials, may_see_account
from rongshu.accounts.queries.persons import viewer_for
from rongshu.accounts.sign_in_rules import lock_out
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.audit import Clock
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotFound

_Outcome = SignInAttempt.Outcome
_FAILURES = (_Outcome.WRONG_PASSWORD, _Outcome.WRONG_FACTOR, _Outcome.REFUSED)
_MOST_TRIED = 500
_CLEARING = (_Outcome.SUCCEEDED, _Outcome.UNLOCKED)


def account_of(person: Person) -> Account | None:
    """Return the person's staff account, if one was opened."""
    return person.accounts.filter(realm=Realm.STAFF).select_related("person").order_by("created_at").first()


def get_account_for(viewer: Viewer, account_id: UUID) -> Account:
    """Return an account the viewer may look after, or his own; what is not his is not found."""
    account = Account.objects.filter(pk=account_id, realm=Realm.STAFF).select_related("person").first()
    if account is None or not may_see_account(viewer, account.person):
        raise NotFound
    return account


def has_second_factor(account: Account) -> bool:
    """Whether a one-time code or a key was registered (recovery codes alone are none)."""
    factors = Authenticator.objects.filter(user=account)
    return bool(factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def is_locked_out(*, realm: str, login_name: str, address: str) -> bool:
    """Whether this name, or this address, has failed too often of late.

    A name without account is locked out like any other, so that nothing is learnt about it.
    """
    limits = lock_out()
    by_name = SignInAttempt.objects.filter(realm=realm, login_name=login_name)
    by_address = SignInAttempt.objects.filter(realm=realm, address=address)
    return (
        _failures(by_name, limits.window, _CLEARING) >= limits.per_name
        # Somebody's success says nothing about the others behind the same address.
        or _failures(by_address, limits.window, (_Outcome.UNLOCKED,)) >= limits.per_address
    )


def locked_out_addresses(viewer: Viewer) -> list[str]:
    """Return the addresses that wait at the console because of failures; for who may let them in again."""
    if not viewer.may("session.manage"):
        return []
    recent = SignInAttempt.objects.filter(realm=Realm.STAFF, at__gt=now() - lock_out().window)
    tried = recent.filter(outcome__in=_FAILURES).values_list("address", flat=True).distinct()
    return [one for one in tried.order_by("address")[:_MOST_TRIED] if _is_address_locked_out(one)]


def _is_address_locked_out(address: str) -> bool:
    limits = lock_out()
    attempts = SignInAttempt.objects.filter(realm=Realm.STAFF, address=address)
    return _failures(attempts, limits.window, (_Outcome.UNLOCKED,)) >= limits.per_address


def _failures(attempts: QuerySet[SignInAttempt], window: timedelta, clearing: tuple[str, ...]) -> int:
    recent = attempts.filter(at__gt=now() - window)
    cleared = recent.filter(outcome__in=clearing).order_by("-at").values_list("at", flat=True).first()
    return recent.filter(Q(at__gt=cleared) if cleared else Q(), outcome__in=_FAILURES).count()


def sign_in_history(viewer: Viewer, account: Account) -> QuerySet[SignInAttempt]:
    """Return the account's attempts to sign in, newest first."""
    attempts = SignInAttempt.objects.filter(account=account).order_by("-at", "-id")
    return attempts if may_see_account(viewer, account.person) else attempts.none()


def sessions_of(viewer: Viewer, account: Account) -> list[UserSession]:
    """Return the account's living sessions, the one used last first."""
    if not may_see_account(viewer, account.person):
        return []
    # Sessions that expired meanwhile are no longer there; what is left of them is not shown.
    living = [one for one in UserSession.objects.filter(user=account) if one.exists()]
    return sorted(living, key=lambda one: one.last_seen_at, reverse=True)


def get_session_for(viewer: Viewer, session_id: int) -> UserSession:
    """Return a session the viewer may end; what is not his is not found."""
    session = UserSession.objects.filter(pk=session_id).select_related("user__person").first()
    if session is None or not may_see_account(viewer, session.user.person):
        raise NotFound
    return session


def live_enrolment(token: str) -> Enrolment:
    """Return the enrolment a link stands for, or raise `EnrolmentSpent`."""
    rows = Enrolment.objects.select_related("account__person", "created_by")
    found = rows.filter(token_digest=digest_of_token(token))
    enrolment = found.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now()).first()
    if enrolment is None or not enrolment.account.person.is_active or not _is_in_use(enrolment.account):
        raise EnrolmentSpent
    # A link is in its giver's hands, too: powers given since, which he lacks, must not be reached by it.
    giver = viewer_for(enrolment.created_by or Clock())
    if not may_handle_credentials(giver, enrolment.account.person):
        raise EnrolmentSpent
    return enrolment


def _is_in_use(account: Account) -> bool:
    return account.is_active and account.locked_at is None
