"""Requiring a permission, and the predicates over persons and grants."""

from __future__ import annotations

from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import NotAllowed, RongshuError


def require(condition: bool, error: type[RongshuError] = NotAllowed) -> None:
    """Raise `error` unless the condition holds; an action's permission step."""
    if not condition:
        raise error


def may_manage_persons(viewer: Viewer, organization_id: UUID | None) -> bool:
    """Whether the viewer may register and change the persons of this organisation."""
    return viewer.may("person.manage", organization_id=organization_id)


def may_manage_person(viewer: Viewer, person: Person) -> bool:
    """Whether the viewer may change this person and his grants."""
    return may_manage_persons(viewer, person.organization_id)
