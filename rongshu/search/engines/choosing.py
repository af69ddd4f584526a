"""Which engine an installation has: `SEARCH_URL`, empty for the embedded one."""

from __future__ import annotations

import functools
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from rongshu.search.engines.port import Engine
from rongshu.search.errors import UnknownEngine

PUBLIC: Final = "public"
STAFF: Final = "staff"
INDEXES: Final = (PUBLIC, STAFF)


def engine(index: str = PUBLIC) -> Engine:
    """Return the engine of an index; one per process and index."""
    return _engine(settings.SEARCH_URL, str(settings.SEARCH_FOLDER), index)


@functools.cache
def _engine(url: str, folder: str, index: str) -> Engine:
    if not url:
        from rongshu.search.engines.embedded.engine import EmbeddedEngine  # noqa: PLC0415 - only when used

        return EmbeddedEngine(folder, index)
    if urlsplit(url).scheme in {"opensearch", "opensearch+https", "https", "http"}:
        from rongshu.search.engines.opensearch.engine import OpenSearchEngine  # noqa: PLC0415 - only when used

        return OpenSearchEngine(url, index)
    raise UnknownEngine
