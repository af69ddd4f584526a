"""What persons and access register with the apps below, once all models are loaded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections

from rongshu.accounts.actions.define_role import seed_built_in_roles
from rongshu.accounts.actions.sweep_sessions import sweep_sessions
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor
from rongshu.foundation.change_marks import watch
from rongshu.foundation.worker import register_duty
from rongshu.organizations.permissions import decide_with


def register_accounts() -> None:
    """Say who may manage organisations; sweep what is over."""
    watch("access", Person, Role, RoleGrant)
    decide_with(_may_manage_organization)
    register_duty("sessions", sweep_sessions, every=600)


def seed_roles(*, using: str, **_: Any) -> None:
    """Write the built-in roles; a migration back to zero has dropped the table."""
    if Role._meta.db_table in connections[using].introspection.table_names():
        seed_built_in_roles()


def _may_manage_organization(actor: Actor, organization_id: UUID | None) -> bool:
    return viewer_for(actor).may("organization.manage", organization_id=organization_id)
