"""Plainly fictitious pictures drawn with Pillow: charts, a seal, a landscape."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from rongshu.project.legacy_sites.articles import Picture

WIDTH, HEIGHT = 360, 220
FORMATS = {"gif": "GIF", "jpg": "JPEG", "png": "PNG"}


def picture_bytes(picture: Picture, suffix: str, variety: str) -> bytes:
    """Draw one picture; `variety` shifts its colours so that two pictures are never the same bytes."""
    tint = hashlib.sha256(f"{variety}{picture.alt}".encode()).digest()
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    match picture.drawing:
        case "bars":
            _bars(pen, _values(picture, tint), tint)
        case "line":
            _line(pen, _values(picture, tint), tint)
        case "seal":
            _seal(pen)
        case "landscape":
            _landscape(pen, tint)
    pen.line([(0, HEIGHT - 1), (tint[0] + 60, HEIGHT - 1)], fill=(tint[1], tint[2], tint[3]), width=2)
    buffer = io.BytesIO()
    image.save(buffer, FORMATS[suffix])
    return buffer.getvalue()


def icon_bytes(name: str) -> bytes:
    """A tiny square for lists, attachments and the like."""
    image = Image.new("RGB", (14, 14), "white")
    shade = hashlib.sha256(name.encode()).digest()
    ImageDraw.Draw(image).rectangle((2, 2, 11, 11), fill=(shade[0], shade[1], shade[2]))
    buffer = io.BytesIO()
    image.save(buffer, "GIF")
    return buffer.getvalue()


def _values(picture: Picture, tint: bytes) -> Sequence[float]:
    return picture.values or [20 + byte % 60 for byte in tint[:6]]


def _scaled(values: Sequence[float]) -> list[float]:
    top = max(*values, 0.001) if len(values) > 1 else max(values[0], 0.001)
    return [(HEIGHT - 40) * value / top for value in values]


def _bars(pen: ImageDraw.ImageDraw, values: Sequence[float], tint: bytes) -> None:
    step = (WIDTH - 60) / len(values)
    for at, height in enumerate(_scaled(values)):
        left = 40 + at * step
        box = (left, HEIGHT - 20 - height, left + step * 0.6, HEIGHT - 20)
        pen.rectangle(box, fill=(40 + tint[4] // 3, 90 + tint[5] // 4, 160 + tint[6] // 4))
    pen.line([(30, 10), (30, HEIGHT - 20), (WIDTH - 10, HEIGHT - 20)], fill="black")


def _line(pen: ImageDraw.ImageDraw, values: Sequence[float], tint: bytes) -> None:
    step = (WIDTH - 70) / max(len(values) - 1, 1)
    points = [(40 + at * step, HEIGHT - 20 - height * 0.9) for at, height in enumerate(_scaled(values))]
    pen.line([(30, 10), (30, HEIGHT - 20), (WIDTH - 10, HEIGHT - 20)], fill="black")
    pen.line(points, fill=(200, tint[4] // 3, tint[5] // 3), width=3)
    for x, y in points:
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=(200, 30, 30))


def _seal(pen: ImageDraw.ImageDraw) -> None:
    middle, radius = (WIDTH / 2, HEIGHT / 2), 90
    pen.ellipse(
        (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius),
        outline=(210, 30, 30),
        width=5,
    )
    turns = [math.pi * (at / 5 - 0.5) for at in range(10)]
    star = [
        (middle[0] + size * math.cos(turn), middle[1] + size * math.sin(turn))
        for turn, size in zip(turns, [32, 12.5] * 5, strict=True)
    ]
    pen.polygon(star, fill=(210, 30, 30))


def _landscape(pen: ImageDraw.ImageDraw, tint: bytes) -> None:
    for y in range(HEIGHT):
        shade = int(120 + 110 * y / HEIGHT)
        pen.line([(0, y), (WIDTH, y)], fill=(shade, min(255, shade + 15), 250 - tint[4] // 8))
    sun = 40 + tint[5]
    pen.ellipse((sun, 25, sun + 36, 61), fill=(250, 220, 120))
    for layer, base in enumerate((120, 150, 180)):
        points = [
            (x, base - 25 * math.sin((x + tint[6 + layer] * 3) / (55 + 9 * layer)))
            for x in range(0, WIDTH + 8, 8)
        ]
        green = 150 - layer * 35
        pen.polygon([(0, HEIGHT), *points, (WIDTH, HEIGHT)], fill=(green // 2, green, green // 2 + 10))
