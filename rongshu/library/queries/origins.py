"""Where a resource comes from that another node owns: the app that exchanges with other nodes says it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose it is, and the address of its page there; "" where it has none."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class OriginRegister:
    """What an app says of other nodes: of which resources they are the origin, and what they are called.

    What `of` says of a resource changes only when the resource becomes effective anew, or with an
    `ResourceOriginChanged`. `exist` is asked at each search: whether there are other nodes at all.
    """

    of: Callable[[Sequence[UUID]], Mapping[UUID, Origin]]
    names: Callable[[Collection[UUID]], Mapping[UUID, str]]
    exist: Callable[[], bool]


_register: Final[list[OriginRegister]] = []


def register_origins(register: OriginRegister) -> None:
    """Let an app speak for the other nodes."""
    _register[:] = [register]


def origins_of(resource_ids: Sequence[UUID]) -> dict[UUID, Origin]:
    """Return the origins of those resources that other nodes own; our own are left out."""
    return dict(_register[0].of(resource_ids)) if _register and resource_ids else {}


def names_of_origins(nodes: Collection[UUID]) -> dict[UUID, str]:
    """Return what nodes are called; those nobody knows are left out."""
    return dict(_register[0].names(nodes)) if _register and nodes else {}


def other_origins_exist() -> bool:
    """Whether anything here may come from another node."""
    return bool(_register) and _register[0].exist()
