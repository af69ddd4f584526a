"""`rongshu person`: list persons, give enrolment links, lock, unlock, reset a second factor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.actions.enrol import EnrolmentLink, enrol, reset_second_factor
from rongshu.accounts.actions.lock_account import lock_account, unlock_account
from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.errors import NoAccount
from rongshu.accounts.models import Account, Person, RoleGrant
from rongshu.accounts.queries import (
    account_of,
    grants_in_force,
    has_second_factor,
    managed_person,
    persons_for,
    viewer_for,
)

CONSOLE = "http://localhost:8001"


class Command(ActingCommand):
    """人员：列出，发放登记链接，锁定，解锁，重置第二验证因素。"""

    help = "人员：列出，发放登记链接，锁定，解锁，重置第二验证因素"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the sub-commands; persons are named by handle."""
        commands = parser.add_subparsers(
            dest="deed", required=True, metavar="list|enrol|lock|unlock|reset-factor"
        )
        self.add_deed(commands, "list", "列出人员、角色和登录状态")
        enrolling = self.add_deed(commands, "enrol", "发放一次性登记链接：本人设置密码和第二验证因素")
        enrolling.add_argument("--hours", type=float, default=None, help="链接有效小时数，默认按规则表")
        resetting = self.add_deed(commands, "reset-factor", "作废第二验证因素，结束登录，发放新的登记链接")
        locking = self.add_deed(commands, "lock", "锁定账号，立即退出")
        unlocking = self.add_deed(commands, "unlock", "解锁账号，清除登录失败次数")
        for deed in (enrolling, resetting, locking, unlocking):
            deed.add_argument("name", help="人员代号")
        for deed in (resetting, locking, unlocking):
            deed.add_argument("--reason", required=deed is not unlocking, default="", help="原因")
        for deed in (enrolling, resetting):
            deed.add_argument("--console", default=CONSOLE, help=f"管理端网址，默认 {CONSOLE}")

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do one deed; return what is printed."""
        deed = options.pop("deed").replace("-", "_")
        said: str = getattr(self, f"_{deed}")(actor, **options)
        return said

    def _list(self, actor: Person, **_: Any) -> str:
        persons = persons_for(viewer_for(actor)).select_related("organization").order_by("handle")
        return "\n".join(_line(person) for person in persons.iterator(chunk_size=500)) or "没有您管理的人员。"

    def _enrol(self, actor: Person, *, name: str, hours: float | None, console: str, **_: Any) -> str:
        lifetime = timedelta(hours=hours) if hours is not None else None
        return _told(enrol(actor=actor, person=managed_person(actor, name), lifetime=lifetime), console)

    def _reset_factor(self, actor: Person, *, name: str, reason: str, console: str, **_: Any) -> str:
        person = managed_person(actor, name)
        return _told(reset_second_factor(actor=actor, person=person, reason=reason), console)

    def _lock(self, actor: Person, *, name: str, reason: str, **_: Any) -> str:
        lock_account(actor=actor, account=_account(actor, name), reason=reason)
        return f"“{name}”的账号已锁定。"

    def _unlock(self, actor: Person, *, name: str, reason: str, **_: Any) -> str:
        unlock_account(actor=actor, account=_account(actor, name), reason=reason)
        return f"“{name}”的账号已解锁。"


def _account(actor: Person, handle: str) -> Account:
    account = account_of(managed_person(actor, handle))
    if account is None:
        raise NoAccount
    return account


def _told(link: EnrolmentLink, console: str) -> str:
    until = link.enrolment.expires_at.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{console.rstrip('/')}{link.path}\n登记链接只能用一次，{until} 前有效，请只交给本人。"


def _line(person: Person) -> str:
    unit = person.organization.name if person.organization else "—"
    roles = "、".join(_role(grant) for grant in grants_in_force(person)[:5]) or "无角色"
    return f"{person.handle}\t{person.name}\t{unit}\t{_state(person)}\t{roles}"


def _role(grant: RoleGrant) -> str:
    return f"{grant.role.name}（{RoleGrant.Scope(grant.scope).label}）"


def _state(person: Person) -> str:
    account = account_of(person)
    if not person.is_active:
        return "已离岗"
    if account is None or not has_second_factor(account):
        return "未登记"
    return "已锁定" if account.locked_at else "已登记"
