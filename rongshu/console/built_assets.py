"""Where the console's built styles, scripts and icons stand, and under which addresses pages name them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from rongshu.foundation.errors import RongshuError

DIST_FOLDER: Final = Path(__file__).resolve().parent / "assets" / "dist"
PREFIX: Final = "/-/console/"


class ConsoleAssetsNotBuilt(RongshuError):
    """`npm run build` has not run."""

    code = "console-assets-not-built"
    sentence = "管理端的样式和脚本还没有构建，请先运行 make assets。"


@lru_cache(maxsize=1)
def asset_manifest() -> Mapping[str, str]:
    """Return logical name → content-hashed file name in `DIST_FOLDER`."""
    try:
        manifest: dict[str, str] = json.loads((DIST_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConsoleAssetsNotBuilt from None
    return manifest


def asset_url(name: str) -> str:
    """Return the address of a built file: `console.css`, or an app's own `editor.js`."""
    return PREFIX + asset_manifest()[name]
