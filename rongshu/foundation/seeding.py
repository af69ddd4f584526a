"""What an installation is born with: apps register their seeds, set-up sows them."""

from __future__ import annotations

from collections.abc import Callable

_seeds: dict[str, Callable[[], object]] = {}


def register_seed(name: str, sow: Callable[[], object]) -> None:
    """Make a seed known, from an AppConfig.ready; `sow` adds what is missing and changes nothing else."""
    if name in _seeds:
        raise ValueError(f"seed {name!r} is registered twice")
    _seeds[name] = sow


def is_registered(name: str) -> bool:
    """Whether a seed of this name is known."""
    return name in _seeds


def sow_all(told: Callable[[str], None] = lambda name: None) -> None:
    """Sow every seed in the order of registration (lower apps first); `told` hears each name first."""
    for name, sow in _seeds.items():
        told(name)
        sow()
