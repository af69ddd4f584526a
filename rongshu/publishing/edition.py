"""The edition of the pages: templates, assets and the code that fills them. Another edition, other pages."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PARTS = ("templates/**/*", "pages/**/*.py", "loading/**/*.py", "making.py", "assets/dist/manifest.json")


@lru_cache(maxsize=1)
def edition() -> str:
    """Return the digest of everything that pages are made with, besides the database."""
    state = hashlib.sha256()
    for file in sorted({file for part in _PARTS for file in _HERE.glob(part) if file.is_file()}):
        state.update(
            str(file.relative_to(_HERE)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest()
        )
    return state.hexdigest()
