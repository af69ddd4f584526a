"""How OpenSearch keeps the fields of the schema."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from rongshu.search.engines.opensearch.address import Address
from rongshu.search.engines.port import WINDOW, Stamp
from rongshu.search.schema import FIELDS, Field, FieldKind

# What the embedded engine computes with as well.
_BM25: Final = {"k1": 1.2, "b": 0.75}
# A value longer than this is stored, not searched: Lucene refuses terms beyond 32,766 bytes.
_LONGEST_VALUE: Final = 8_000


def index_body(address: Address, stamp: Stamp, begun_at: datetime, version: int) -> dict[str, Any]:
    """Return settings and mapping of a generation, for this major version of the server."""
    meta = {"schema": stamp.schema, "analysis": stamp.analysis, "begun_at": begun_at.isoformat()}
    return {
        "settings": {
            "index": {
                "number_of_shards": address.shards,
                "auto_expand_replicas": address.copies,
                "max_result_window": WINDOW,
                # The writer refreshes when it commits; this is for what it left behind when it was killed.
                "refresh_interval": "5s",
                "similarity": {"default": _similarity(version)},
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": meta,
            # The rest is never read again: the library is the truth, a rebuild reads it.
            "_source": {"includes": ["source"]},
            "properties": {field.name: _property(field) for field in FIELDS},
        },
    }


def _similarity(version: int) -> dict[str, Any]:
    # Since 3 "BM25" leaves out the constant factor k1 + 1, which would change BM25's weight beside constants.
    return {"type": "BM25" if version < 3 else "LegacyBM25", **_BM25}


def _property(field: Field) -> dict[str, Any]:
    if field.is_text:
        options = "positions" if field.phrases else "freqs"
        return {"type": "text", "analyzer": "whitespace", "index_options": options}
    if field.kind is FieldKind.KEYWORD:
        return {"type": "keyword", "ignore_above": _LONGEST_VALUE, "doc_values": field.fast}
    if field.kind is FieldKind.INTEGER:
        return {"type": "long"}
    return {"type": "object", "enabled": False}
