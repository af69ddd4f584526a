"""Differences, restoring, purging, validity by dates and relations, the recycle bin, usage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import PUBLIC
from rongshu.foundation import clock, due, storage
from rongshu.foundation.errors import InvalidInput, NotAllowed, NotFound
from rongshu.foundation.models import AuditRecord, DueItem, Event
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.recycle_resource import (
    clear_recycle_bin,
    recycle_resource,
    restore_from_recycle_bin,
)
from rongshu.library.actions.relate_resources import relate_resources, unrelate_resources
from rongshu.library.actions.restore_version import restore_version
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.set_document_dates import DocumentDates, set_document_dates
from rongshu.library.actions.share_resource import grant_share, revoke_share
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.errors import (
    AlreadyPurged,
    RelationImpossible,
    ResourceInUse,
    SecondPersonNeeded,
)
from rongshu.library.gate.records import IncomingFile
from rongshu.library.models import Resource, ResourceVersion, StoredFile, Tombstone, VersionFingerprint
from rongshu.library.queries import (
    Use,
    differences,
    get_version_for,
    partners_of,
    recycled,
    register_uses,
    revision_of,
    usage_trace,
    visible,
    warnings_before_publication,
    where_used,
)
from rongshu.library.queries import usage as usage_queries
from rongshu.library.tests.conftest import Library, MakeRecord
from rongshu.library.validity import ValidityFacts

POLICY: dict[str, Any] = {
    "DocNo": "示教办〔2021〕7号",
    "IssuingOrg": ["示范省教育厅"],
    "WrittenDate": "2021-03-01",
    "Aging": "valid",
}


def published(library: Library, record: Any) -> Resource:
    resource = create_draft(actor=library.writer, record=record)
    assert resource.working_version is not None
    return approve_version(actor=library.reviewer, version=resource.working_version).resource


def policy(make_record: MakeRecord, title: str, **elements: Any) -> Any:
    return make_record(
        type_code="policy-document", title=title, genre_code="notice", elements={**POLICY, **elements}
    )


def effective(resource: Resource) -> ResourceVersion:
    assert resource.effective_version is not None
    return resource.effective_version


def test_differences_by_element_and_by_text(library: Library, make_record: MakeRecord) -> None:
    resource = published(library, make_record(body_html="<p>第一段</p><p>第二段</p>"))
    first = effective(resource)
    changed = replace(
        revision_of(first),
        title="新标题",
        keywords=("校舍",),
        body_html="<p>第一段</p><p>改过的第二段</p><p>第三段</p>",
    )
    second = revise_resource(actor=library.writer, resource=resource, record=changed)
    found = differences(first, second)
    assert {each.name: (each.before, each.after) for each in found.elements} == {
        "Title": (first.title, "新标题"),
        "Keywords": ([], ["校舍"]),
    }
    assert [(run.change, run.before, run.after) for run in found.text] == [
        ("equal", "第一段", "第一段"),
        ("replace", "第二段", "改过的第二段\n第三段"),
    ]
    assert differences(first, first).is_empty
    other = create_draft(actor=library.writer, record=make_record(title="别的"))
    assert other.working_version is not None
    with pytest.raises(NotFound):
        differences(first, other.working_version)


def test_restoring_makes_a_new_version(library: Library, make_record: MakeRecord) -> None:
    resource = published(library, make_record())
    first = effective(resource)
    second = revise_resource(
        actor=library.writer, resource=resource, record=make_record(title="写坏了的标题")
    )
    approve_version(actor=library.reviewer, version=second)
    restored = restore_version(actor=library.writer, version=first)
    assert (restored.number, restored.restored_from, restored.digest) == (3, first, first.digest)
    resource.refresh_from_db()
    assert resource.effective_version == second
    assert resource.working_version == restored
    assert approve_version(actor=library.reviewer, version=restored).resource.effective_version == restored


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e5"
    "27d4a20000000049454e44ae426082"
)


def test_purging_erases_body_and_unshared_files(library: Library, make_record: MakeRecord) -> None:
    secret = IncomingFile(name="名单.txt", content="身份证号略".encode())
    shared = IncomingFile(name="表.csv", content=b"a,b\n1,2\n")
    published(library, make_record(title="也用表", files=(shared,)))
    resource = published(library, make_record(body_html="<p>泄密内容</p>", files=(secret, shared)))
    version = effective(resource)
    digests = {file["name"]: file["digest"] for file in version.attachments}
    with pytest.raises(NotAllowed):
        purge_version(actor=library.writer, confirmed_by=library.reviewer, version=version, reason="泄密")
    for second in (library.operator, library.writer):
        with pytest.raises(SecondPersonNeeded):
            purge_version(actor=library.operator, confirmed_by=second, version=version, reason="泄密")
    with pytest.raises(InvalidInput):
        purge_version(actor=library.operator, confirmed_by=library.reviewer, version=version, reason=" ")
    version.refresh_from_db()
    assert "泄密内容" in version.body
    assert storage.exists(digests["名单.txt"])


def test_a_purge_leaves_number_digest_and_tombstone(
    library: Library, make_record: MakeRecord, django_capture_on_commit_callbacks: Any
) -> None:
    secret = IncomingFile(name="名单.txt", content="身份证号略".encode())
    shared = IncomingFile(name="表.csv", content=b"a,b\n1,2\n")
    published(library, make_record(title="也用表", files=(shared,)))
    resource = published(library, make_record(body_html="<p>泄密内容</p>", files=(secret, shared)))
    version, number = effective(resource), resource.index_number
    digest = version.digest
    digests = {file["name"]: file["digest"] for file in version.attachments}
    with django_capture_on_commit_callbacks(execute=True):
        purge_version(actor=library.operator, confirmed_by=library.reviewer, version=version, reason="泄密")
    version.refresh_from_db()
    resource.refresh_from_db()
    assert (version.title, version.body, version.attachments, version.digest) == ("", "", [], digest)
    assert (resource.status, resource.index_number, resource.effective_version) == ("purged", number, None)
    assert not storage.exists(digests["名单.txt"])
    assert storage.exists(digests["表.csv"])
    assert StoredFile.objects.get(digest=digests["名单.txt"]).erased_at is not None
    assert not VersionFingerprint.objects.filter(version=version).exists()
    tombstone = Tombstone.objects.get()
    assert (tombstone.version_digest, tombstone.purged_by, tombstone.confirmed_by) == (
        digest, library.operator, library.reviewer,
    )  # fmt: skip
    assert {event.kind for event in Event.objects.filter(subject_id=resource.pk)} >= {
        "VersionPurged", "ResourceWithdrawn",
    }  # fmt: skip
    assert "泄密内容" not in str(list(AuditRecord.objects.values()))
    with pytest.raises(AlreadyPurged):
        purge_version(actor=library.operator, confirmed_by=library.reviewer, version=version, reason="再次")
    with pytest.raises(AlreadyPurged):
        restore_version(actor=library.writer, version=version)


def test_versions_are_immutable(library: Library, make_record: MakeRecord) -> None:
    version = effective(published(library, make_record()))
    for change in ({"title": "改"}, {"body": "改"}, {"elements": {"a": 1}}, {"digest": "sha256:0"}):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            ResourceVersion.objects.filter(pk=version.pk).update(**change)


def test_nothing_is_effective_without_an_approval_that_names_it(
    library: Library, make_record: MakeRecord
) -> None:
    approved = published(library, make_record())
    other = create_draft(actor=library.writer, record=make_record(title="未审"))
    with pytest.raises(DatabaseError, match="needs an approval"), transaction.atomic():
        Resource.objects.filter(pk=other.pk).update(
            effective_version=other.working_version, effective_approval=approved.effective_approval,
            status="effective", published_at=clock.now(), address="2021/03/x",
        )  # fmt: skip


@pytest.mark.requirement("P6-08")
@pytest.mark.parametrize(
    ("facts", "on", "mark"),
    [
        ({}, "2021-01-01", "valid"),
        ({"effective_on": "2021-05-01"}, "2021-04-30", "not-yet"),
        ({"effective_on": "2021-05-01"}, "2021-05-01", "valid"),
        ({"expires_on": "2021-12-31"}, "2021-12-31", "valid"),
        ({"expires_on": "2021-12-31"}, "2022-01-01", "expired"),
        ({"abolished_on": "2021-06-01"}, "2021-06-01", "abolished"),
        ({"abolished_on": "2021-06-01", "expires_on": "2021-01-01"}, "2021-07-01", "abolished"),
        ({"is_amended": True}, "2021-01-01", "amended"),
        ({"declared": "abolished"}, "2021-01-01", "abolished"),
        ({"declared": "partly-invalid", "is_amended": True}, "2021-01-01", "partly-invalid"),
        ({"is_amended": True, "effective_on": "2021-05-01"}, "2021-01-01", "not-yet"),
    ],
)
def test_validity_follows_the_dates(facts: dict[str, Any], on: str, mark: str) -> None:
    dates: dict[str, Any] = {
        name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in facts.items()
    }
    assert ValidityFacts(**dates).on(date.fromisoformat(on)) == mark


@pytest.mark.requirement("P6-08")
def test_the_clock_switches_validity(library: Library, make_record: MakeRecord) -> None:
    today = clock.today()
    begins, ends = today + timedelta(days=10), today + timedelta(days=20)
    resource = published(
        library, policy(make_record, "办法", EffectiveDate=begins.isoformat(), ExpireDate=ends.isoformat())
    )
    assert resource.validity == "not-yet"
    marks = []
    for days in (9, 11, 20, 22):
        due.carry_out_due(datetime.now(tz=UTC) + timedelta(days=days))
        resource.refresh_from_db()
        marks.append(resource.validity)
    # The deeds look at the day they fall due on, so that a late clock comes to the same marks.
    assert marks == ["not-yet", "valid", "valid", "expired"]
    assert Event.objects.filter(kind="ResourceValidityChanged", subject_id=resource.pk).count() == 2
    assert not DueItem.objects.filter(handled_at__isnull=True, subject_id=resource.pk).exists()


@pytest.mark.requirement("P6-08")
def test_dates_are_set_on_an_effective_document(library: Library, make_record: MakeRecord) -> None:
    resource = published(library, policy(make_record, "办法"))
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(NotAllowed):
        set_document_dates(
            actor=library.health_writer, resource=resource, dates=DocumentDates(abolished_on=yesterday)
        )
    backwards = DocumentDates(effective_on=clock.today(), expires_on=yesterday)
    with pytest.raises(InvalidInput):
        set_document_dates(actor=library.writer, resource=resource, dates=backwards)
    resource.refresh_from_db()
    assert resource.validity == "valid"
    changed = set_document_dates(
        actor=library.writer,
        resource=resource,
        dates=DocumentDates(abolished_on=yesterday),
        reason="公告废止",
    )
    assert changed.validity == "abolished"


@pytest.mark.requirement("P5-04")
def test_amending_and_abolishing_mark_the_original(library: Library, make_record: MakeRecord) -> None:
    original = published(library, policy(make_record, "暂行办法"))
    amending = create_draft(actor=library.writer, record=policy(make_record, "关于修改暂行办法的决定"))
    relation = relate_resources(actor=library.writer, source=amending, target=original, kind="amends")
    original.refresh_from_db()
    assert original.validity == "valid", "an amendment counts from the day it is effective"
    assert amending.working_version is not None
    approve_version(actor=library.reviewer, version=amending.working_version)
    original.refresh_from_db()
    assert original.validity == "amended"
    withdraw_resource(actor=library.reviewer, resource=amending, reason="误发")
    original.refresh_from_db()
    assert original.validity == "valid"
    unrelate_resources(actor=library.writer, relation=relation)
    abolishing = published(library, policy(make_record, "关于废止暂行办法的通知"))
    relate_resources(actor=library.writer, source=abolishing, target=original, kind="abolishes")
    original.refresh_from_db()
    assert (original.validity, original.abolished_on) == ("abolished", clock.today())
    assert [p.relation for p in partners_of(PUBLIC, original)] == ["abolished-by"]


@pytest.mark.requirement("P5-04")
def test_relations_have_to_fit(library: Library, make_record: MakeRecord) -> None:
    article = published(library, make_record())
    document = published(library, policy(make_record, "办法"))
    foreign = published(library, policy(make_record, "他人不可改"))
    cases = [(article, document, "amends"), (document, article, "interprets"), (document, document, "amends")]
    for source, target, kind in cases:
        with pytest.raises(RelationImpossible):
            relate_resources(actor=library.writer, source=source, target=target, kind=kind)
    with pytest.raises(NotAllowed):
        relate_resources(actor=library.health_writer, source=document, target=foreign, kind="abolishes")
    foreign.refresh_from_db()
    assert foreign.validity == "valid"


@pytest.mark.requirement("P5-05")
def test_policy_and_interpretation_are_linked_both_ways(library: Library, make_record: MakeRecord) -> None:
    major = create_draft(actor=library.writer, record=policy(make_record, "重大政策", MajorPolicy=True))
    assert major.working_version is not None
    approval = approve_version(actor=library.reviewer, version=major.working_version)
    assert [warning.code for warning in approval.warnings] == ["interpretation-missing"]
    elements = {"PolicyRef": str(major.pk), "Form": "text", "Interpreter": "示范省教育厅"}
    interpretation = published(
        library, make_record(type_code="interpretation", title="重大政策解读", elements=elements)
    )
    major.refresh_from_db()
    assert [(p.relation, p.resource) for p in partners_of(PUBLIC, interpretation)] == [("interprets", major)]
    assert [(p.relation, p.resource) for p in partners_of(PUBLIC, major)] == [
        ("interpreted-by", interpretation)
    ]
    assert warnings_before_publication(major, effective(major)) == ()
    minor = create_draft(actor=library.writer, record=policy(make_record, "一般文件"))
    assert minor.working_version is not None
    warnings = approve_version(actor=library.reviewer, version=minor.working_version).warnings
    assert "interpretation-missing" not in {warning.code for warning in warnings}


def test_the_recycle_bin(library: Library, make_record: MakeRecord) -> None:
    draft = create_draft(actor=library.writer, record=make_record())
    live = published(library, make_record(title="在用"))
    with pytest.raises(ResourceInUse):
        recycle_resource(actor=library.writer, resource=live)
    with pytest.raises(NotAllowed):
        recycle_resource(actor=library.health_writer, resource=draft)
    recycle_resource(actor=library.writer, resource=draft, reason="重复")
    viewer = viewer_for(library.writer)
    assert draft not in visible(viewer)
    assert list(recycled(viewer)) == [draft]
    assert not recycled(viewer_for(library.health_writer)).exists()
    restore_from_recycle_bin(actor=library.writer, resources=[draft])
    assert draft in visible(viewer)
    recycle_resource(actor=library.writer, resource=draft)
    withdraw_resource(actor=library.reviewer, resource=live, reason="撤")
    recycle_resource(actor=library.writer, resource=live)
    assert clear_recycle_bin(actor=library.writer) == 1
    assert list(Resource.objects.all()) == [live], "what was public once keeps its number"


@pytest.mark.requirement("P2-18")
def test_the_usage_trace_of_one_record(
    library: Library, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = published(library, policy(make_record, "办法"))
    elements = {"PolicyRef": str(document.pk), "Form": "text", "Interpreter": "示范省教育厅"}
    published(library, make_record(type_code="interpretation", title="办法解读", elements=elements))
    monkeypatch.setattr(usage_queries, "_finders", [])
    register_uses(lambda viewer, resource: [Use("placement", "示范网站·通知公告", "site")])
    uses = where_used(viewer_for(library.writer), document)
    assert [(use.kind, use.label) for use in uses] == [
        ("relation", "解读：办法解读"),
        ("placement", "示范网站·通知公告"),
    ]
    trace = usage_trace(viewer_for(library.writer), document)
    assert {use.label for use in trace} == {"resource.drafted", "version.approved"}
    assert {use.place for use in trace} == {"示范编辑", "示范审核"}
    assert usage_trace(viewer_for(library.health_writer), document) == []


def test_conditional_sharing_opens_to_the_named_unit_only(library: Library, make_record: MakeRecord) -> None:
    resource = published(library, make_record(share_type="conditional"))
    health = viewer_for(library.health_writer)
    assert resource not in visible(health)
    with pytest.raises(NotAllowed):
        grant_share(actor=library.health_reviewer, resource=resource, organization=library.health)
    grant = grant_share(actor=library.reviewer, resource=resource, organization=library.health)
    assert resource in visible(viewer_for(library.health_writer))
    assert resource not in visible(PUBLIC)
    assert get_version_for(viewer_for(library.health_writer), effective(resource).pk)
    revoke_share(actor=library.reviewer, grant=grant)
    assert resource not in visible(viewer_for(library.health_writer))
