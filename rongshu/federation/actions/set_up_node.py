"""Say what this node is to others."""

from __future__ import annotations

import re
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.add_partner import checked_address
from rongshu.federation.errors import PartnerMalformed
from rongshu.federation.following import sweep
from rongshu.federation.models import LocalNode, Partner
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.queries.local import local_node
from rongshu.foundation.audit import record
from rongshu.foundation.work import enqueue

_REGION: Final = re.compile(r"(?:[0-9]{2,12})?")
_LONGEST_LICENCE: Final = 200


def set_up_node(*, actor: Person, **elements: str) -> LocalNode:
    """Say what this node is: `role`, `base_url`, `region_code`, `profile`, `licence`."""
    if elements.get("base_url"):
        elements["base_url"] = checked_address(elements["base_url"])
    if elements.get("role", Partner.Role.PEER) not in Partner.Role.values:
        raise PartnerMalformed(fields={"role": "、".join(Partner.Role.values)})
    if not _REGION.fullmatch(elements.get("region_code", "")):
        raise PartnerMalformed(fields={"region_code": "区划代码为 2 至 12 位数字"})
    if len(elements.get("licence", "")) > _LONGEST_LICENCE:
        raise PartnerMalformed(fields={"licence": f"至多 {_LONGEST_LICENCE} 字"})
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        before = local_node()
        node, _ = LocalNode.objects.update_or_create(pk=1, defaults=elements)
        if (before.base_url, before.licence) != (node.base_url, node.licence):
            # Every record names them: all are stated again.
            enqueue([sweep()])
        record(actor, "federation.node-set-up", node, elements=elements)
    return node
