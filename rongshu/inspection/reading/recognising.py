"""Words in pictures, by OCR, in a process of its own: the models need 300 MB that `serve` must not keep.

python -m rongshu.inspection.reading.recognising FILE…    → one JSON string a line, in the order given
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_SECONDS_A_PICTURE: Final = 120
_SURE: Final = 0.6
_NICE: Final = 15
"""Nobody waits for the words of a picture; readers and editors wait for the other processes."""


def recognise(files: Sequence[Path]) -> list[str]:
    """Return the words of each picture, line by line; "" where there are none or it can't be read.

    Raise `TimeoutExpired` or `CalledProcessError`.
    """
    command = [sys.executable, "-m", "rongshu.inspection.reading.recognising", *map(str, files)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=_SECONDS_A_PICTURE * (len(files) + 1)
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('"')]


def main(files: Sequence[str]) -> None:
    """Recognise and print."""
    from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415 - only this process loads the models

    os.nice(_NICE)
    engine = RapidOCR()
    for file in files:
        sys.stdout.write(json.dumps(_words(engine, file), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _words(engine: object, file: str) -> str:
    try:
        found, _ = engine(file)  # type: ignore[operator]
    except Exception:  # noqa: BLE001 - a damaged picture has no words
        return ""
    return "\n".join(str(text) for _, text, sure in found or () if float(sure) >= _SURE)


if __name__ == "__main__":
    main(sys.argv[1:])
