"""Pictures made fit for pages: upright, without hidden particulars, of sensible size and modern format."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from rongshu.newsroom.editing_errors import PictureUnreadable
from rongshu.newsroom.fonts import chinese_font

WIDEST: Final = 1920
MOST_PIXELS: Final = 40_000_000
_QUALITY: Final = 82
RATIOS: Final = {"16:9": (16, 9), "4:3": (4, 3), "1:1": (1, 1), "3:4": (3, 4)}
FORMATS: Final = {"webp": "image/webp", "avif": "image/avif", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as bytes, with what a file's row says of it."""

    content: bytes
    media_type: str
    extension: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The words a unit writes over its pictures: in a corner or the middle, so opaque, so large.

    `place` is two letters, top, middle or bottom and left, centre or right ("br"); `strength` is in per cent;
    `size` says into how many parts of the picture's width one character fits.
    """

    text: str
    place: str = "br"
    strength: int = 75
    size: int = 40


def fit_for_pages(source: BinaryIO, *, watermark: Mark | None = None, form: str = "webp") -> Picture | None:
    """Return the picture made fit, or None when it is better left alone (moving, or already small).

    Particulars such as the place a photograph was taken at stay behind. Raise `PictureUnreadable`.
    """
    with _opened(source) as image:
        if getattr(image, "is_animated", False):
            return None
        is_small = image.width <= WIDEST and image.format == "WEBP" and not image.getexif()
        if is_small and not watermark:
            return None
        upright = _upright(image)
        if upright.width > WIDEST:
            upright = upright.resize((WIDEST, round(upright.height * WIDEST / upright.width)))
        if watermark:
            upright = _marked(upright, watermark)
        return _written(upright, form)


def sample_of(mark: Mark) -> Picture:
    """Return a plain picture, half light and half dark, that shows how the words look."""
    image = Image.new("RGB", (960, 540), (226, 232, 236))
    image.paste((52, 74, 94), (480, 0, 960, 540))
    return _written(_marked(image, mark), "webp")


def cut_out(
    source: BinaryIO, *, ratio: str, focus: tuple[int, int], width: int = 1200, form: str = "webp"
) -> Picture:
    """Return the largest part of the given ratio around the focal point (per mille), scaled to `width`.

    A smaller picture is not blown up. Raise `PictureUnreadable`.
    """
    across, down = RATIOS[ratio]
    with _opened(source) as image:
        upright = _upright(image)
        height = round(width * down / across)
        centre = (focus[0] / 1000, focus[1] / 1000)
        scale = min(1.0, upright.width / width, upright.height / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return _written(ImageOps.fit(upright, size, centering=centre), form)


@contextmanager
def _opened(source: BinaryIO) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(source) as image:
                _check_size(image)
                image.load()
                yield image
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise PictureUnreadable from error


def _check_size(image: Image.Image) -> None:
    """Decode no more than memory bears; a JPEG is decoded smaller at once, however large it is."""
    part = 1
    while image.format == "JPEG" and part < 8 and image.width * image.height > MOST_PIXELS * part**2:
        part *= 2  # these are the parts that a JPEG can be decoded to
    image.draft("RGB", (image.width // part, image.height // part))
    if image.width * image.height > MOST_PIXELS:
        raise PictureUnreadable("图片像素过多，请缩小到 4000 万像素以内后再上传。")


def _upright(image: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    return turned.convert("RGBA" if _has_alpha(turned) else "RGB")


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info


def _marked(image: Image.Image, mark: Mark) -> Image.Image:
    """Write the words over the picture, light with a dark edge, so that they read on anything."""
    font_file = chinese_font()
    size = max(14, image.width // mark.size)
    font = ImageFont.truetype(str(font_file.path), size, index=font_file.face)
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    down, across = mark.place[0], mark.place[1]
    edge = size // 2
    place = (
        {"l": edge, "c": image.width // 2, "r": image.width - edge}[across],
        {"t": edge, "m": image.height // 2, "b": image.height - edge}[down],
    )
    anchor = {"l": "l", "c": "m", "r": "r"}[across] + {"t": "a", "m": "m", "b": "d"}[down]
    light = 255 * mark.strength // 100
    ImageDraw.Draw(layer).text(
        place, mark.text, font=font, anchor=anchor, fill=(255, 255, 255, light),
        stroke_width=max(1, size // 16), stroke_fill=(0, 0, 0, light * 2 // 3),
    )  # fmt: skip
    return Image.alpha_composite(image.convert("RGBA"), layer).convert(image.mode)


def _written(image: Image.Image, form: str) -> Picture:
    if form == "jpeg":
        image = image.convert("RGB")
    out = BytesIO()
    image.save(out, format=form.upper(), quality=_QUALITY)
    return Picture(out.getvalue(), FORMATS[form], form, image.width, image.height)
