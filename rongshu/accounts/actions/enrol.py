"""Let a person in for the first time, or anew: a one-time link, then password and second factor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import encrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from rongshu.accounts.actions.change_password import put_password
from rongshu.accounts.actions.lock_account import end_sessions
from rongshu.accounts.actions.open_account import open_account
from rongshu.accounts.enrolment_tokens import digest_of_token, new_token
from rongshu.accounts.errors import EnrolmentSpent, SecondFactorWrong
from rongshu.accounts.models import Account, Enrolment, Person, Realm
from rongshu.accounts.one_time_codes import accept_code
from rongshu.accounts.passwords import require_good
from rongshu.accounts.permissions import may_handle_credentials, require
from rongshu.accounts.queries import account_of, viewer_for
from rongshu.accounts.sign_in_rules import enrolment_lifetime
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import now

_Type = Authenticator.Type


@dataclass(frozen=True)
class EnrolmentLink:
    """What is handed to the person; the token is shown once and kept nowhere."""

    enrolment: Enrolment
    token: str

    @property
    def path(self) -> str:
        """The address on the console listener."""
        return f"/-/enrol/{self.token}/"


def enrol(*, actor: Actor, person: Person, lifetime: timedelta | None = None) -> EnrolmentLink:
    """Make a one-time link for a person in office; links given before are taken back.

    What the person signs in with now stays good until the link is used up.
    """
    token = new_token()
    with transaction.atomic():
        require(person.is_active and may_handle_credentials(viewer_for(actor), person))
        account = account_of(person) or open_account(
            actor=actor, person=person, realm=Realm.STAFF, login_name=person.handle
        )
        account.enrolments.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now())
        enrolment = Enrolment.objects.create(
            account=account,
            token_digest=digest_of_token(token),
            created_by_id=actor.id,
            expires_at=now() + (lifetime or enrolment_lifetime()),
        )
        record(actor, "account.enrolment-issued", account, expires_at=enrolment.expires_at.isoformat())
    return EnrolmentLink(enrolment, token)


def reset_second_factor(*, actor: Actor, person: Person, reason: str) -> EnrolmentLink:
    """Forget every code, key and recovery code of a person, end his sessions, and give a new link."""
    with transaction.atomic():
        require(may_handle_credentials(viewer_for(actor), person))
        link = enrol(actor=actor, person=person)
        account = link.enrolment.account
        Authenticator.objects.filter(user=account).delete()
        end_sessions(account)
        record(actor, "account.second-factor-reset", account, reason=reason)
    return link


def choose_password(*, enrolment: Enrolment, password: str) -> Enrolment:
    """Take the first password of an enrolment; nobody can sign in with it before the second factor is set."""
    require_good(password, enrolment.account)
    hashed = make_password(password)
    with transaction.atomic():
        enrolment = _lock(enrolment)
        # Who had the account before is out, and his factor must not go with the new password.
        Authenticator.objects.filter(user=enrolment.account).delete()
        end_sessions(enrolment.account)
        put_password(enrolment.account, hashed)
        enrolment.password_set_at = now()
        enrolment.save(update_fields=["password_set_at"])
        record(enrolment.account.person, "account.password-chosen", enrolment.account)
    return enrolment


def register_code(*, enrolment: Enrolment, secret: str, code: str) -> list[str]:
    """Take a one-time code generator whose present code is right; return the recovery codes."""
    with transaction.atomic():
        enrolment = _lock(enrolment)
        if not accept_code(enrolment.account, secret, code):
            raise SecondFactorWrong(fields={"code": SecondFactorWrong.sentence})
        _add(enrolment.account, _Type.TOTP, {"secret": encrypt(secret)})
        return _finish(enrolment, _Type.TOTP)


def register_key(*, enrolment: Enrolment, name: str, credential: Any) -> list[str]:
    """Take a key that answered the challenge kept in the session; return the recovery codes."""
    checked = checked_key(credential)
    with transaction.atomic():
        enrolment = _lock(enrolment)
        _add(enrolment.account, _Type.WEBAUTHN, {"name": name or "安全密钥", "credential": checked})
        return _finish(enrolment, _Type.WEBAUTHN)


def checked_key(credential: Any) -> Any:
    """Return a new key's answer to the challenge, or raise `SecondFactorWrong`."""
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
        sentence = "没有收到安全密钥的有效应答，请重新插入或触碰密钥后再试。"
        raise SecondFactorWrong(sentence, fields={"credential": sentence}) from error
    return credential


def _add(account: Account, kind: str, kept: dict[str, Any]) -> None:
    Authenticator.objects.create(user=account, type=kind, data=kept)


def _finish(enrolment: Enrolment, factor: str) -> list[str]:
    account = enrolment.account
    enrolment.used_at = now()
    enrolment.save(update_fields=["used_at"])
    record(account.person, "account.enrolled", account, factor=factor)
    return list(RecoveryCodes.activate(account).generate_codes())


def _lock(enrolment: Enrolment) -> Enrolment:
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("account__person")
    found = locked.filter(
        pk=enrolment.pk, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now()
    ).first()
    if found is None:
        raise EnrolmentSpent
    return found
