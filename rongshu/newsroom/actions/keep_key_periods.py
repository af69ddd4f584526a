"""Setting key periods (重要保障期) and calling them off; listing sources whose reprints need no form."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.events import announce
from rongshu.foundation.text import normalise_line
from rongshu.newsroom.events import FlowChanged
from rongshu.newsroom.models import ExemptSource, Flow, KeyPeriod
from rongshu.newsroom.permissions import may_keep_flows


def set_key_period(
    *,
    actor: Actor,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    basis: str,
    flow: str = "",
    organization_id: UUID | None = None,
    freezes_templates: bool = True,
) -> KeyPeriod:
    """Raise the level of review, and freeze templates if said so, from a moment until a moment."""
    wrong = {
        "name": not normalise_line(name), "basis": not basis.strip(), "ends_at": ends_at <= starts_at,
        "flow": bool(flow) and not Flow.objects.filter(pk=flow, is_active=True).exists(),
    }  # fmt: skip
    if any(wrong.values()):
        fields = {name: "填写有误" for name, is_wrong in wrong.items() if is_wrong}
        raise InvalidInput("请填写名称、依据，结束须晚于开始。", fields=fields)
    with transaction.atomic():
        require(may_keep_flows(viewer_for(actor), organization_id))
        period = KeyPeriod.objects.create(
            name=normalise_line(name)[:60], organization_id=organization_id, starts_at=starts_at,
            ends_at=ends_at, flow_id=flow or None, freezes_templates=freezes_templates,
            basis=basis.strip()[:300], created_by_id=actor.id,
        )  # fmt: skip
        record(actor, "key-period.set", period, reason=basis, flow=flow, starts=starts_at, ends=ends_at)
        announce(FlowChanged(subject_id=period.pk), actor_id=actor.id)
    return period


def cancel_key_period(*, actor: Actor, period: KeyPeriod, reason: str) -> KeyPeriod:
    """Call a key period off from now on."""
    with transaction.atomic():
        period = KeyPeriod.objects.select_for_update().get(pk=period.pk)
        require(may_keep_flows(viewer_for(actor), period.organization_id))
        if period.cancelled_at is None:
            period.cancelled_at = clock.now()
            period.save(update_fields=["cancelled_at"])
            record(actor, "key-period.cancelled", period, reason=reason)
            announce(FlowChanged(subject_id=period.pk), actor_id=actor.id)
    return period


def exempt_source(
    *,
    actor: Actor,
    name: str,
    basis: str,
    starts_on: date,
    ends_on: date | None = None,
    organization_id: UUID | None = None,
    flow: str = "reprint",
) -> ExemptSource:
    """List a source whose reprints follow the exempt flow; the name is that of the element 来源, exactly."""
    name = normalise_line(name)
    if not name or not basis.strip() or (ends_on is not None and ends_on < starts_on):
        raise InvalidInput("请填写来源名称、依据和起止日期。", fields={"name": "请检查"})
    with transaction.atomic():
        require(may_keep_flows(viewer_for(actor), organization_id))
        source = ExemptSource.objects.create(
            name=name[:100], flow_id=flow, organization_id=organization_id, basis=basis.strip()[:300],
            starts_on=starts_on, ends_on=ends_on, created_by_id=actor.id,
        )  # fmt: skip
        record(actor, "exempt-source.listed", source, reason=basis, source=name)
    return source


def end_exemption(*, actor: Actor, source: ExemptSource, reason: str) -> ExemptSource:
    """Take a source off the list: today is its last day."""
    with transaction.atomic():
        source = ExemptSource.objects.select_for_update().get(pk=source.pk)
        require(may_keep_flows(viewer_for(actor), source.organization_id))
        source.ends_on = min(clock.today(), source.ends_on or clock.today())
        source.starts_on = min(source.starts_on, source.ends_on)
        source.save(update_fields=["ends_on", "starts_on"])
        record(actor, "exempt-source.ended", source, reason=reason)
    return source
