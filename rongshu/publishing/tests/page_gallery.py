"""A folder with every page kind, its assets and pictures of our own, and a loopback server for it."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw

from rongshu.publishing.pages.assets import DIST_FOLDER, asset_manifest, asset_names
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.tests.sample_pages import every_page, site_frame

THEMES = ("vermilion", "azure", "pine")
WIDTHS = (390, 820, 1440)
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def draw_picture(path: Path, width: int, height: int, seed: int) -> None:
    """Draw a landscape of our own: sky, sun, three ranges of hills."""
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        shade = y / height
        draw.line(
            [(0, y), (width, y)], fill=(int(150 + 80 * shade), int(185 + 45 * shade), int(215 + 15 * shade))
        )
    draw.ellipse(
        [width * 0.7, height * 0.12, width * 0.7 + height * 0.2, height * 0.32], fill=(250, 240, 214)
    )
    for layer, colour in enumerate(((118, 156, 150), (74, 122, 108), (38, 86, 70))):
        base = height * (0.5 + layer * 0.14)
        points = [(0.0, float(height))]
        for step in range(21):
            bump = ((step * 37 + seed * 53 + layer * 71) % 17) / 17
            points.append((width * step / 20, base - bump * height * 0.22 / (layer + 1)))
        draw.polygon([*points, (width, height)], fill=colour)
    picture.save(path, quality=82)


def write_gallery(folder: Path, themes: tuple[str, ...] = THEMES) -> list[Path]:
    """Write all pages below `folder/<theme>/` with assets and pictures beside them; return the pages."""
    write_assets(folder)
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
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


def write_assets(folder: Path) -> None:
    """Write the assets where pages expect them, by their names with and without a digest."""
    static = folder / "-" / "static"
    static.mkdir(parents=True, exist_ok=True)
    for file in DIST_FOLDER.iterdir():
        shutil.copy(file, static / file.name)
    for logical, name in asset_manifest().items():
        shutil.copy(DIST_FOLDER / name, static / logical)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free loopback port, under the content security policy that pages promise."""

    class Responder(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            policy = (
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
                " form-action 'self'"
            )
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
