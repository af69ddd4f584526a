"""The version of the analysis: of the code, our word lists and the segmenter's dictionary."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import Final

from rongshu.search.analysis.segmenting import DICTIONARY
from rongshu.search.analysis.sounding import SOUNDS

# Raised by hand when the same text and lists yield other tokens.
_CODE: Final = 2


def _digest() -> str:
    lists = hashlib.sha256(DICTIONARY.read_bytes())
    lists.update(SOUNDS.read_bytes())
    return lists.hexdigest()[:12]


ANALYSIS_VERSION: Final = f"{_CODE}-{version('rjieba')}-{_digest()}"
