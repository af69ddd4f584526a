"""What OAI-PMH takes part in: the event stream and the worker."""

from __future__ import annotations

from rongshu.federation.oai.ledger import NAME, follow, keep_ledger
from rongshu.foundation.worker import register_duty


def register_oai() -> None:
    """Follow the events, and keep the ledger of changes."""
    follow()
    register_duty("harvest-ledger", keep_ledger, every=1, lane=NAME)
