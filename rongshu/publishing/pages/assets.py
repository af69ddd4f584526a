"""Where the built styles and scripts stand, and under which addresses pages name them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rongshu.foundation.errors import RongshuError
from rongshu.publishing.pages.frames import AssetNames, ThemeTokens
from rongshu.publishing.pages.themes import site_stylesheet

DIST_FOLDER = Path(__file__).resolve().parent.parent / "assets" / "dist"
"""Every file in here is content-hashed: it may be served with `immutable` and copied as it is."""

STATIC_PREFIX = "/-/static/"


class AssetsNotBuilt(RongshuError):
    """`npm run build` has not run."""

    code = "assets-not-built"
    status = 500
    sentence = "页面的样式和脚本还没有构建，请先运行 make assets。"


@lru_cache(maxsize=1)
def asset_manifest() -> Mapping[str, str]:
    """Return logical name → file name in `DIST_FOLDER` (`site.css` → `site-EU57SYA4.css`)."""
    try:
        manifest: dict[str, str] = json.loads((DIST_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssetsNotBuilt from None
    return manifest


def asset_names(prefix: str = STATIC_PREFIX) -> AssetNames:
    """Return the addresses that every page of every site shares."""
    manifest = asset_manifest()
    return AssetNames(
        stylesheet=prefix + manifest["site.css"],
        early_script=prefix + manifest["early.js"],
        script=prefix + manifest["site.js"],
    )


def themed_asset_names(theme: ThemeTokens, *, tree_prefix: str = "/assets/") -> AssetNames:
    """Return the addresses for one site; its own token sheet stands in the site's tree."""
    sheet = site_stylesheet(theme)
    return replace(asset_names(), site_stylesheet=tree_prefix + sheet.name if sheet else "")
