"""Set a password: by its owner, and make its owner set a new one."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from rongshu.accounts.actions.confirm_password import confirm_password
from rongshu.accounts.models import Account, FormerPassword
from rongshu.accounts.passwords import require_good
from rongshu.accounts.permissions import may_handle_credentials, require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.sign_in_rules import password_rule
from rongshu.accounts.visits import Visit
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now


def change_own_password(*, visit: Visit, account: Account, present: str, password: str) -> Account:
    """Replace the password of the person who knows the present one; his other sessions end by it."""
    confirm_password(visit=visit, account=account, present=present)
    require_good(password, account)
    hashed = make_password(password)
    with transaction.atomic():
        account = put_password(account, hashed)
        record(account.person, "account.password-changed", account)
    return account


def force_password_change(*, actor: Actor, account: Account, reason: str) -> Account:
    """Let the person in only to choose a new password."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account.pk)
        require(may_handle_credentials(viewer_for(actor), account.person))
        account.must_change_password = True
        account.save(update_fields=["must_change_password"])
        record(actor, "account.password-change-demanded", account, reason=reason)
    return account


def must_change(account: Account) -> bool:
    """Whether the password was not chosen by its owner, or has grown too old."""
    if account.must_change_password or account.password_changed_at is None:
        return True
    return now() - account.password_changed_at > password_rule().max_age


def put_password(account: Account, hashed: str) -> Account:
    """Store a password that was found good, in the caller's transaction; the former one is remembered."""
    account = Account.objects.select_for_update().select_related("person").get(pk=account.pk)
    if account.has_usable_password():
        FormerPassword.objects.create(account=account, password=account.password)
    account.password, account.password_changed_at = hashed, now()
    account.must_change_password = False
    account.save(update_fields=["password", "password_changed_at", "must_change_password"])
    return account
