"""What readers are told where a withdrawn resource stood: the app that keeps recalls says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

Notices = Callable[[Sequence[UUID]], Mapping[UUID, str]]
_notices: Final[list[Notices]] = []


def register_withdrawal_notices(notices: Notices) -> None:
    """Let an app say, by resource, what is told of its withdrawal; without a notice it is left out."""
    _notices[:] = [notices]


def withdrawal_notices(resource_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the notices there are for some resources."""
    found: dict[UUID, str] = {}
    for notices in _notices if resource_ids else ():
        found.update(notices(resource_ids))
    return found
