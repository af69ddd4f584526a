"""Who may change organisations. The app of persons stands above this one and fills in the answer."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from rongshu.foundation.audit import Actor
from rongshu.foundation.errors import NotAllowed
from rongshu.organizations.models import Organization

_Decision = Callable[[Actor, UUID | None], bool]
_decisions: list[_Decision] = []


def decide_with(decision: _Decision) -> None:
    """Let this function say whether an actor may manage an organisation (None: the top of the tree)."""
    _decisions[:] = [decision]


def require_manager(actor: Actor, organization: Organization | None) -> None:
    """Raise NotAllowed unless the actor may manage the organisation; nobody may while no one decides."""
    organization_id = organization.id if organization else None
    if not _decisions or not _decisions[0](actor, organization_id):
        raise NotAllowed
