"""A picture in the sizes and formats that pages offer; pure: bytes in, bytes out, in bounded memory."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image, ImageOps, UnidentifiedImageError, features

# Widths in pixels: a phone, a column of text, a wide screen.
WIDTHS: Final = (480, 960, 1600)
# Decoded at most: four bytes each. A JPEG is decoded smaller at once and may have more.
MOST_PIXELS: Final = 40_000_000
SCALABLE: Final = ("image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff")
_QUALITY: Final = {"webp": 80, "avif": 60}
_SETTINGS: Final[dict[str, dict[str, int]]] = {"webp": {"method": 4}, "avif": {"speed": 8}}
# A format that takes seconds is offered in the sizes most readers get.
_WIDEST: Final = {"webp": 1600, "avif": 960}
# As high as the format allows: what explains a policy in one picture may be twenty times as high as wide.
_HIGHEST: Final = {"webp": 16_383, "avif": 65_536}


class Unscalable(Exception):
    """The picture is better shown as it is, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """One size of a picture in one format."""

    form: str
    width: int
    height: int
    content: bytes


def scaled(source: BinaryIO, size: int) -> Iterator[Scaled]:
    """Yield the picture in every size and format that is smaller than the original's `size` in bytes.

    Raise `Unscalable` for what moves, has too many pixels, or is no picture.
    """
    picture = _opened(source)
    for width in _widths(picture.width):
        part = picture.resize((width, max(1, round(picture.height * width / picture.width))))
        for form in _forms():
            if width <= _WIDEST[form] and part.height <= _HIGHEST[form]:
                content = _written(part, form)
                if len(content) < size:
                    yield Scaled(form, part.width, part.height, content)


def _forms() -> Sequence[str]:
    return [form for form in ("webp", "avif") if features.check(form)]


def _widths(width: int) -> list[int]:
    """Every smaller width, and its own where it is no wider than the widest."""
    return sorted({one for one in WIDTHS if one < width} | {min(width, WIDTHS[-1])})


def _opened(source: BinaryIO) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(source) as image:
                return _upright(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unscalable("unreadable") from error


def _upright(image: Image.Image) -> Image.Image:
    if getattr(image, "is_animated", False):
        raise Unscalable("animated")
    if image.format == "JPEG":
        image.draft("RGB", (WIDTHS[-1] * 2, 1))  # the width alone decides
    if image.width * image.height > MOST_PIXELS:
        raise Unscalable("too many pixels")
    turned = ImageOps.exif_transpose(image)
    has_alpha = turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info
    return turned.convert("RGBA" if has_alpha else "RGB")


def _written(image: Image.Image, form: str) -> bytes:
    out = BytesIO()
    image.save(out, format=form.upper(), quality=_QUALITY[form], **_SETTINGS[form])
    return out.getvalue()
