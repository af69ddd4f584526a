"""Define a role of one's own, and keep the built-in ones as the table says."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from rongshu.accounts.capabilities import BUILT_IN_ROLES, CAPABILITIES
from rongshu.accounts.errors import RolesKeptApart, UnknownCapability
from rongshu.accounts.models import Role
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import Conflict


def define_role(*, actor: Actor, code: str, name: str, capabilities: Iterable[str]) -> Role:
    """Create or change a role that is not built in."""
    held = sorted(set(capabilities))
    unknown = [capability for capability in held if capability not in CAPABILITIES]
    if unknown:
        raise UnknownCapability(f"没有这些权限：{'、'.join(unknown)}。")
    if {"platform.operate", "audit.read"} <= set(held):
        raise RolesKeptApart("一个角色不能既运维平台又查看审计记录（三员分立），请分成两个角色。")
    with transaction.atomic():
        require(viewer_for(actor).may("platform.operate"))
        present = Role.objects.select_for_update().filter(code=code).first()
        if present is not None and present.is_builtin:
            raise Conflict(f"“{present.name}”是内置角色，不能修改；请另建角色。")
        role, _ = Role.objects.update_or_create(code=code, defaults={"name": name, "capabilities": held})
        record(actor, "role.defined", role, capabilities=held)
    return role


def seed_built_in_roles() -> None:
    """Write the built-in roles as capabilities.py has them; runs after every migration."""
    Role.objects.bulk_create(
        [
            Role(code=role.code, name=role.name, capabilities=list(role.capabilities), is_builtin=True)
            for role in BUILT_IN_ROLES
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "capabilities", "is_builtin"],
    )
