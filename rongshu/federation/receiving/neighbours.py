"""The actor of what a partner's records do here: its right was given when it was taken in as a partner."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.federation.models import Partner


@dataclass(frozen=True)
class Neighbour:
    """A partner as an actor; like the clock, it has no id among persons."""

    name: str
    id: None = None


def neighbour(partner: Partner) -> Neighbour:
    """Return a partner as the actor of what came from it."""
    return Neighbour(f"联通节点：{partner.name}"[:100])
