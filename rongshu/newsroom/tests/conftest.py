"""A newsroom: a department with a site, its writer and its reviewers, and the flow of three reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.revision import revision_of
from rongshu.library.tests.conftest import (
    Library,
    MakeRecord,
    library,
    make_library,
    make_record,
    record_maker,
)
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.pass_step import pass_step
from rongshu.newsroom.actions.submit_piece import submit_piece
from rongshu.newsroom.models import Review
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.models import Column, Site

__all__ = ["library", "make_record"]
CLOCK = Clock()


@dataclass
class Newsroom:
    """The education department's newsroom."""

    library: Library
    make_record: MakeRecord
    site: Site
    news: Column
    important: Column
    writer: Person
    first: Person
    second: Person
    final: Person
    proof: Person
    publisher: Person
    all_roles: Person
    numbers: list[int] = field(default_factory=lambda: [0])

    def draft(self, **elements: Any) -> Resource:
        """Return a draft by the writer."""
        self.numbers[0] += 1
        text = f"第{self.numbers[0]}篇：{chr(0x4E00 + self.numbers[0] * 37) * 30}。"
        given = {"title": f"示范稿件之{self.numbers[0]}", "body_html": f"<p>{text}</p>"}
        record = replace(self.make_record(**{**given, **elements}), given_published_at=None)
        return create_draft(actor=self.writer, record=record)

    def revise(self, resource: Resource, actor: Person | None = None, **elements: Any) -> ResourceVersion:
        """Return a new working version."""
        assert resource.working_version is not None
        record = replace(revision_of(resource.working_version), **elements)
        version = revise_resource(actor=actor or self.writer, resource=resource, record=record)
        resource.refresh_from_db()
        return version

    def submit(self, resource: Resource | None = None, **given: Any) -> Review:
        """Return a submitted case."""
        return submit_piece(actor=self.writer, resource=resource or self.draft(), **given)

    def pass_all(self, review: Review) -> Review:
        """Let everybody pass the case in turn, up to the last step."""
        while True:
            review.refresh_from_db()
            if review.state != "reviewing":
                return review
            step = review.steps.filter(is_open=True).order_by("position")[0]
            review = pass_step(actor=self.who_takes(step.capability), review=review, step_id=step.pk)

    def who_takes(self, capability: str) -> Person:
        """Return the person of a capability."""
        return {
            "review.first": self.first,
            "review.second": self.second,
            "review.final": self.final,
            "proof.read": self.proof,
            "resource.approve": self.library.reviewer,
        }[capability]


MakePerson = Callable[..., Person]


@pytest.fixture
def newsroom(standing_newsroom: Newsroom, library: Library, make_record: MakeRecord) -> Newsroom:
    """Return the newsroom; the platform's flow is that of three reviews."""
    return replace(standing_newsroom, make_record=make_record)


def make_newsroom() -> Newsroom:
    """Set up a library and a newsroom in the present database."""
    library = make_library()
    site = create_site(
        actor=CLOCK, slug="edu", name="示范省教育厅", domain="edu.localhost", type="department",
        admin_level="province", sponsor=library.education,
    )  # fmt: skip
    columns = [
        create_column(actor=CLOCK, site=site, slug=slug, name=name, type="工作动态", update_class="news")
        for slug, name in (("news", "工作动态"), ("notices", "重要通知"))
    ]

    def person(handle: str, *roles: str) -> Person:
        registered = register_person(
            actor=CLOCK, name=f"示范{handle}", handle=handle, organization=library.education
        )
        for role in roles:
            grant_role(
                actor=CLOCK, person=registered, role=role, scope="organization", scope_id=library.education.pk
            )
        return registered

    every = ("editor", "first-reviewer", "second-reviewer", "final-reviewer", "proof-reader", "publisher")
    assign_flow(actor=CLOCK, flow="three-reviews", scope="platform", reason="示范省规定")
    return Newsroom(
        library=library, make_record=record_maker(library), site=site, news=columns[0], important=columns[1],
        writer=person("w1", "editor"), first=person("r1", "first-reviewer"),
        second=person("r2", "second-reviewer"), final=person("r3", "final-reviewer"),
        proof=person("p1", "proof-reader"), publisher=person("pub", "publisher"),
        all_roles=person("all", *every),
    )  # fmt: skip
