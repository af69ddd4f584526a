"""Render every page kind in every theme into a folder, and photograph it at three widths.

    python bench/gallery.py var/gallery            # files only
    python bench/gallery.py var/gallery --shots    # and screenshots, with Debian's Chromium
    python bench/gallery.py var/gallery --shots --only article,home --theme pine --mode elder

Modes: plain, elder (长者模式), print, bare (without scripts).
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rongshu.publishing.tests.page_gallery import CHROMIUM_FLAGS, THEMES, WIDTHS, serving, write_gallery


def load_lazy_pictures(tab: Page) -> None:
    """A photograph of the whole page shows what a reader sees who scrolled through it."""
    tab.evaluate("for (const image of document.images) image.loading = 'eager'")
    tab.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => 0)))")


def photograph(folder: Path, pages: list[Path], widths: tuple[int, ...], mode: str) -> None:
    """Save `<folder>/shots/<theme>-<page>-<width>[-mode].png` of each page; print what the console says."""
    shots = folder / "shots"
    shots.mkdir(exist_ok=True)
    suffix = "" if mode == "plain" else f"-{mode}"
    with serving(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        for width in widths:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                java_script_enabled=mode != "bare",
                reduced_motion="reduce",
            )
            tab = context.new_page()
            tab.on("console", lambda message: print("console:", message.text))
            tab.on("pageerror", lambda error: print("error:", error))
            if mode == "print":
                tab.emulate_media(media="print")
            for path in pages:
                relative = path.relative_to(folder)
                tab.goto(f"{address}/{relative}" + ("#rs-elder" if mode == "elder" else ""))
                load_lazy_pictures(tab)
                overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                if overflow > 0:
                    print(f"{relative} at {width}: {overflow} px too wide")
                name = f"{path.parent.name}-{path.stem}-{width}{suffix}.png"
                tab.screenshot(path=shots / name, full_page=True)
            context.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shots", action="store_true")
    parser.add_argument("--only", default="", help="page names, separated by commas")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--width", type=int, action="append")
    parser.add_argument("--mode", choices=("plain", "elder", "print", "bare"), default="plain")
    arguments = parser.parse_args()
    pages = write_gallery(arguments.folder, tuple(arguments.theme or THEMES))
    wanted = set(filter(None, arguments.only.split(",")))
    chosen = [page for page in pages if not wanted or page.stem in wanted]
    print(f"{len(pages)} pages in {arguments.folder}")
    if arguments.shots:
        photograph(arguments.folder, chosen, tuple(arguments.width or WIDTHS), arguments.mode)


if __name__ == "__main__":
    main()
