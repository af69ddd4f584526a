"""Rich text as a document."""

from __future__ import annotations

from collections.abc import Iterator

from rongshu.library.reading.document import Document
from rongshu.library.reading.gathering import gathered


def read_rich_text(content: bytes, name: str) -> Document:
    """Return the text of an RTF file, which many an old .doc is."""
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - only when needed

    def text() -> Iterator[str]:
        # The file itself is ASCII: other signs stand there as numbers in the encoding it names.
        yield rtf_to_text(content.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]

    return gathered(text, name)
