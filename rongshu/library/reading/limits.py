"""What reading one file may cost at most."""

from __future__ import annotations

from typing import Final

LARGEST_FILE: Final = 50 * 1024 * 1024
LARGEST_UNPACKED: Final = 200 * 1024 * 1024
HIGHEST_RATIO: Final = 200  # unpacked to packed, from 1 MB on: official documents stay below 30
MOST_MEMBERS: Final = 10_000
LONGEST_TEXT: Final = 2_000_000  # characters; what follows is not inspected, and the finding says so
MOST_SECONDS: Final = 30.0
MOST_PAGES: Final = 500
MOST_CELLS: Final = 200_000
