"""Define a role of one's own, and keep the built-in ones as the table says."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from rongshu.accounts.actions.keeping_powers_apart import holders_whose_powers_join
from rongshu.accounts.capabilities import (
    ADMINISTRATIVE,
    BUILT_IN_ROLES,
    CAPABILITIES,
    SEPARATED_POWERS,
)
from rongshu.accounts.errors import GrantBeyondOwnPowers, GrantToOneself, RolesKeptApart, UnknownCapability
from rongshu.accounts.models import Role
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import Conflict


def define_role(*, actor: Actor, code: str, name: str, capabilities: Iterable[str]) -> Role:
    """Create or change a role that is not built in.

    A role changed changes what its holders may do: administrative powers are put in, or taken out, only by
    who holds them himself, and nobody changes a role that he holds.
    """
    held = sorted(set(capabilities))
    unknown = [capability for capability in held if capability not in CAPABILITIES]
    if unknown:
        raise UnknownCapability(f"没有这些权限：{'、'.join(unknown)}。")
    if len(SEPARATED_POWERS & set(held)) > 1:
        raise RolesKeptApart(
            "运维平台、管理人员与授权、查看审计记录不能合在一个角色中（三员分立），请分成几个角色。"
        )
    with transaction.atomic():
        viewer = viewer_for(actor)
        require(viewer.may("platform.operate"))
        present = Role.objects.select_for_update().filter(code=code).first()
        if present is not None and present.is_builtin:
            raise Conflict(f"“{present.name}”是内置角色，不能修改；请另建角色。")
        moved = ADMINISTRATIVE & (set(held) ^ set(present.capabilities if present else ()))
        require(moved <= viewer.on_platform, GrantBeyondOwnPowers)
        require(not _holds(viewer.person_id, present), GrantToOneself)
        role, _ = Role.objects.update_or_create(code=code, defaults={"name": name, "capabilities": held})
        if holders_whose_powers_join(role):
            raise RolesKeptApart(
                "已有人员同时持有该角色和另一管理员角色，改后其权限将不再相互制约（三员分立）；请先收回其中之一。"
            )
        record(actor, "role.defined", role, capabilities=held)
    return role


def _holds(person_id: UUID | None, role: Role | None) -> bool:
    if role is None or person_id is None:
        return False
    return role.grants.filter(person_id=person_id, revoked_at__isnull=True).exists()


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
