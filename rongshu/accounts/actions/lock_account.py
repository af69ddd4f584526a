"""Shut an account, open it again, let a locked-out name try again, and end sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction

from rongshu.accounts.models import Account, Realm, SignInAttempt
from rongshu.accounts.permissions import may_handle_credentials, may_see_account, require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.visits import Visit
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now
from rongshu.foundation.errors import InvalidInput


def lock_account(*, actor: Actor, account: Account, reason: str) -> Account:
    """Shut an account at once, its sessions included."""
    if not reason.strip():
        raise InvalidInput("请填写锁定原因。", fields={"reason": "不能为空"})
    with transaction.atomic():
        account = _lock(account)
        require(may_handle_credentials(viewer_for(actor), account.person))
        if account.locked_at is None:
            account.locked_at, account.lock_reason = now(), reason.strip()[:200]
            account.save(update_fields=["locked_at", "lock_reason"])
            end_sessions(account)
            record(actor, "account.locked", account, reason=reason)
    return account


def unlock_account(*, actor: Actor, account: Account, reason: str = "") -> Account:
    """Open a shut account, and forget the failures that locked its name out."""
    with transaction.atomic():
        account = _lock(account)
        require(may_handle_credentials(viewer_for(actor), account.person))
        account.locked_at, account.lock_reason = None, ""
        account.save(update_fields=["locked_at", "lock_reason"])
        Visit(realm=account.realm).note(
            SignInAttempt.Outcome.UNLOCKED,
            login_name=account.login_name,
            account=account,
            reason=reason[:200],
        )
        record(actor, "account.unlocked", account, reason=reason)
    return account


def unlock_address(*, actor: Actor, address: str, reason: str = "") -> SignInAttempt:
    """Forget the failures that locked an address out of the console."""
    with transaction.atomic():
        require(viewer_for(actor).may("session.manage"))
        attempt = Visit(realm=Realm.STAFF, address=address).note(
            SignInAttempt.Outcome.UNLOCKED, login_name="", reason=reason[:200]
        )
        record(actor, "address.unlocked", attempt, address=address, reason=reason)
    return attempt


def revoke_session(*, actor: Actor, session: UserSession, reason: str = "") -> None:
    """End one session: one's own, or of a person whose sessions one looks after."""
    account = Account.objects.select_related("person").get(pk=session.user_id)
    with transaction.atomic():
        require(may_see_account(viewer_for(actor), account.person))
        record(actor, "session.revoked", account, reason=reason, address=session.ip)
        session.end()


def end_sessions(account: Account, *, but: str = "") -> None:
    """End every session of an account but one, in the caller's transaction."""
    for session in UserSession.objects.filter(user=account).exclude(session_key=but):
        session.end()


def _lock(account: Account) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
