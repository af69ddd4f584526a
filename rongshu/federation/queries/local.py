"""What this node is in the federation."""

from __future__ import annotations

from typing import Final

from rongshu.federation.models import LocalNode
from rongshu.foundation.change_marks import Kept

GROUP: Final = "federation_local"


def local_node() -> LocalNode:
    """Return what this node says of itself; a peer without address until somebody sets it up."""
    return _kept(None)


_kept: Final = Kept[None, LocalNode](
    GROUP, read=lambda _: LocalNode.objects.filter(pk=1).first() or LocalNode(pk=1), most=1
)
