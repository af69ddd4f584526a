"""How this node describes itself to anyone who asks."""

from __future__ import annotations

from typing import Any

import rongshu
from rongshu.federation.envelope import PROTOCOL
from rongshu.federation.queries.feed import feed_position
from rongshu.federation.queries.keys import published_keys
from rongshu.federation.queries.local import local_node
from rongshu.foundation.installation import this_installation

BASE = "/-/federation/v1"


def node_description() -> dict[str, Any]:
    """Return the description: identity, protocol, feed, keys. What is in the feed is for partners."""
    installation, local, position = this_installation(), local_node(), feed_position()
    return {
        "node": str(installation.node_id),
        "name": installation.name,
        "role": local.role,
        "region": local.region_code,
        "url": local.base_url,
        "protocols": [PROTOCOL],
        "epoch": str(position.epoch),
        "last": position.last,
        "software": {"name": "rongshu", "version": getattr(rongshu, "__version__", "0")},
        "keys": published_keys().content,
        "endpoints": {
            name: f"{BASE}/{name}"
            for name in (
                "changes",
                "records",
                "files",
                "manifest",
                "hints",
                "reports",
                "offers",
                "receipts",
                "uses",
                "keys",
            )
        },
        "interfaces": {"oai-pmh": "/-/oai"},
    }
