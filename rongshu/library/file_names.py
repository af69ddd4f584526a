"""Names of files: what a reader sees and a disk accepts, whatever was sent."""

import re
from pathlib import PurePosixPath
from typing import Final

from rongshu.foundation.text import normalise_line, truncate

UNNAMED: Final = "未命名"
LONGEST_NAME: Final = 200
"""Bytes in UTF-8; file systems stop at 255, and renditions add a suffix."""

_PROGRAMS: Final = """ade apk app asp aspx bat cgi chm cmd com cpl dll dmg exe hta iso jar js jse jsp jspx lnk
msc msi php php3 phtml pif pl ps1 py reg scr sct sh swf sys vb vbe vbs war ws wsc wsf wsh"""
_PAGES: Final = "htm html mht mhtml shtml svg svgz url xht xhtml"
PROGRAM_EXTENSIONS: Final = frozenset(_PROGRAMS.split())
ACTIVE_EXTENSIONS: Final = PROGRAM_EXTENSIONS | frozenset(_PAGES.split())
"""What a computer, a web server or a browser runs."""

_FORBIDDEN: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def extension_of(name: str) -> str:
    """Return the lower-case extension without its dot, "" when there is none."""
    return PurePosixPath(name.rstrip(". ")).suffix[1:].lower()


def safe_file_name(name: str, extension: str = "") -> str:
    """Return `name` without path, invisible and forbidden characters, at most 200 bytes, never empty.

    With `extension` the name ends in it. An inner `.php` or `.exe` loses its dot, because some servers
    act on every extension of a name.
    """
    last = re.split(r"[/\\]", name.replace("\x00", ""))[-1]
    plain = _FORBIDDEN.sub("_", normalise_line(last)).strip(". ")
    stem, _, found = plain.rpartition(".")
    stem, ending = (
        (stem, extension or found) if stem and re.fullmatch(r"\w{1,10}", found) else (plain, extension)
    )
    stem = ".".join(_without_inner_executables(stem.split("."))).strip(". ") or UNNAMED
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    suffix = f".{ending.lower()}" if ending else ""
    return _shortened(stem, LONGEST_NAME - len(suffix.encode())) + suffix


def _without_inner_executables(parts: list[str]) -> list[str]:
    kept = parts[:1]
    for part in parts[1:]:
        if part.lower() in ACTIVE_EXTENSIONS:
            kept[-1] += f"_{part}"
        else:
            kept.append(part)
    return kept


def _shortened(stem: str, room: int) -> str:
    limit = len(stem)
    while limit > 1 and len(stem.encode()) > room:
        limit -= max(1, (len(stem.encode()) - room) // 4)
        stem = truncate(stem, max(limit, 1))
    return stem
