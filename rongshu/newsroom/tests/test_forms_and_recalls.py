"""Review forms in the store, recalls over every site, and erasing with a second person."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.console.progress import do_waiting_work
from rongshu.foundation import storage
from rongshu.foundation.consumers import advance
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.foundation.models import AuditRecord, Event
from rongshu.foundation.sequencer import number_events
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.errors import SecondPersonNeeded
from rongshu.library.gate.records import IncomingRecord
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.actions.recall_piece import (
    decide_purge,
    recall_many,
    recall_piece,
    request_purge,
    restore_piece,
)
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.archiving_forms import archive_forms
from rongshu.newsroom.errors import RecallFinished
from rongshu.newsroom.models import BulkRecall, PurgeRequest, Recall, Review, ReviewForm
from rongshu.newsroom.tests.conftest import CLOCK, Newsroom
from rongshu.sites.actions.place_resource import place_resource


def follow() -> None:
    """Let the forms' consumer and duty do what they are asked."""
    while number_events() or advance("review-forms") or archive_forms():
        pass


def published(newsroom: Newsroom) -> Review:
    resource = newsroom.draft()
    place_resource(actor=newsroom.publisher, resource=resource, column=newsroom.news)
    return publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(resource)))


@pytest.mark.requirement("P7-08")
def test_the_form_of_a_published_piece_is_archived(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    returned = newsroom.submit(resource)
    marks = [{"start": 0, "end": 2, "text": "第1", "reason": "编号不妥"}]
    return_piece(actor=newsroom.first, review=returned, reason="请核对编号", marks=marks)
    newsroom.revise(resource, title="核对后的示范标题")
    review = publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(resource)))
    follow()
    form = ReviewForm.objects.get(review=review)
    with storage.open(form.json_digest) as stored:
        said = json.load(stored)
    assert (said["title"], said["version_digest"]) == ("核对后的示范标题", review.version_digest)
    assert [step["person"] for step in said["steps"] if step["level"]] == ["示范r1", "示范r2", "示范r3"]
    back = next(act for act in said["acts"] if act["what"] == "退回")
    assert (back["comment"], back["marks"][0]["reason"], back["version_number"]) == (
        "请核对编号",
        "编号不妥",
        1,
    )
    with storage.open(form.html_digest) as stored:
        assert "发布审核表" in stored.read().decode()


@pytest.mark.requirement("P7-10")
def test_a_recall_takes_a_piece_off_every_site_and_is_logged(newsroom: Newsroom) -> None:
    resource = published(newsroom).resource
    with pytest.raises(NotAllowed):
        recall_piece(actor=newsroom.writer, resource=resource, reason="表述有误")
    with pytest.raises(InvalidInput):
        recall_piece(actor=newsroom.publisher, resource=resource, reason=" ")
    assert AuditRecord.objects.filter(action="resource.recall-refused").count() == 1
    recall = recall_piece(actor=newsroom.publisher, resource=resource, reason="表述有误", notice="正在核实")
    resource.refresh_from_db()
    assert (resource.status, resource.effective_version_id) == ("withdrawn", None)
    assert [place["column"] for place in recall.places] == ["工作动态"]
    assert Event.objects.filter(kind="PieceRecalled").count() == 1
    restored = restore_piece(actor=newsroom.publisher, recall=recall, reason="核实无误")
    resource.refresh_from_db()
    assert (resource.status, restored.restored_by) == ("effective", newsroom.publisher)
    with pytest.raises(RecallFinished):
        restore_piece(actor=newsroom.publisher, recall=recall, reason="再次")


def test_many_are_recalled_with_progress(newsroom: Newsroom) -> None:
    ids = [published(newsroom).resource_id for _ in range(3)]
    draft = newsroom.draft()
    bulk, work = recall_many(
        actor=newsroom.publisher, resource_ids=[*ids, draft.pk, uuid4()], reason="栏目整改"
    )
    assert do_waiting_work()
    work.refresh_from_db()
    bulk = BulkRecall.objects.get(pk=bulk.pk)
    assert (work.status, work.count, bulk.done, len(bulk.failures)) == ("done", 5, 3, 2)
    assert set(Recall.objects.values_list("resource_id", flat=True)) == set(ids)


@pytest.mark.requirement("P1-01")
def test_a_bulk_recall_does_not_tell_what_is_foreign_from_what_is_nowhere(newsroom: Newsroom) -> None:
    library = newsroom.library
    foreign = create_draft(
        actor=library.health_writer,
        record=IncomingRecord(
            type_code="article", owner=library.health, title="卫健未公开稿件", body_html="<p>示范正文。</p>",
            content_source="示范来源", theme_code="11", form="text", description="摘要",
        ),
    )  # fmt: skip
    bulk, _ = recall_many(actor=newsroom.publisher, resource_ids=[foreign.pk, uuid4()], reason="栏目整改")
    assert do_waiting_work()
    bulk.refresh_from_db()
    assert len({one["reason"] for one in bulk.failures}) == 1
    assert [one["resource"] for one in bulk.failures] == bulk.resource_ids
    assert not AuditRecord.objects.filter(object_id=str(foreign.pk), actor_id=newsroom.publisher.pk).exists()
    foreign.refresh_from_db()
    assert foreign.status == "draft"


def test_a_purge_needs_a_second_person(newsroom: Newsroom) -> None:
    review = published(newsroom)
    for person in (newsroom.publisher, newsroom.final):
        grant_role(
            actor=CLOCK, person=person, role="organization-administrator", scope="organization",
            scope_id=newsroom.library.education.pk,
        )  # fmt: skip
    request = request_purge(actor=newsroom.publisher, version=review.version, reason="含身份证号")
    with pytest.raises(SecondPersonNeeded):
        decide_purge(actor=newsroom.publisher, request=request, agrees=True)
    with pytest.raises(NotAllowed):
        decide_purge(actor=newsroom.writer, request=request, agrees=True)
    assert PurgeRequest.objects.get().decided_at is None
    decide_purge(actor=newsroom.final, request=request, agrees=True)
    review.version.refresh_from_db()
    assert review.version.purged_at is not None
    assert PurgeRequest.objects.get().is_carried_out


def test_a_purge_erases_the_forms_in_the_store(newsroom: Newsroom) -> None:
    review = published(newsroom)
    follow()
    form = ReviewForm.objects.get()
    purge_version(
        actor=newsroom.library.operator, confirmed_by=newsroom.library.reviewer, version=review.version,
        reason="含身份证号",
    )  # fmt: skip
    follow()
    assert not storage.exists(form.json_digest)
    assert not storage.exists(form.html_digest)
