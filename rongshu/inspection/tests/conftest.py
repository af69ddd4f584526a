"""The library's two departments, with a second writer and a keeper of dictionaries in education."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person, Role
from rongshu.foundation.audit import Clock
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.models import ResourceVersion
from rongshu.library.tests.conftest import Library, MakeRecord, library, make_record

__all__ = ["library", "make_record"]


@pytest.fixture
def releaser(library: Library) -> Person:
    """Return a person of the education department who may write, release findings and keep dictionaries."""
    capabilities = ["resource.write", "finding.release", "dictionary.manage", "resource.read"]
    Role.objects.create(code="releaser", name="放行与词库", capabilities=capabilities)
    person = register_person(
        actor=Clock(), name="示范放行", handle="releaser", organization=library.education
    )
    grant_role(
        actor=Clock(), person=person, role="releaser", scope="organization", scope_id=library.education.pk
    )
    return person


@pytest.fixture
def draft(library: Library, make_record: MakeRecord) -> Any:
    """Return a maker of drafts by the writer of the education department."""

    def make(body: str, **changes: Any) -> ResourceVersion:
        record = replace(make_record(**changes), body_html=body, source_app="newsroom")
        resource = create_draft(actor=library.writer, record=record)
        assert resource.working_version is not None
        return resource.working_version

    return make
