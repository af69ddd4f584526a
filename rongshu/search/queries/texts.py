"""Marked text of results as plain text."""

from __future__ import annotations

from html import unescape


def plain(marked: str) -> str:
    """Return the text of an escaped title or snippet without its marks."""
    return unescape(marked.replace("<mark>", "").replace("</mark>", ""))
