"""What the federation registers with the apps below."""

from __future__ import annotations

from rongshu.federation.actions.ask_uses import ask_due
from rongshu.federation.actions.fetch_files import supply
from rongshu.federation.actions.keep_feed import keep_feed
from rongshu.federation.actions.keys import forget_old_nonces, renew_before_expiry
from rongshu.federation.actions.place_mandatory import place_mandatory
from rongshu.federation.actions.retry_quarantined import retry_quarantined
from rongshu.federation.actions.trim_messages import trim_messages
from rongshu.federation.following import follow
from rongshu.federation.models import LocalNode, NodeKey, PartnerCategory
from rongshu.federation.queries import entitlement, keys, local
from rongshu.federation.tasks import hint_to_partners, pull_from_partners, send_to_partners
from rongshu.foundation import storage
from rongshu.foundation.change_marks import watch
from rongshu.foundation.worker import register_duty

FEED_LANE = "federation"
PULL_LANE = "federation-pull"
SEND_LANE = "federation-send"


def register_federation() -> None:
    """Register the consumer, the duties, what is kept in memory, and the supplier of files."""
    watch(keys.GROUP, NodeKey)
    watch(local.GROUP, LocalNode)
    watch(entitlement.GROUP, PartnerCategory)
    follow()
    storage.register_supplier(supply)
    register_duty("federation-feed", keep_feed, every=1, lane=FEED_LANE)
    register_duty("federation-pull", pull_from_partners, every=0.5, lane=PULL_LANE)
    register_duty("federation-quarantine", lambda: retry_quarantined() > 0, every=30, lane=PULL_LANE)
    register_duty("federation-offers", lambda: place_mandatory() > 0, every=2, lane=PULL_LANE)
    register_duty("federation-uses", ask_due, every=15, lane=PULL_LANE)
    register_duty("federation-send", send_to_partners, every=1, lane=SEND_LANE)
    register_duty("federation-hint", hint_to_partners, every=1, lane=SEND_LANE)
    register_duty("federation-nonces", lambda: forget_old_nonces() > 0, every=60)
    register_duty("federation-keys", renew_before_expiry, every=3600)
    register_duty("federation-log", lambda: trim_messages() > 0, every=600)
