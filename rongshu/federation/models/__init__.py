"""Partners, the feed, foreign records, traffic, reports and offers."""

from rongshu.federation.models.errands import Offer, Report
from rongshu.federation.models.feed import Change, Feed
from rongshu.federation.models.foreign import ForeignResource, Quarantined
from rongshu.federation.models.harvesting import HarvestEntry
from rongshu.federation.models.keys import NodeKey, NodeTrust, SeenNonce
from rongshu.federation.models.local import LocalNode
from rongshu.federation.models.partners import Partner, PartnerCategory, PartnerRoute
from rongshu.federation.models.traffic import Delivery, Message, Receipt
from rongshu.federation.models.uses import UseElsewhere

__all__ = [
    "Change",
    "Delivery",
    "Feed",
    "ForeignResource",
    "HarvestEntry",
    "LocalNode",
    "Message",
    "NodeKey",
    "NodeTrust",
    "Offer",
    "Partner",
    "PartnerCategory",
    "PartnerRoute",
    "Quarantined",
    "Receipt",
    "Report",
    "SeenNonce",
    "UseElsewhere",
]
