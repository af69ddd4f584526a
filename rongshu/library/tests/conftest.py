"""A library with its standard, two departments of a fictitious province, writers and reviewers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.capabilities import BUILT_IN_ROLES
from rongshu.accounts.models import Person, Role
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream, Installation
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import Admission, IncomingRecord
from rongshu.library.models import ResourceVersion
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization

SHANGHAI = ZoneInfo("Asia/Shanghai")
BODY = (
    "<p>为加强全省中小学校校舍安全管理，现就有关事项通知如下。</p><p>一、各市要对校舍逐栋排查，建立台账。</p>"
)


@dataclass
class Library:
    """Two departments that don't see each other's drafts, and who works there."""

    government: Organization
    education: Organization
    health: Organization
    writer: Person
    reviewer: Person
    health_writer: Person
    health_reviewer: Person
    operator: Person


@pytest.fixture
def library(standing_library: Library, settings: Any, tmp_path: Path) -> Library:
    """Return a seeded library with nothing in it."""
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    return standing_library


def make_library() -> Library:
    """Set up installation, standard, organisations, persons and roles in the present database."""
    clock = Clock()
    Installation.objects.get_or_create(pk=1, defaults={"name": "示范省集约化平台"})
    EventStream.objects.get_or_create(pk=1)
    for role in BUILT_IN_ROLES:
        Role.objects.update_or_create(
            code=role.code, defaults={"name": role.name, "capabilities": list(role.capabilities)}
        )
    seed_standard()
    region = register_region(actor=clock, code="990000", name="示范省")

    def organization(name: str, serial: int, parent: Organization | None = None) -> Organization:
        code = demonstration_credit_code("990000", serial)
        return create_organization(
            actor=clock, name=name, credit_code=code, level="province", region=region, parent=parent
        )

    government = organization("示范省人民政府", 1)
    education = organization("示范省教育厅", 2, government)
    health = organization("示范省卫生健康委员会", 3, government)

    def person(handle: str, name: str, role: str, at: Organization | None) -> Person:
        registered = register_person(actor=clock, name=name, handle=handle, organization=at)
        scope = {"scope": "organization", "scope_id": at.pk} if at else {"scope": "platform"}
        grant_role(actor=clock, person=registered, role=role, **scope)
        return registered

    return Library(
        government=government,
        education=education,
        health=health,
        writer=person("writer", "示范编辑", "editor", education),
        reviewer=person("reviewer", "示范审核", "reviewer", education),
        health_writer=person("health-writer", "卫健编辑", "editor", health),
        health_reviewer=person("health-reviewer", "卫健审核", "reviewer", health),
        operator=person("operator", "示范运维", "operator", None),
    )


MakeRecord = Callable[..., IncomingRecord]


@pytest.fixture
def make_record(library: Library) -> MakeRecord:
    """Return a maker of complete article records of the education department; keywords change elements."""
    return record_maker(library)


def record_maker(library: Library) -> MakeRecord:
    """Return what makes records of a library's education department."""
    complete = IncomingRecord(
        type_code="article",
        owner=library.education,
        title="关于加强中小学校校舍安全管理的通知",
        body_html=BODY,
        content_source="示范省教育厅",
        description="部署全省中小学校舍安全排查。",
        theme_code="11",
        form="text",
        given_published_at=datetime(2021, 3, 5, 9, 30, tzinfo=SHANGHAI),
        source_app="migration",
    )
    return lambda **changes: replace(complete, **changes)


def stored(admission: Admission) -> ResourceVersion:
    """Return the version that an admission stored."""
    assert admission.version_id is not None, admission.errors
    return ResourceVersion.objects.get(pk=admission.version_id)
