"""Which versions of a batch a higher app holds back from the batch's approval, one by one.

The inspection of content registers itself here: what has severe findings waits for a person of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

Hold = Callable[[Sequence[UUID]], set[UUID]]
_holds: Final[list[Hold]] = []


def register_hold(hold: Hold) -> None:
    """Let an app say which of some versions wait; asked outside of any transaction, may be asked twice."""
    if hold not in _holds:
        _holds.append(hold)


def held_back(version_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the versions that wait for a decision of their own."""
    return set().union(*(hold(version_ids) for hold in _holds))
