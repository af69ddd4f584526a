"""The path of one resource: drafted, approved, revised, withdrawn, reinstated."""

from __future__ import annotations

import pytest

from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import PUBLIC
from rongshu.foundation.errors import NotAllowed, NotFound
from rongshu.foundation.models import AuditRecord, Event
from rongshu.library.actions.admit import admit
from rongshu.library.actions.approve_version import approve_version, reject_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.errors import NothingChanged
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries import get_resource_for, get_version_for, visible
from rongshu.library.tests.conftest import Library, MakeRecord


def working(resource: Resource) -> ResourceVersion:
    assert resource.working_version is not None
    return resource.working_version


def test_a_draft_is_nobody_elses(library: Library, make_record: MakeRecord) -> None:
    resource = create_draft(actor=library.writer, record=make_record())
    assert resource.status == "draft"
    assert get_resource_for(viewer_for(library.writer), resource.pk) == resource
    for stranger in (viewer_for(library.health_writer), PUBLIC):
        with pytest.raises(NotFound):
            get_resource_for(stranger, resource.pk)


def test_writing_for_another_department_is_refused(library: Library, make_record: MakeRecord) -> None:
    with pytest.raises(NotAllowed):
        create_draft(actor=library.health_writer, record=make_record())
    assert not Resource.objects.exists()
    assert not ResourceVersion.objects.exists()


@pytest.mark.requirement("P2-11")
def test_approval_makes_effective(library: Library, make_record: MakeRecord) -> None:
    resource = create_draft(actor=library.writer, record=make_record())
    with pytest.raises(NotAllowed):
        approve_version(actor=library.writer, version=working(resource))
    resource.refresh_from_db()
    assert resource.effective_version is None
    approved = approve_version(actor=library.reviewer, version=working(resource)).resource
    approved.refresh_from_db()
    assert approved.status == "effective"
    assert approved.address is not None
    assert approved.address.startswith("2021/03/")
    assert approved.index_number == f"{library.education.credit_code}/2021-00001"
    assert approved.effective_version == resource.working_version
    assert get_resource_for(PUBLIC, approved.pk) == approved
    assert approved.effective_approval is not None
    signature = approved.effective_approval.signatures.get()
    assert signature.person == library.reviewer
    event = Event.objects.get(kind="ResourceBecameEffective")
    assert event.payload["is_first"] is True
    assert AuditRecord.objects.filter(action="version.approved", actor_id=library.reviewer.pk).exists()


@pytest.mark.requirement("P2-11")
def test_an_edit_under_review_leaves_the_effective_version_standing(
    library: Library, make_record: MakeRecord
) -> None:
    resource = create_draft(actor=library.writer, record=make_record())
    first = working(resource)
    approve_version(actor=library.reviewer, version=first)
    with pytest.raises(NothingChanged):
        revise_resource(actor=library.writer, resource=resource, record=make_record())
    second = revise_resource(
        actor=library.writer, resource=resource, record=make_record(title="关于加强校舍安全管理的补充通知")
    )
    resource.refresh_from_db()
    assert (resource.effective_version, resource.working_version) == (first, second)
    with pytest.raises(NotFound):
        get_version_for(viewer_for(library.health_writer), second.pk)
    assert get_version_for(viewer_for(library.health_writer), first.pk) == first
    reject_version(actor=library.reviewer, version=second, comment="标题不妥")
    approve_version(actor=library.reviewer, version=second)
    resource.refresh_from_db()
    assert resource.effective_version == second
    assert resource.index_number == f"{library.education.credit_code}/2021-00001"


def test_withdrawn_and_reinstated(library: Library, make_record: MakeRecord) -> None:
    resource = create_draft(actor=library.writer, record=make_record())
    approve_version(actor=library.reviewer, version=working(resource))
    with pytest.raises(NotAllowed):
        withdraw_resource(actor=library.health_reviewer, resource=resource, reason="误发")
    withdraw_resource(actor=library.reviewer, resource=resource, reason="误发")
    assert resource not in visible(PUBLIC)
    resource.refresh_from_db()
    address = resource.address
    assert resource.effective_version is None
    reinstate_resource(actor=library.reviewer, resource=resource)
    resource.refresh_from_db()
    assert (resource.status, resource.address) == ("effective", address)
    assert resource in visible(PUBLIC)


def test_admit_answers_what_became_of_a_record(library: Library, make_record: MakeRecord) -> None:
    answer = admit(actor=library.writer, record=make_record(external_key="https://old.example/1.html"))
    assert (answer.outcome, answer.record_key) == ("admitted", "https://old.example/1.html")
    assert Resource.objects.get().status == "in-review"
    again = admit(actor=library.writer, record=make_record(external_key="https://old.example/2.html"))
    assert (again.outcome, again.of) == ("exact-duplicate", answer.resource_id)
    undated = admit(actor=library.writer, record=make_record(title="另一篇", given_published_at=None))
    assert undated.outcome == "refused"
    assert [error.code for error in undated.errors] == ["published-at-missing"]
    assert Resource.objects.count() == 1
