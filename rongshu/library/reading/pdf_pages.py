"""The words of a PDF, page after page, read by PDFium in a process of its own.

python -m rongshu.library.reading.pdf_pages < FILE    → one JSON string a line, a page each

What an upload holds is a stranger's: should the library be brought down by it, only this process falls; and
PDFium serves one thread only. Readers in Python alone find no words where a font brings its own encoding,
as the fonts of many Chinese documents do: such a file would go out unread.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from typing import Final

from rongshu.library.reading.limits import LONGEST_TEXT, MOST_PAGES, MOST_SECONDS

_MOST_MEMORY: Final = 1536 * 1024**2
_ENCRYPTED: Final = 3
_PASSWORD_ASKED: Final = 4  # FPDF_ERR_PASSWORD
# A paragraph's line reaches this near to the longest of its page; shorter pages are no prose.
_NEARLY_FULL: Final = 4
_SHORTEST_FULL: Final = 40
# PDFium's own signs for a word divided at the end of a line, and what no database keeps.
_NO_WORDS: Final = dict.fromkeys((0x0, 0x2, 0xFFFE))


class PasswordAsked(Exception):
    """It opens with a password only."""


class PdfBroken(Exception):
    """It is no PDF, or a damaged one."""


def pages_of(content: bytes) -> Iterator[str]:
    """Yield the words of each page, lines of a paragraph joined. Raise `PasswordAsked`, `PdfBroken`.

    A file that takes too long gives what was read by then; the caller sees the time that went by.
    """
    command = [sys.executable, "-m", "rongshu.library.reading.pdf_pages"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        yield "\n".join(_told(late.stdout or b""))
        return
    yield from _told(done.stdout)
    if done.returncode:
        raise PasswordAsked if done.returncode == _ENCRYPTED else PdfBroken


def _told(out: bytes) -> Iterator[str]:
    for line in out.split(b"\n"):
        if line.endswith(b'"'):
            yield unwrapped(json.loads(line).translate(_NO_WORDS))


def unwrapped(page: str) -> str:
    """Join the lines of a page that are one paragraph: a word may run over their end."""
    lines = [line.rstrip() for line in page.splitlines()]
    full = max(max(map(_width, lines), default=0) - _NEARLY_FULL, _SHORTEST_FULL)
    joined: list[str] = []
    for place, line in enumerate(lines):
        goes_on = place > 0 and _width(lines[place - 1]) >= full and _belongs(joined[-1], line)
        if goes_on:
            joined[-1] += line
        else:
            joined.append(line)
    return "\n".join(joined) + "\n"


def _width(line: str) -> int:
    """How wide a line is set: a Chinese character takes the place of two letters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def _belongs(before: str, after: str) -> bool:
    """Whether a line goes on in the next: amid Chinese words. Numbers may be those of two rows of a table."""
    return bool(before and after) and _is_chinese(before[-1]) and _is_chinese(after[0])


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def main() -> int:
    """Print the pages; 3 where a password is asked for, 1 where it can't be read."""
    import pypdfium2  # noqa: PLC0415 - only this process loads it

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        return _ENCRYPTED if error.err_code == _PASSWORD_ASKED else 1
    length = 0
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        words = page.get_textpage().get_text_range()
        page.close()
        sys.stdout.write(json.dumps(words) + "\n")
        sys.stdout.flush()
        length += len(words)
        if length > LONGEST_TEXT:
            break
    return 0


if __name__ == "__main__":
    sys.exit(main())
