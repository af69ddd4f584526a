"""What the federation registers with the apps below."""

from __future__ import annotations

from rongshu.federation.actions.keys import forget_old_nonces, renew_before_expiry
from rongshu.federation.models import NodeKey
from rongshu.federation.queries.keys import GROUP
from rongshu.foundation.change_marks import watch
from rongshu.foundation.worker import register_duty


def register_federation() -> None:
    """Register consumers, duties and capabilities."""
    watch(GROUP, NodeKey)
    register_duty("federation-nonces", lambda: forget_old_nonces() > 0, every=60)
    register_duty("federation-keys", renew_before_expiry, every=3600)
