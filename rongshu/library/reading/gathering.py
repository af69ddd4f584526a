"""Gathering what a reader of documents yields, within the limits of one file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from rongshu.library.reading.document import Document, Hindrance
from rongshu.library.reading.limits import LONGEST_TEXT, MOST_SECONDS


class TooMuch(Exception):
    """A limit is reached; what was read so far counts."""


def gathered(read: Callable[[], Iterable[str]], name: str) -> Document:
    """Gather what a reader yields, within the limits; whatever a library raises means: unreadable."""
    pieces: list[str] = []
    length, until = 0, time.monotonic() + MOST_SECONDS
    hindrances: list[Hindrance] = []
    try:
        for piece in read():
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_TEXT:
                hindrances.append(Hindrance("too-large", f"请拆分{name}后重新上传：只检查了前面一部分", name))
                break
            if time.monotonic() > until:
                hindrances.append(
                    Hindrance("too-slow", f"请人工检查{name}：内容过于复杂，未能全部检查", name)
                )
                break
    except TooMuch:
        hindrances.append(Hindrance("too-large", f"请拆分{name}后重新上传：只检查了前面一部分", name))
    except Exception as error:  # noqa: BLE001 - these libraries raise anything on damaged files
        hindrances.append(_as_hindrance(error, name))
    text = "".join(pieces)[:LONGEST_TEXT]
    if not text.strip() and not hindrances:
        hindrances.append(Hindrance("empty", f"请人工检查{name}：没有可以检查的文字，可能是扫描件", name))
    return Document(text, hindrances=hindrances, name=name)


def _as_hindrance(error: Exception, name: str) -> Hindrance:
    if "password" in type(error).__name__.lower() or "encrypt" in str(error).lower():
        return Hindrance("encrypted", f"请上传未加密的文件：{name}", name)
    return Hindrance("unreadable", f"请重新上传：{name}无法打开", name)
