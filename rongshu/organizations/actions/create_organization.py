"""Create an organisation in the tree."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from rongshu.foundation.audit import Actor, record
from rongshu.foundation.clock import today
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.text import normalise_line
from rongshu.organizations.credit_code import check_credit_code
from rongshu.organizations.errors import CreditCodeTaken, OrganizationMalformed, OrganizationNotActive
from rongshu.organizations.models import Organization, OrganizationName, Region
from rongshu.organizations.permissions import require_manager


def create_organization(
    *,
    actor: Actor,
    name: str,
    credit_code: str,
    level: str,
    region: Region,
    kind: str = Organization.Kind.DEPARTMENT,
    short_name: str = "",
    parent: Organization | None = None,
    position: int = 0,
    since: date | None = None,
) -> Organization:
    """Create an organisation below `parent` (None: at the top); its credit code is checked (GB 32100)."""
    name, short_name = normalise_line(name), normalise_line(short_name)
    check_elements(name, short_name, level, kind)
    credit_code = check_credit_code(credit_code, allow_demonstration=settings.DEMONSTRATION)
    with transaction.atomic():
        require_manager(actor, parent)
        if parent is not None and parent.status != Organization.Status.ACTIVE:
            raise OrganizationNotActive(f"上级机构“{parent.name}”已合并、拆分或撤销，请另选上级。")
        if Organization.objects.filter(credit_code=credit_code).exists():
            raise CreditCodeTaken(fields={"credit_code": "已登记给其他机构"})
        identifier = new_id()
        organization = Organization.objects.create(
            id=identifier,
            name=name,
            short_name=short_name,
            credit_code=credit_code,
            kind=kind,
            level=level,
            region=region,
            parent=parent,
            path=f"{parent.path if parent else '/'}{identifier}/",
            position=position,
        )
        OrganizationName.objects.create(
            organization=organization, name=name, short_name=short_name, valid_from=since or today()
        )
        record(actor, "organization.created", organization, name=name, credit_code=credit_code)
    return organization


def check_elements(name: str, short_name: str, level: str, kind: str) -> None:
    """Raise OrganizationMalformed naming every element that can't be accepted."""
    wrong = {}
    if not 2 <= len(name) <= 100:
        wrong["name"] = "机构名称须为 2–100 个字"
    if len(short_name) > 50:
        wrong["short_name"] = "简称不得超过 50 个字"
    if level not in Organization.Level.values:
        wrong["level"] = f"层级须为 {'、'.join(Organization.Level.values)} 之一"
    if kind not in Organization.Kind.values:
        wrong["kind"] = f"类别须为 {'、'.join(Organization.Kind.values)} 之一"
    if wrong:
        raise OrganizationMalformed("；".join(wrong.values()) + "。", fields=wrong)
