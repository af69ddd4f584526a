"""The Chinese font that exported documents and watermarks are set in: one the system has, never fetched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rongshu.foundation.errors import Unavailable

# Debian's fonts-noto-cjk, fonts-wqy-*, fonts-droid-fallback; the number is the face within a collection.
_KNOWN: Final = (
    ("opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("truetype/wqy/wqy-zenhei.ttc", 0),
    ("truetype/wqy/wqy-microhei.ttc", 0),
    ("truetype/droid/DroidSansFallbackFull.ttf", 0),
)
_FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


class FontMissing(Unavailable):
    """The system has no Chinese font."""

    code = "font-missing"
    sentence = "服务器上没有中文字体，无法生成此文件；请安装 fonts-noto-cjk 后重试。"


@dataclass(frozen=True)
class FontFile:
    """A font file and the face to take from it."""

    path: Path
    face: int


@lru_cache(maxsize=1)
def chinese_font() -> FontFile:
    """Return the system's Chinese font; raise `FontMissing`."""
    for folder in _FOLDERS:
        for name, face in _KNOWN:
            if (folder / name).is_file():
                return FontFile(folder / name, face)
    raise FontMissing
