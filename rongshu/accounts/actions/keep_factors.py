"""What a person does to his own second factors."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import encrypt
from django.db import transaction

from rongshu.accounts.actions.confirm_password import confirm_password
from rongshu.accounts.actions.enrol import checked_key
from rongshu.accounts.errors import LastFactor, SecondFactorWrong
from rongshu.accounts.models import Account
from rongshu.accounts.one_time_codes import accept_code
from rongshu.accounts.visits import Visit
from rongshu.foundation.audit import record
from rongshu.foundation.guards import get_one

_Type = Authenticator.Type


def add_code(*, visit: Visit, account: Account, present: str, secret: str, code: str) -> Authenticator:
    """Take a code generator, after the password; one that was there before is replaced."""
    confirm_password(visit=visit, account=account, present=present)
    with transaction.atomic():
        account = _lock(account)
        if not accept_code(account, secret, code):
            raise SecondFactorWrong(fields={"code": SecondFactorWrong.sentence})
        Authenticator.objects.filter(user=account, type=_Type.TOTP).delete()
        added = Authenticator.objects.create(user=account, type=_Type.TOTP, data={"secret": encrypt(secret)})
        record(account.person, "account.factor-added", account, factor=_Type.TOTP)
    return added


def add_key(*, visit: Visit, account: Account, present: str, name: str, credential: Any) -> Authenticator:
    """Take a key that answered the challenge kept in the session, after the password."""
    confirm_password(visit=visit, account=account, present=present)
    kept = {"name": name or "安全密钥", "credential": checked_key(credential)}
    with transaction.atomic():
        account = _lock(account)
        added = Authenticator.objects.create(user=account, type=_Type.WEBAUTHN, data=kept)
        record(account.person, "account.factor-added", account, factor=_Type.WEBAUTHN)
    return added


def drop_factor(*, visit: Visit, account: Account, factor_id: int, present: str) -> None:
    """Forget a code generator or key; the last one stays, since nobody works here without."""
    confirm_password(visit=visit, account=account, present=present)
    with transaction.atomic():
        account = _lock(account)
        factors = Authenticator.objects.filter(user=account).exclude(type=_Type.RECOVERY_CODES)
        dropped = get_one(factors, pk=factor_id)
        if factors.count() == 1:
            raise LastFactor
        record(account.person, "account.factor-dropped", account, factor=dropped.type)
        dropped.delete()


def renew_recovery_codes(*, visit: Visit, account: Account, present: str) -> None:
    """Make new recovery codes; the old ones are void."""
    confirm_password(visit=visit, account=account, present=present)
    with transaction.atomic():
        account = _lock(account)
        Authenticator.objects.filter(user=account, type=_Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(account)
        record(account.person, "account.recovery-codes-renewed", account)


def _lock(account: Account) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=account.pk)
