"""示范省 with two sites online: what tests and benches of the publisher publish."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream, Installation
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.library.models import Resource
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.writing import tree_root
from rongshu.sites.actions.change_status import approve_opening, open_site
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Column, Placement, Site

CLOCK = Clock()
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY = datetime(2021, 3, 5, 9, 30, tzinfo=SHANGHAI)
REGISTERED: dict[str, Any] = {
    "icp_number": "示范ICP备00000001号",
    "police_number": "示公网安备 99000102000001号",
    "party_gov_mark": "https://marks.localhost/00000001",
    "approval_document": "示府办〔2026〕1号",
    "security_test": "2026年上线前安全检测报告",
    "contact": "示范省人民政府办公厅 0000-0000000",
}


BODY = (
    "<p>为加强全省中小学校校舍安全管理，现就有关事项通知如下。</p><p>一、各市要对校舍逐栋排查，建立台账。</p>"
)


@dataclass
class Library:
    """A seeded library, two units and who works there."""

    government: Organization
    education: Organization
    writer: Person
    reviewer: Person
    operator: Person


@dataclass
class World:
    """A library, a portal with nested columns, and a department's site."""

    library: Library
    portal: Site
    education: Site
    news: Column
    notices: Column
    local_notices: Column
    bureau_news: Column
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def record(self, **elements: Any) -> IncomingRecord:
        """Return a complete record; keywords change its elements."""
        number = next(self.numbers)
        complete = IncomingRecord(
            type_code="article",
            owner=self.library.education,
            title=f"示范通知之{number}",
            body_html=f"<p>示范正文之{number}。</p>{BODY}",
            content_source="示范省教育厅",
            description=f"示范摘要之{number}。",
            theme_code="11",
            form="text",
            given_published_at=FIRST_DAY + timedelta(hours=number),
            source_app="migration",
        )
        return replace(complete, **elements)

    def draft(self, **elements: Any) -> Resource:
        """Return a resource with one working version."""
        return create_draft(actor=self.library.writer, record=self.record(**elements))

    def effective(self, **elements: Any) -> Resource:
        """Return an effective resource."""
        return self.approve(self.draft(**elements))

    def approve(self, resource: Resource) -> Resource:
        """Approve the working version."""
        resource.refresh_from_db()
        assert resource.working_version is not None
        approve_version(actor=self.library.reviewer, version=resource.working_version)
        resource.refresh_from_db()
        return resource

    def edit(self, resource: Resource, **elements: Any) -> Resource:
        """Give the resource a new effective version."""
        resource.refresh_from_db()
        given = {"given_published_at": resource.published_at, **elements}
        revise_resource(actor=self.library.writer, resource=resource, record=self.record(**given))
        return self.approve(resource)

    def place(self, resource: Resource, column: Column, **times: Any) -> Placement:
        """Put a resource into a column, approved."""
        return place_resource(actor=self.operator, resource=resource, column=column, approve=True, **times)

    def article(self, *columns: Column, **elements: Any) -> Resource:
        """Return an effective resource that stands in columns (要闻 when none is named)."""
        resource = self.effective(**elements)
        for column in columns or (self.news,):
            self.place(resource, column)
        return resource

    def publish(self) -> int:
        """Publish all that is asked for; return how many pages were made."""
        return publish_pending().made

    def file(self, site: Site, path: str) -> Path:
        """The file of a path on a site."""
        return tree_root(site.slug) / path.lstrip("/")

    def page(self, site: Site, resource: Resource) -> Path:
        """The file of a resource's page on a site."""
        resource.refresh_from_db()
        return self.file(site, f"/a/{resource.address}.html")

    @property
    def operator(self) -> Person:
        """Who may do everything on the platform."""
        return self.library.operator


def make_world() -> World:
    """Set up the province in the present database."""
    library = make_library()
    portal = _online("portal", "示范省人民政府", "portal", library.government, "9900000001")
    education = _online("edu", "示范省教育厅", "department", library.education, "9900000002")
    notices = _column(portal, "notices", "通知公告", show_in_navigation=True)
    return World(
        library=library,
        portal=portal,
        education=education,
        news=_column(portal, "news", "要闻", show_in_navigation=True),
        notices=notices,
        local_notices=_column(portal, "local", "地方公告", parent=notices),
        bureau_news=_column(education, "news", "工作动态"),
    )


def make_library() -> Library:
    """Set up installation, standard, organisations and persons."""
    Installation.objects.get_or_create(pk=1, defaults={"name": "示范省集约化平台"})
    EventStream.objects.get_or_create(pk=1)
    seed_standard()
    region = register_region(actor=CLOCK, code="990000", name="示范省")

    def organization(name: str, serial: int, parent: Organization | None = None) -> Organization:
        code = demonstration_credit_code("990000", serial)
        return create_organization(
            actor=CLOCK, name=name, credit_code=code, level="province", region=region, parent=parent
        )

    def person(handle: str, role: str, at: Organization | None) -> Person:
        registered = register_person(actor=CLOCK, name=f"示范人员{handle}", handle=handle, organization=at)
        scope: dict[str, Any] = {"scope": "unit", "scope_id": at.id} if at else {}
        grant_role(actor=CLOCK, person=registered, role=role, **scope)
        return registered

    government = organization("示范省人民政府", 1)
    education = organization("示范省教育厅", 2, government)
    operator = person("operator", "operator", None)
    Installation.objects.filter(pk=1).update(operator_id=operator.id)
    writer, reviewer = person("writer", "editor", education), person("reviewer", "reviewer", education)
    return Library(government, education, writer, reviewer, operator)


def tree_of(site: Site) -> dict[str, bytes]:
    """Return every file of a site's tree by path."""
    root = tree_root(site.slug)
    return {
        str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()
    }


def _online(slug: str, name: str, kind: str, sponsor: Any, code: str) -> Site:
    site = create_site(
        actor=CLOCK,
        slug=slug,
        name=name,
        domain=f"{slug}.localhost",
        type=kind,
        admin_level="province",
        sponsor=sponsor,
        identification_code=code,
        **REGISTERED,
    )
    approve_opening(actor=CLOCK, site=site)
    return open_site(actor=CLOCK, site=site)


def _column(site: Site, slug: str, name: str, **elements: Any) -> Column:
    elements = {"type": "工作动态", "update_class": "news", "page_size": 5, **elements}
    return create_column(actor=CLOCK, site=site, slug=slug, name=name, **elements)
