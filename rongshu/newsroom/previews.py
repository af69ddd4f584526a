"""The beginning of an attachment, so that nobody has to open it to know what it is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils.safestring import SafeString, mark_safe

from rongshu.library.reading.archives import hindrances_of
from rongshu.library.sanitising import sanitise
from rongshu.newsroom.preview_reading import READERS

LARGEST_PREVIEWED: Final = 30 * 1024**2
_LARGEST_ANSWER: Final = 4 * 1024**2
_SECONDS: Final = 20
_ZIPPED: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of a file: its words and tables, of a PDF also the first page as a picture (base64)."""

    html: SafeString
    picture: str = ""


def preview_of(stream: BinaryIO, media_type: str, size: int) -> Preview | None:
    """Return the beginning of a PDF, Word, Excel, text or archive; None when there is nothing to show.

    Bombs are not opened; what takes too long or too much memory shows nothing.
    """
    if media_type not in READERS or size > LARGEST_PREVIEWED:
        return None
    content = stream.read(LARGEST_PREVIEWED + 1)
    is_zip = media_type.startswith(_ZIPPED) or media_type == "application/zip"
    if is_zip and any(each.forbids_opening for each in hindrances_of(content, "")):
        return None
    command = [sys.executable, "-m", "rongshu.newsroom.preview_reading", media_type]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=True)
        shown = json.loads(done.stdout[:_LARGEST_ANSWER])
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    # Escaped already; and should the reader have been taken over, its words are a stranger's still.
    words = mark_safe(sanitise(str(shown.get("html", ""))).html)  # noqa: S308 - by the allow-list
    picture = str(shown.get("picture", ""))
    return Preview(words, picture) if words or picture else None
