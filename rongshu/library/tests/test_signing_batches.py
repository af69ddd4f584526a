"""A batch that waits is signed level by level, each person for himself; nobody signs twice or his own."""

from __future__ import annotations

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.models import AuditRecord
from rongshu.library.actions.admit import admit
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch, reject_batch
from rongshu.library.actions.sign_batch import sign_batch
from rongshu.library.errors import BatchNotWaiting, ManifestChanged, WroteItOneself
from rongshu.library.models import Approval, ApprovalBatch, Resource
from rongshu.library.queries.batch_standing import standing_of_batch
from rongshu.library.tests.conftest import Library, MakeRecord
from rongshu.newsroom.actions.assign_flow import assign_flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(library: Library, make_record: MakeRecord) -> ApprovalBatch:
    """A closed batch of one piece, under the flow of three reviews."""
    assign_flow(actor=Clock(), flow="three-reviews", scope="platform", way="batches", reason="示范省规定")
    opened = open_batch(actor=library.writer, kind="intake", source="https://old.example")
    admit(actor=library.writer, record=make_record(), batch=opened)
    return close_batch(actor=library.writer, batch=opened)


def _reviewer(library: Library, role: str) -> Person:
    person = register_person(
        actor=Clock(), name=f"示范{role}", handle=f"own-{role}", organization=library.education
    )
    grant_role(actor=Clock(), person=person, role=role, scope="organization", scope_id=library.education.pk)
    return person


@pytest.mark.requirement("P7-02")
def test_each_level_is_signed_by_another_person_in_order(library: Library, batch: ApprovalBatch) -> None:
    first, second, final = (_reviewer(library, f"{one}-reviewer") for one in ("first", "second", "final"))
    with pytest.raises(NotAllowed):
        sign_batch(actor=second, batch=batch)
    assert not Approval.objects.exists()
    assert sign_batch(actor=first, batch=batch, comment="样本无误").outcome == "pending"
    for again in (first, final):
        with pytest.raises(NotAllowed):
            sign_batch(actor=again, batch=batch)
    assert standing_of_batch(batch).next_level == 2
    sign_batch(actor=second, batch=batch)
    assert not Resource.objects.filter(status="effective").exists()
    approval = sign_batch(actor=final, batch=batch)
    assert (approval.outcome, approval.levels, approval.signatures.count()) == ("approved", 3, 3)
    batch.refresh_from_db()
    assert approve_batch(actor=library.writer, batch=batch) == 1
    resource = Resource.objects.get()
    assert (resource.status, resource.effective_approval_id) == ("effective", approval.pk)
    with pytest.raises((BatchNotWaiting, NotAllowed)):
        sign_batch(actor=first, batch=batch)


@pytest.mark.requirement("P7-02")
def test_who_brought_it_in_does_not_sign_it(library: Library, batch: ApprovalBatch) -> None:
    grant_role(
        actor=Clock(), person=library.writer, role="first-reviewer", scope="organization",
        scope_id=library.education.pk,
    )  # fmt: skip
    with pytest.raises(WroteItOneself):
        sign_batch(actor=library.writer, batch=batch)
    assert not Approval.objects.exists()
    assert AuditRecord.objects.filter(action="batch.signing-refused").exists()


def test_what_is_no_longer_the_manifest_is_not_signed(library: Library, batch: ApprovalBatch) -> None:
    first = _reviewer(library, "first-reviewer")
    ApprovalBatch.objects.filter(pk=batch.pk).update(manifest_digest="sha256:0")
    with pytest.raises(ManifestChanged):
        sign_batch(actor=first, batch=batch)
    assert not Approval.objects.exists()


def test_another_route_begins_the_signing_anew(library: Library, batch: ApprovalBatch) -> None:
    first = _reviewer(library, "first-reviewer")
    sign_batch(actor=first, batch=batch)
    assign_flow(actor=Clock(), flow="two-reviews", scope="platform", way="batches", reason="示范省新规定")
    assert standing_of_batch(batch).next_level == 1
    sign_batch(actor=first, batch=batch)
    assert sorted(Approval.objects.values_list("route", "outcome")) == [
        ("three-reviews", "rejected"),
        ("two-reviews", "pending"),
    ]


def test_a_batch_sent_back_ends_what_was_signed(library: Library, batch: ApprovalBatch) -> None:
    first = _reviewer(library, "first-reviewer")
    second = _reviewer(library, "second-reviewer")
    sign_batch(actor=first, batch=batch)
    reject_batch(actor=second, batch=batch, reason="样本有误")
    assert set(Approval.objects.values_list("outcome", flat=True)) == {"rejected"}
    with pytest.raises((BatchNotWaiting, NotAllowed)):
        sign_batch(actor=second, batch=batch)
    assert not Resource.objects.filter(status="effective").exists()
