"""Render every page kind in every theme into a folder, and photograph it at three widths.

    python bench/gallery.py var/gallery            # files only
    python bench/gallery.py var/gallery --shots    # and screenshots, with Debian's Chromium
    python bench/gallery.py var/gallery --shots --only article,home --theme pine --mode elder

Modes: plain, elder (长者模式), print, bare (without scripts).
"""

from __future__ import annotations

import argparse
import functools
import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rongshu.publishing.pages.assets import DIST_FOLDER, asset_manifest, asset_names
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.tests.sample_pages import every_page, site_frame

THEMES = ("vermilion", "azure", "pine")
WIDTHS = (390, 820, 1440)


def draw_picture(path: Path, width: int, height: int, seed: int) -> None:
    """Draw a landscape of our own: sky, sun, three ranges of hills."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        shade = y / height
        draw.line([(0, y), (width, y)], fill=(int(150 + 80 * shade), int(185 + 45 * shade), int(215 + 15 * shade)))
    draw.ellipse([width * 0.7, height * 0.12, width * 0.7 + height * 0.2, height * 0.32], fill=(250, 240, 214))
    for layer, colour in enumerate(((118, 156, 150), (74, 122, 108), (38, 86, 70))):
        base = height * (0.5 + layer * 0.14)
        points = [(0.0, float(height))]
        for step in range(0, 21):
            bump = ((step * 37 + seed * 53 + layer * 71) % 17) / 17
            points.append((width * step / 20, base - bump * height * 0.22 / (layer + 1)))
        draw.polygon([*points, (width, height)], fill=colour)
    picture.save(path, quality=82)


def write_gallery(folder: Path, themes: tuple[str, ...] = THEMES) -> list[Path]:
    """Write all pages below `folder/<theme>/` with assets and pictures beside them; return the pages."""
    static, pictures = folder / "-" / "static", folder / "pictures"
    for each in (static, pictures):
        each.mkdir(parents=True, exist_ok=True)
    for file in DIST_FOLDER.iterdir():
        shutil.copy(file, static / file.name)
    shutil.copy(DIST_FOLDER / asset_manifest()["emblem.svg"], static / "emblem.svg")
    for number in range(1, 5):
        draw_picture(pictures / f"{number}.jpg", 960, 540, number)
    draw_picture(pictures / "banner.jpg", 1920, 420, 9)
    pages = []
    for theme in themes:
        (folder / theme).mkdir(exist_ok=True)
        for name, page in every_page(site_frame(theme, asset_names())).items():
            path = folder / theme / f"{name}.html"
            path.write_text(render(page), encoding="utf-8")
            pages.append(path)
    return pages


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free loopback port, under the content security policy that pages promise."""

    class Responder(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'"
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Responder, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


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
                viewport={"width": width, "height": 900}, java_script_enabled=mode != "bare", reduced_motion="reduce"
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
