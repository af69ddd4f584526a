"""Records for the console's pages that show one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.console.progress import begin_work
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord
from rongshu.foundation.rules import rule_value, set_rule
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make an organisation with a person in it, and long work; needs the demonstration's ranges."""
    region = register_region(actor=Clock(), code="990001", name="示范市")
    organization = create_organization(
        actor=Clock(),
        name="示范市档案馆",
        credit_code=demonstration_credit_code("990001", 7),
        level="city",
        region=region,
    )
    member = register_person(actor=Clock(), name="示范馆员", handle="member", organization=organization)
    member.grants.create(role_id="editor", scope="unit", scope_id=organization.pk)
    work = begin_work(actor=person, kind="audit.verify", title="校验审计日志", total=10)
    set_rule(
        "site.unreachable", rule_value("site.unreachable"), on=clock.today(), source="示范市办法",
        organization_id=organization.pk,
    )  # fmt: skip
    one = {"organization_id": organization.pk}
    return {
        "console-person": {"person_id": member.pk},
        "console-change-person": {"person_id": member.pk},
        "console-give-role": {"person_id": member.pk},
        "console-role": {"code": "editor"},
        "console-organization": one,
        "console-rename-organization": one,
        "console-move-organization": one,
        "console-merge-organization": one,
        "console-split-organization": one,
        "console-abolish-organization": one,
        "console-audit-record": {"record_id": AuditRecord.objects.latest("at").pk},
        "console-work": {"work_id": work.pk},
        "console-calendar-year": {"year": 2027},
        "console-rule": {"code": "site.closure_notice"},
        "console-change-rule": {"code": "site.unreachable"},
        "console-note-year": {"year": 2027},
        "console-inherit-rule": {"code": "site.unreachable", **one},
    }
