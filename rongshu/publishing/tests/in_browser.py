"""What the browser tests of the sites' pages share: Chromium before a served gallery, and the validator.

A test module imports the fixtures and defines `gallery`, the folder that is served.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from rongshu.console.testing import chromium
from rongshu.foundation.testing import need
from rongshu.publishing.pages.assets import AssetsNotBuilt, asset_manifest
from rongshu.publishing.tests.page_gallery import serving

_VALIDATOR: Final = (
    Path(__file__).resolve().parents[3] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
)


@pytest.fixture(scope="module")
def address(gallery: Path) -> Iterator[str]:
    with serving(gallery) as base:
        yield base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.new_page()


def need_assets() -> None:
    """Skip or fail where the assets are not built."""
    try:
        is_built = bool(asset_manifest())
    except AssetsNotBuilt:
        is_built = False
    need(is_built, "the built assets (make assets)")


def markup_problems(pages: Sequence[Path]) -> list[str]:
    """Return what the validator has against the pages."""
    java = shutil.which("java")
    need(java, "java")
    need(_VALIDATOR.exists(), "vnu-jar (npm ci)")
    command = [str(java), "-jar", str(_VALIDATOR), "--format", "json", *map(str, pages)]
    report = json.loads(subprocess.run(command, capture_output=True, check=False).stderr)
    return [f"{each['url'].rsplit('/', 1)[-1]}: {each['message']}" for each in report["messages"]]
