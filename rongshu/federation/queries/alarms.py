"""What is to be seen to: partners that are silent, behind or wrong, keys that end, records that wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q

from rongshu.accounts.viewers import Viewer
from rongshu.federation.models import Delivery, Message, NodeKey, Partner, Quarantined
from rongshu.federation.permissions import may_manage_federation
from rongshu.federation.trust_rules import span_in
from rongshu.foundation import clock
from rongshu.foundation.installation import node_id
from rongshu.foundation.rules import rule_value

SILENT, BEHIND, QUARANTINE, KEY, REFUSED, UNSIGNED = (
    "silent", "behind", "quarantine", "key", "refused", "unsigned",
)  # fmt: skip
_LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to see to: its kind, what is said, and the partner it concerns (None: this node)."""

    kind: str
    text: str
    partner: Partner | None
    since: datetime | None = None
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class _Limits:
    silence: timedelta
    lag: int
    quarantined: int
    key: timedelta


def alarms_for(viewer: Viewer) -> list[Alarm]:
    """Return what is to be seen to now, the urgent first; nothing for who does not manage the federation."""
    if not may_manage_federation(viewer):
        return []
    partners = {one.pk: one for one in Partner.objects.exclude(state=Partner.State.REFUSED)}
    if not partners:
        return []
    limits, now = _limits(), clock.now()
    found = [alarm for one in partners.values() for alarm in _of_partner(one, limits, now)]
    found += [
        *_of_quarantine(partners, limits, now),
        *_of_traffic(partners, now),
        *_of_keys(partners, limits, now),
    ]
    return sorted(found, key=lambda one: not one.is_urgent)


def _limits() -> _Limits:
    rule = rule_value("federation.alarms")
    return _Limits(span_in(rule["silence"]), int(rule["lag"]), int(rule["quarantined"]), span_in(rule["key"]))


def _of_partner(partner: Partner, limits: _Limits, now: datetime) -> Iterator[Alarm]:
    if partner.state == Partner.State.PAUSED:
        return
    heard = partner.last_contact_at or partner.created_at
    if partner.state == Partner.State.SILENT or now - heard > limits.silence:
        yield Alarm(SILENT, "没有应答", partner, heard, is_urgent=True)
    elif partner.failures and partner.error:
        yield Alarm(SILENT, f"连续失败 {partner.failures} 次：{partner.error}", partner, heard)
    if partner.lag > limits.lag:
        yield Alarm(BEHIND, f"还有 {partner.lag:,} 条变更没有取到", partner, partner.last_change_at)


def _of_quarantine(partners: dict[UUID, Partner], limits: _Limits, now: datetime) -> Iterator[Alarm]:
    rows = Quarantined.objects.filter(state=Quarantined.State.WAITING).values("partner_id")
    fresh = Count("pk", filter=Q(at__gte=now - timedelta(days=1)))
    for row in rows.annotate(count=Count("pk"), fresh=fresh).order_by("partner_id"):
        partner = partners.get(row["partner_id"])
        if partner is not None and (row["count"] >= limits.quarantined or row["fresh"]):
            text = f"隔离 {row['count']:,} 条，一天内新增 {row['fresh']:,} 条"
            yield Alarm(QUARANTINE, text, partner, is_urgent=row["count"] >= limits.quarantined)


def _of_traffic(partners: dict[UUID, Partner], now: datetime) -> Iterator[Alarm]:
    # Of the last days only: the log is long, and this is asked for every page.
    lately = Message.objects.filter(at__gte=now - _LATELY, direction=Message.Direction.OUT)
    refused = lately.filter(status=Message.Status.REFUSED)
    for partner_id, count in _counted(refused):
        yield Alarm(REFUSED, f"{count:,} 件消息被对方拒绝", partners.get(partner_id))
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    for partner_id, count in _counted(waiting):
        yield Alarm(UNSIGNED, f"{count:,} 批资源等待审批后生效", partners.get(partner_id))


def _counted(rows: Any) -> Iterator[tuple[UUID, int]]:
    yield from rows.values_list("partner_id").annotate(count=Count("pk")).order_by("partner_id")


def _of_keys(partners: dict[UUID, Partner], limits: _Limits, now: datetime) -> Iterator[Alarm]:
    """Tell of nodes whose newest key ends soon: one that has a successor already is no matter."""
    own = node_id()
    newest: dict[UUID, NodeKey] = {}
    for key in NodeKey.objects.filter(node__in=[own, *partners], revoked_from=None).order_by("valid_from"):
        newest[key.node] = key
    for node, key in newest.items():
        if key.valid_until is not None and key.valid_until - now < limits.key:
            whose = "本节点" if node == own else "它"
            ended = key.valid_until <= now
            text = f"{whose}的密钥{'已经' if ended else '将于'} {key.valid_until:%Y-%m-%d} 到期"
            yield Alarm(KEY, text, partners.get(node), key.valid_until, is_urgent=ended or node == own)
    for partner in partners.values():
        if partner.pk not in newest:
            yield Alarm(KEY, "没有可用的密钥，它的消息都会被拒绝", partner, is_urgent=True)
