"""Open an account: a way to sign in as a person within one realm."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from rongshu.accounts.errors import LoginNameTaken
from rongshu.accounts.models import Account, Person, Realm
from rongshu.accounts.permissions import may_manage_person, require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput


def open_account(
    *,
    actor: Actor,
    person: Person,
    realm: str,
    login_name: str,
    password: str | None = None,
    must_change_password: bool = True,
) -> Account:
    """Open an account; without a password nobody can sign in until one is set."""
    login_name = login_name.strip()
    if realm not in Realm.values or not login_name or len(login_name) > 100:
        raise InvalidInput(
            "登录名须为 1–100 个字符，并指明工作人员或公众。", fields={"login_name": "须为 1–100 个字符"}
        )
    # Hashing is slow on purpose, so it is done before the lock is taken.
    hashed = make_password(password)
    with transaction.atomic():
        require(may_manage_person(viewer_for(actor), person))
        if Account.objects.filter(realm=realm, login_name=login_name).exists():
            raise LoginNameTaken(fields={"login_name": "已被使用"})
        account = Account.objects.create(
            person=person,
            realm=realm,
            login_name=login_name,
            password=hashed,
            must_change_password=must_change_password,
        )
        record(actor, "account.opened", account, realm=realm, login_name=login_name, person=str(person.id))
    return account
