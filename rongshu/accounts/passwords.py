"""What makes a password good enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator

from rongshu.accounts.errors import WeakPassword
from rongshu.accounts.models import Account
from rongshu.accounts.sign_in_rules import password_rule

# Hashing takes as long as a password is long; nobody types more.
MAX_LENGTH: Final = 200
_CLASSES: Final = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


def require_good(password: str, account: Account) -> None:
    """Raise `WeakPassword` naming everything that is wrong; slow, so not inside a transaction."""
    wrong = list(_problems(password, account))
    if wrong:
        raise WeakPassword("；".join(wrong) + "。", fields={"password": "；".join(wrong)})


def described() -> str:
    """Return the rule as a person reads it."""
    rule = password_rule()
    return (
        f"至少 {rule.min_length} 个字符，小写字母、大写字母、数字、其他符号四类中至少 {rule.classes} 类；"
        f"不含登录名或姓名，不是常见密码，不与最近 {rule.history} 次用过的相同。"
    )


def _problems(password: str, account: Account) -> Iterator[str]:
    rule = password_rule()
    if len(password) < rule.min_length:
        yield f"密码至少要 {rule.min_length} 个字符"
    if len(password) > MAX_LENGTH:
        yield f"密码最多 {MAX_LENGTH} 个字符"
        return
    if sum(bool(re.search(one, password)) for one in _CLASSES) < rule.classes:
        yield f"小写字母、大写字母、数字、其他符号四类中至少要有 {rule.classes} 类"
    names = (account.login_name, account.person.handle, account.person.name)
    if any(len(name) > 1 and name.lower() in password.lower() for name in names):
        yield "密码不能包含登录名或姓名"
    if password.lower().strip() in _common_passwords():
        yield "这是常见密码，容易被猜到"
    if _was_used(password, account, rule.history):
        yield f"不能与最近 {rule.history} 次用过的密码相同"


def _was_used(password: str, account: Account, history: int) -> bool:
    former = account.former_passwords.order_by("-replaced_at").values_list("password", flat=True)
    known = [account.password, *former[: max(history - 1, 0)]]
    return any(one and check_password(password, one) for one in known)


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)
