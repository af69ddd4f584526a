"""Take in a partner: who it is, where it is reached, and what passes between it and us."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.keys import trust_endorsements
from rongshu.federation.envelope import EVERYTHING, PROTOCOL
from rongshu.federation.errors import OwnNode, PartnerKnown, PartnerMalformed
from rongshu.federation.models import Partner, PartnerCategory
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation.audit import record
from rongshu.foundation.installation import node_id
from rongshu.organizations.models import Organization
from rongshu.sites.models import Site


@dataclass(frozen=True, kw_only=True)
class PartnerSetting:
    """How we exchange with a partner, beside its identity.

    `endorses`: what it says of the keys of nodes behind it is believed, so that their records are proven.
    """

    role: str = Partner.Role.PEER
    relation: str = Partner.Relation.BESIDE
    region_code: str = ""
    target_site: Site | None = None
    pulls: bool = True
    gives: bool = True
    relays: bool = False
    endorses: bool = False
    attachments: str = Partner.Attachments.EAGER
    poll_seconds: int = 60
    window: tuple[time, time] | None = None
    rate_bytes: int | None = None
    given: Sequence[str] = (EVERYTHING,)
    wanted: Sequence[str] = (EVERYTHING,)


def add_partner(
    *,
    actor: Person,
    node: UUID,
    name: str,
    base_url: str,
    organization: Organization,
    setting: PartnerSetting = PartnerSetting(),
) -> Partner:
    """Take in a partner; its keys are pinned by `federation keys pin`.

    `organization` stands for it here: owners of its records come below it, and what is shared 有条件 is
    granted to it. Raise `NotAllowed`, `PartnerKnown`, `PartnerMalformed`, `OwnNode`.
    """
    base_url = checked_address(base_url)
    if node == node_id():
        raise OwnNode
    if not name.strip():
        raise PartnerMalformed(fields={"name": "名称不能为空"})
    with transaction.atomic():
        require(may_manage_federation(viewer_for(actor)))
        if Partner.objects.filter(pk=node).exists() or Partner.objects.filter(base_url=base_url).exists():
            raise PartnerKnown(fields={"node": str(node)})
        begins, ends = setting.window or (None, None)
        partner = Partner.objects.create(
            pk=node, name=name.strip()[:100], base_url=base_url, organization=organization, steward=actor,
            protocol=PROTOCOL, role=setting.role, relation=setting.relation, region_code=setting.region_code,
            target_site=setting.target_site, pulls=setting.pulls, gives=setting.gives, relays=setting.relays,
            attachments=setting.attachments, poll_seconds=setting.poll_seconds, window_from=begins,
            window_until=ends, rate_bytes=setting.rate_bytes,
        )  # fmt: skip
        _write_categories(partner, PartnerCategory.Direction.GIVEN, setting.given)
        _write_categories(partner, PartnerCategory.Direction.WANTED, setting.wanted)
        if setting.endorses:
            trust_endorsements(actor=actor, node=node)
        record(actor, "federation.partner-added", partner, name=partner.name, base_url=base_url)
    return partner


def _write_categories(partner: Partner, direction: str, categories: Iterable[str]) -> None:
    named = set(categories)
    for category in named:
        _check_category(category)
    rows = PartnerCategory.objects.filter(partner=partner, direction=direction)
    rows.exclude(category__in=named).delete()
    held = set(rows.values_list("category", flat=True))
    PartnerCategory.objects.bulk_create(
        PartnerCategory(partner=partner, direction=direction, category=each) for each in sorted(named - held)
    )


def _check_category(category: str) -> None:
    kind, _, code = category.partition(":")
    if (category != EVERYTHING and not (kind in ("type", "theme") and code)) or len(category) > 60:
        raise PartnerMalformed(fields={"category": "应为 *、type:类型代码 或 theme:主题代码"})


def checked_address(address: str) -> str:
    """Return the address of a node as it is kept; raise `PartnerMalformed`."""
    try:
        parts = urlsplit(address.strip())
        _ = parts.port
    except ValueError as error:
        raise PartnerMalformed(fields={"base_url": "网址写法不对"}) from error
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain or len(address) > 300:
        raise PartnerMalformed(fields={"base_url": "应为 http 或 https 网址，不带参数，至多 300 字"})
    return address.strip().rstrip("/")
