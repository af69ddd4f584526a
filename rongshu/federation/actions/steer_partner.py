"""Steer a partner: how it is exchanged with, pause and resume, ask it or compare with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.federation.errors import PartnerMalformed
from rongshu.federation.models import Partner
from rongshu.federation.permissions import may_manage_federation
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.canonical_json import digest

SETTINGS: Final = (
    "name", "pulls", "gives", "relays", "hints", "attachments", "poll_seconds", "batch_size", "rate_bytes",
    "window_from", "window_until",
)  # fmt: skip
_LIMITS: Final = {
    "poll_seconds": (5, 86_400, "轮询间隔应在 5 秒到 1 天之间"),
    "batch_size": (1, 5_000, "每批条数应在 1 到 5000 之间"),
    "rate_bytes": (1_000, 10_000_000_000, "带宽上限应不小于每秒 1000 字节"),
}


def change_partner(*, actor: Person, partner: Partner, settings: Mapping[str, Any]) -> Partner:
    """Change how a partner is exchanged with; raise `PartnerMalformed` naming what is wrong."""
    _check(settings)
    with transaction.atomic():
        partner = _locked(actor, partner)
        before = _digest(partner)
        if settings.get("relays") and not partner.relays and partner.given_number:
            partner.granted_more_at = clock.now()  # what we hold of others lies behind its cursor
        for name in SETTINGS:
            if name in settings:
                setattr(partner, name, settings[name])
        partner.save(update_fields=[*SETTINGS, "granted_more_at"])
        record(actor, "federation.partner-changed", partner, before=before, after=_digest(partner))
    return partner


def pause_partner(*, actor: Person, partner: Partner, reason: str) -> Partner:
    """Exchange nothing with it until it is resumed; nothing is lost meanwhile."""
    return _set_state(actor, partner, Partner.State.PAUSED, "federation.partner-paused", reason)


def resume_partner(*, actor: Person, partner: Partner) -> Partner:
    """Go on where the exchange stopped, at once."""
    return _set_state(actor, partner, Partner.State.ACTIVE, "federation.partner-resumed", "")


def ask_at_once(*, actor: Person, partner: Partner) -> Partner:
    """Ask the partner for what is new without waiting for its turn."""
    with transaction.atomic():
        partner = _locked(actor, partner)
        partner.next_poll_at = partner.hinted_at = clock.now()
        partner.save(update_fields=["next_poll_at", "hinted_at"])
        record(actor, "federation.partner-asked", partner)
    return partner


def compare_at_once(*, actor: Person, partner: Partner) -> Partner:
    """Compare what we hold of the partner with its manifest, and repair what differs."""
    with transaction.atomic():
        partner = _locked(actor, partner)
        partner.needs_reconciling, partner.next_poll_at = True, clock.now()
        partner.save(update_fields=["needs_reconciling", "next_poll_at"])
        record(actor, "federation.partner-compared", partner)
    return partner


def _set_state(actor: Person, partner: Partner, state: str, deed: str, reason: str) -> Partner:
    with transaction.atomic():
        partner = _locked(actor, partner)
        partner.state, partner.state_reason = state, reason[:300]
        partner.next_poll_at = clock.now()
        partner.save(update_fields=["state", "state_reason", "next_poll_at"])
        record(actor, deed, partner, reason=reason)
    return partner


def _locked(actor: Person, partner: Partner) -> Partner:
    locked = Partner.objects.select_for_update().get(pk=partner.pk)
    require(may_manage_federation(viewer_for(actor)))
    return locked


def _check(settings: Mapping[str, Any]) -> None:
    wrong = {
        name: said
        for name, (least, most, said) in _LIMITS.items()
        if settings.get(name) is not None and not least <= settings[name] <= most
    }
    if (settings.get("window_from") is None) is not (settings.get("window_until") is None):
        wrong["window_until"] = "允许时段的起止要么都填，要么都不填"
    if "name" in settings and not str(settings["name"]).strip():
        wrong["name"] = "名称不能为空"
    if wrong:
        raise PartnerMalformed(fields=wrong)


def _digest(partner: Partner) -> str:
    return digest({name: str(getattr(partner, name)) for name in SETTINGS})
