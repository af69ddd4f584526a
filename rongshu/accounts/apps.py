"""Django application of persons and access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from rongshu.foundation.audit import Actor


class AccountsConfig(AppConfig):
    name = "rongshu.accounts"
    label = "rongshu_accounts"
    verbose_name = "人员与权限"

    def ready(self) -> None:
        """Say who may manage organisations; keep the built-in roles in step with every migration."""
        from rongshu.accounts.actions.sweep_sessions import sweep_sessions  # noqa: PLC0415 - models first
        from rongshu.accounts.models import Person, Role, RoleGrant  # noqa: PLC0415 - models first
        from rongshu.foundation.change_marks import watch  # noqa: PLC0415 - models first
        from rongshu.foundation.worker import register_duty  # noqa: PLC0415 - models first
        from rongshu.organizations.permissions import decide_with  # noqa: PLC0415 - models first

        watch("access", Person, Role, RoleGrant)
        decide_with(_may_manage_organization)
        register_duty("sessions", sweep_sessions, every=600)
        post_migrate.connect(_seed_roles, sender=self)


def _may_manage_organization(actor: Actor, organization_id: UUID | None) -> bool:
    from rongshu.accounts.queries import viewer_for  # noqa: PLC0415 - models first

    return viewer_for(actor).may("organization.manage", organization_id=organization_id)


def _seed_roles(*, using: str, **_: Any) -> None:
    from rongshu.accounts.actions.define_role import seed_built_in_roles  # noqa: PLC0415 - models first
    from rongshu.accounts.models import Role  # noqa: PLC0415 - models first

    # A migration back to zero has dropped the table.
    if Role._meta.db_table in connections[using].introspection.table_names():
        seed_built_in_roles()
