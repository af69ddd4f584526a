"""The pages that belong together, as tabs above each of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """One of them; `count` is what waits there."""

    label: str
    url: str
    is_current: bool
    count: int = 0
