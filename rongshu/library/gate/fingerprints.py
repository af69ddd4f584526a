"""The fingerprint of a version: what its readers get to see, files included."""

from __future__ import annotations

from rongshu.library.gate.content import VersionContent
from rongshu.library.near_duplicates import Fingerprint, fingerprint


def fingerprint_of(content: VersionContent) -> Fingerprint:
    """Return the fingerprint over title, text, extension elements with long texts, and files."""
    return fingerprint(comparable_text(content), title=content.title)


def comparable_text(content: VersionContent) -> str:
    """Return the text two records are compared by.

    A record without much of a body says in its elements and files what it is about: two leaders of one title,
    or two notices that are only a PDF, are not duplicates.
    """
    parts = [content.text]
    if len(content.text) < _SHORT:
        parts += [str(value) for _, value in sorted(content.elements.items())]
        parts += [str(file["digest"]) for file in content.attachments]
    return "\n".join(parts)


_SHORT = 200
