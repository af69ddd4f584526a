"""Merge organisations into one, split one into several, or abolish one; history keeps who became whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import today
from rongshu.foundation.events import announce
from rongshu.organizations.errors import (
    OrganizationHasSubordinates,
    OrganizationMalformed,
    OrganizationNotActive,
)
from rongshu.organizations.events import OrganizationClosed
from rongshu.organizations.models import Organization, OrganizationSuccession
from rongshu.organizations.permissions import require_manager

_Status = Organization.Status


def merge_organizations(
    *,
    actor: Actor,
    predecessors: Sequence[Organization],
    successor: Organization,
    on: date | None = None,
    document: str = "",
) -> Organization:
    """Let `predecessors` go over into `successor`, which exists already and may be a new one."""
    _require_some(predecessors)
    if successor in predecessors:
        raise OrganizationMalformed("机构不能并入它自己。")
    with transaction.atomic():
        target = _locked(actor, successor)
        for predecessor in predecessors:
            closing = _locked(actor, predecessor)
            _succeed(closing, [target], OrganizationSuccession.Kind.MERGER, on or today(), document)
            _close(actor, closing, _Status.MERGED, on or today(), document)
    return target


def split_organization(
    *,
    actor: Actor,
    organization: Organization,
    successors: Sequence[Organization],
    on: date | None = None,
    document: str = "",
) -> Organization:
    """Let an organisation go over into several, which exist already."""
    _require_some(successors)
    if organization in successors:
        raise OrganizationMalformed("拆分后的机构不能是原机构自身；原机构保留时请使用更名或新建机构。")
    with transaction.atomic():
        closing = _locked(actor, organization)
        targets = [_locked(actor, successor) for successor in successors]
        _succeed(closing, targets, OrganizationSuccession.Kind.SPLIT, on or today(), document)
        return _close(actor, closing, _Status.SPLIT, on or today(), document)


def abolish_organization(
    *, actor: Actor, organization: Organization, on: date | None = None, document: str = ""
) -> Organization:
    """Abolish an organisation without successor; its resources and numbers stay its own."""
    with transaction.atomic():
        return _close(actor, _locked(actor, organization), _Status.ABOLISHED, on or today(), document)


def _require_some(organizations: Sequence[Organization]) -> None:
    if not organizations:
        raise OrganizationMalformed("合并或拆分须指明至少一个机构。")


def _locked(actor: Actor, organization: Organization) -> Organization:
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    require_manager(actor, organization)
    if organization.status != _Status.ACTIVE:
        raise OrganizationNotActive(f"“{organization.name}”已合并、拆分或撤销，不能再进行此操作。")
    return organization


def _succeed(
    predecessor: Organization, successors: Sequence[Organization], kind: str, day: date, document: str
) -> None:
    OrganizationSuccession.objects.bulk_create(
        OrganizationSuccession(
            predecessor=predecessor, successor=successor, kind=kind, happened_on=day, document=document
        )
        for successor in successors
    )


def _close(actor: Actor, organization: Organization, status: str, day: date, document: str) -> Organization:
    if organization.children.filter(status=_Status.ACTIVE).exists():
        raise OrganizationHasSubordinates(
            f"“{organization.name}”仍有下级机构，请先把下级机构划转到其他机构。"
        )
    organization.status, organization.closed_on = status, day
    organization.save(update_fields=["status", "closed_on"])
    organization.names.filter(valid_until__isnull=True).update(valid_until=day)
    record(actor, f"organization.{status}", organization, reason=document, day=str(day))
    announce(OrganizationClosed(organization_id=organization.id, status=status), actor_id=actor.id)
    return organization
