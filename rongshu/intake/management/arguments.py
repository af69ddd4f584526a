"""What is typed behind options, judged before a run of hours begins."""

from __future__ import annotations

import math
import os
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rongshu.intake.crawling import lies_here
from rongshu.intake.errors import SourceNotReadable
from rongshu.intake.extraction.addresses import absolute

_FASTEST: Final = 1000.0
_LONGEST: Final = 3600.0


def rate(written: str) -> float:
    """Requests per second; 0 is without limit."""
    return _number(written, _FASTEST, "每秒请求数")


def seconds(written: str) -> float:
    """Seconds to wait."""
    return _number(written, _LONGEST, "秒数")


def new_file(written: str) -> Path:
    """A file that can be written when the work is done: hours later is too late to learn that it can't."""
    path = Path(written)
    if path.is_dir() or not path.parent.is_dir():
        raise ArgumentTypeError(f"{path} 写不了：请给出文件名，所在的文件夹要先建好。")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ArgumentTypeError(f"{path} 写不了：没有写入权限。")
    return path


def web_address(written: str) -> str:
    """An address of the web."""
    if not is_web_address(written):
        raise ArgumentTypeError(f"“{written}”不是网址，请写以 http:// 或 https:// 开头的网址。")
    return written


def is_web_address(written: str) -> bool:
    """Whether it has a scheme of the web, a host, and a port that is one."""
    return written.lower().startswith(("http://", "https://")) and absolute(written, written) is not None


def require_readable(source: str) -> None:
    """Raise `SourceNotReadable` for what is neither an address nor lies here, before a run is recorded."""
    if not (is_web_address(source) and urlsplit(source).hostname) and not lies_here(Path(source)):
        raise SourceNotReadable


def _number(written: str, most: float, name: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise ArgumentTypeError(f"{name}须是 0 至 {most:g} 的数，“{written}”不是。")
    return value
