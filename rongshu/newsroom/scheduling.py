"""Names of what the clock does for the newsroom."""

from __future__ import annotations

from typing import Final

OVERDUE: Final = "newsroom.review-overdue"
PUBLISH: Final = "newsroom.publish"
