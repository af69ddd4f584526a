"""Verifying the whole trail: long work, begun from the audit's page."""

from __future__ import annotations

from django.urls import reverse

from rongshu.console.progress import WorkInHand
from rongshu.foundation.errors import Conflict
from rongshu.foundation.models import AuditSeal
from rongshu.foundation.sealing import verify_audit

KIND = "audit.verify"


class TrailBroken(Conflict):
    """The verification has found something."""

    code = "audit-trail-broken"
    sentence = "审计记录校验发现问题，请立即保全现场并联系安全管理员。"


def verify(hand: WorkInHand) -> str:
    """Walk the chain; fail with what was found."""
    last = AuditSeal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    verdict = verify_audit(lambda number: hand.advance(number, last))
    if not verdict.is_sound:
        first = "；".join(f"{one.where}：{one.sentence}" for one in verdict.findings[:3])
        raise TrailBroken(f"发现 {len(verdict.findings)} 处问题。{first}")
    hand.advance(verdict.sealed, verdict.sealed)
    hand.work.count, hand.work.total = verdict.sealed, verdict.sealed
    hand.work.note = (
        f"已校验 {verdict.sealed:,} 条已封存记录和 {verdict.unsealed:,} 条待封存记录，没有发现改动。"
    )
    return reverse("console-audit")
