"""Where a resource comes from that another node owns: the app that exchanges with other nodes says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose it is, and the address of its page there; "" where it has none."""

    name: str
    url: str = ""


Origins = Callable[[Sequence[UUID]], Mapping[UUID, Origin]]
_origins: Final[list[Origins]] = []


def register_origins(origins: Origins) -> None:
    """Let an app say of which resources another node is the origin.

    What it says of a resource changes only when the resource becomes effective anew.
    """
    _origins[:] = [origins]


def origins_of(resource_ids: Sequence[UUID]) -> dict[UUID, Origin]:
    """Return the origins of those resources that other nodes own; our own are left out."""
    found: dict[UUID, Origin] = {}
    for origins in _origins if resource_ids else ():
        found.update(origins(resource_ids))
    return found
