"""Published trees put aside between two measurements.

They are not deleted at once: for five seconds ext4 avoids the inodes of deleted files, one by one, and a
hundred thousand of them make every new file ten times as dear.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

_ASIDE: Final = ".aside"


def put_aside(folder: Path) -> None:
    """Move the folder out of the way when it is there."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-{time.monotonic_ns()}{_ASIDE}"))


def sweep_up(folder: Path) -> None:
    """Delete what was put aside in the folder."""
    for aside in folder.glob(f"*{_ASIDE}"):
        shutil.rmtree(aside, ignore_errors=True)
