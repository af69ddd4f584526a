"""What the federation registers with the apps below."""

from __future__ import annotations


def register_federation() -> None:
    """Register consumers, duties and capabilities."""
