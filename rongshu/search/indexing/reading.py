"""The process that reads attachments: files in, one JSON line `{"text": …}` each out, in their order.

python -m rongshu.search.indexing.reading FILE…
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import Final

from rongshu.library.reading.files import read_file

_MOST_MEMORY: Final = 1024 * 1024 * 1024
_LONGEST: Final = 200_000
_NICE: Final = 15
"""Nobody waits for the texts of attachments; readers and editors wait for the other processes."""


def main(files: list[str]) -> None:
    """Read each file; what can't be read is null."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    for file in files:
        sys.stdout.write(json.dumps({"text": _text_of(Path(file))}) + "\n")
        sys.stdout.flush()


def _text_of(file: Path) -> str | None:
    try:
        document = read_file(file.read_bytes())
    except Exception:  # noqa: BLE001 - whatever a damaged file provokes
        return None
    if not document.text and any(one.forbids_opening for one in document.hindrances):
        return None
    return " ".join(document.text.split())[:_LONGEST]


if __name__ == "__main__":
    main(sys.argv[1:])
