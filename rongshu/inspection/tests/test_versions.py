"""Inspecting versions: results per version and lexicon, blocking, releasing, answering, masking."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from django.db import DatabaseError, transaction
from PIL import Image

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed, NotFound
from rongshu.foundation.models import AuditRecord
from rongshu.foundation.work import WorkRequest, enqueue
from rongshu.inspection.actions import recognise_pictures
from rongshu.inspection.actions.checks import check_before_publication, check_before_submission
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.actions.mask_personal_text import mask_personal_text
from rongshu.inspection.actions.recognise_pictures import recognise_next
from rongshu.inspection.actions.resolving import answer_finding, mark_wrong, release_finding
from rongshu.inspection.actions.teaching import accept_proposals, decline_proposals
from rongshu.inspection.errors import (
    FindingsBlock,
    NothingToMask,
    NotReleasable,
    PhraseUnfit,
    PicturesUnread,
    ProposalDecided,
    ReasonMissing,
    SecondPersonNeeded,
)
from rongshu.inspection.forgetting import QUEUE, forget_purged
from rongshu.inspection.models import (
    Inspection,
    PictureText,
    ProposedException,
    Resolution,
    TextException,
)
from rongshu.inspection.queries import (
    blocking_findings,
    findings_of,
    lexicon_for,
    unanswered_findings,
)
from rongshu.inspection.queries.dictionaries import proposals_for
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.gate.records import IncomingFile
from rongshu.library.models import Resource, ResourceVersion, StoredFile
from rongshu.library.tests.conftest import Library, MakeRecord

Draft = Callable[..., ResourceVersion]
SEVERE = "<p>中华人民共合国成立以来，全省教育事业取得长足进步，校舍条件明显改善。</p>"
GENERAL = "<p>各地要认真进行进行排查，建立台账，逐校落实责任，确保师生安全。</p>"
PERSONAL = "<p>联系人：张某，身份证110101<b>19900307</b>7758，手机13812345678。欢迎咨询有关事项。</p>"


def word_file(text: str) -> bytes:
    """Return a .docx of one paragraph."""
    document, target = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def sheet_file(text: str) -> bytes:
    """Return an .xlsx of one cell."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0]["A1"] = text
    book.save(target)
    return target.getvalue()


@pytest.mark.requirement("P7-04")
def test_a_version_is_inspected_once_per_lexicon(draft: Draft) -> None:
    version = draft(SEVERE)
    first = inspect_version(version_id=version.pk)
    assert inspect_version(version_id=version.pk) == first
    assert Inspection.objects.count() == 1
    assert first.severe_count == 1
    assert first.version_digest == version.digest


@pytest.mark.requirement("P7-04")
@pytest.mark.requirement("P7-06")
def test_title_file_names_and_attachments_are_inspected(draft: Draft) -> None:
    files = (
        IncomingFile(name="名单13912345678.docx", content=word_file("申请人身份证号：110101199003077758")),
        IncomingFile(name="账户.xlsx", content=sheet_file("开户行示范银行，账号6222021234567890128")),
    )
    version = draft(GENERAL.replace("进行进行", "进行"), title="关于便利残废人出行的通知", files=files)
    inspect_version(version_id=version.pk)
    found = {
        (row.part.partition(":")[0], row.rule_code)
        for row in Inspection.objects.get(version=version).findings.all()
    }
    assert {("title", "E4-word"), ("name", "E6-mobile"), ("file", "E6-id"), ("file", "E6-card")} <= found


@pytest.mark.requirement("P7-05")
def test_severe_blocks_until_a_second_person_gives_a_reason(
    draft: Draft, library: Library, releaser: Person
) -> None:
    version = draft(SEVERE)
    with pytest.raises(FindingsBlock):
        check_before_publication(version)
    finding = blocking_findings(version)[0]

    with pytest.raises(NotAllowed):
        release_finding(actor=library.writer, finding_id=finding.pk, reason="已核对")
    with pytest.raises(NotFound):
        release_finding(actor=library.health_reviewer, finding_id=finding.pk, reason="已核对")
    with pytest.raises(ReasonMissing):
        release_finding(actor=releaser, finding_id=finding.pk, reason=" ")
    with pytest.raises(NotReleasable):
        answer_finding(actor=library.writer, finding_id=finding.pk, reason="已核对")
    assert not Resolution.objects.exists()
    assert AuditRecord.objects.filter(action="finding.release-refused").count() == 1

    release_finding(actor=releaser, finding_id=finding.pk, reason="引用原文，已核对")
    assert blocking_findings(version) == []
    for other in unanswered_findings(version):
        answer_finding(actor=library.writer, finding_id=other.pk, reason="引用原文")
    check_before_publication(version)


@pytest.mark.requirement("P7-05")
def test_the_writer_never_releases_his_own(draft: Draft, library: Library, releaser: Person) -> None:
    version = draft(SEVERE)
    inspect_version(version_id=version.pk)
    finding = blocking_findings(version)[0]

    grant_role(
        actor=Clock(),
        person=library.writer,
        role="releaser",
        scope="organization",
        scope_id=library.education.pk,
    )
    for deed in (release_finding, mark_wrong):
        with pytest.raises(SecondPersonNeeded):
            deed(actor=library.writer, finding_id=finding.pk, reason="没问题")
    assert len(blocking_findings(version)) == 1
    assert not Resolution.objects.exists()


@pytest.mark.requirement("P7-05")
def test_who_wrote_an_earlier_version_releases_nothing_of_a_later_one(
    draft: Draft, library: Library, releaser: Person, make_record: MakeRecord
) -> None:
    resource = draft(SEVERE).resource
    grant_role(
        actor=Clock(),
        person=library.writer,
        role="releaser",
        scope="organization",
        scope_id=library.education.pk,
    )
    record = replace(make_record(), body_html=f"{SEVERE}<p>另作补充。</p>", source_app="newsroom")
    version = revise_resource(actor=releaser, resource=resource, record=record)
    inspect_version(version_id=version.pk)
    finding = blocking_findings(version)[0]
    for deed in (release_finding, mark_wrong):
        for person in (library.writer, releaser):
            with pytest.raises(SecondPersonNeeded):
                deed(actor=person, finding_id=finding.pk, reason="没问题")
    assert not Resolution.objects.exists()


def test_general_findings_must_be_answered_before_submission(draft: Draft, library: Library) -> None:
    version = draft(GENERAL)
    with pytest.raises(FindingsBlock) as refusal:
        check_before_submission(version)
    assert "进行进行" in str(refusal.value.fields)
    answer_finding(actor=library.writer, finding_id=unanswered_findings(version)[0].pk, reason="原文如此")
    check_before_submission(version)


def test_strangers_see_no_findings(draft: Draft, library: Library) -> None:
    version = draft(SEVERE)
    inspect_version(version_id=version.pk)
    assert len(findings_of(viewer_for(library.writer), version)) >= 1
    with pytest.raises(NotFound):
        findings_of(viewer_for(library.health_writer), version)


@pytest.mark.requirement("P7-07")
def test_marking_wrong_teaches_the_units_exceptions(draft: Draft, library: Library, releaser: Person) -> None:
    version = draft(GENERAL)
    before = inspect_version(version_id=version.pk)
    finding = unanswered_findings(version)[0]
    mark_wrong(actor=releaser, finding_id=finding.pk, reason="方言用法")
    taught = TextException.objects.get()
    assert (taught.text, taught.phrase) == ("进行进行", "地要认真进行进行排查")
    again = inspect_version(version_id=version.pk)
    assert again.lexicon_version != before.lexicon_version
    assert unanswered_findings(version) == []
    assert lexicon_for(library.health.pk).all_excepted == {}
    other = draft(GENERAL.replace("排查", "检查"), title="关于开展消防检查的通知")
    inspect_version(version_id=other.pk)
    assert [row.text for row in unanswered_findings(other)] == ["进行进行"]


@pytest.mark.requirement("P7-07")
def test_who_teaches_chooses_the_phrase_but_never_less_than_a_word(
    draft: Draft, library: Library, releaser: Person
) -> None:
    version = draft(GENERAL)
    inspect_version(version_id=version.pk)
    finding = unanswered_findings(version)[0]
    for unfit in ("进行", "进行进行检查", "别的词句"):
        with pytest.raises(PhraseUnfit):
            mark_wrong(actor=releaser, finding_id=finding.pk, reason="方言用法", phrase=unfit)
    assert not TextException.objects.exists()
    assert not Resolution.objects.exists()
    mark_wrong(actor=releaser, finding_id=finding.pk, reason="方言用法", phrase="认真进行进行")
    assert TextException.objects.get().phrase == "认真进行进行"
    other = draft(GENERAL.replace("排查", "检查"), title="关于开展消防检查的通知")
    inspect_version(version_id=other.pk)
    assert unanswered_findings(other) == []


@pytest.mark.requirement("P7-07")
def test_an_editors_mark_waits_for_the_keeper_of_the_list(
    draft: Draft, library: Library, releaser: Person
) -> None:
    def mark(title: str) -> ResourceVersion:
        version = draft(GENERAL.replace("按", title[:2]), title=title)
        inspect_version(version_id=version.pk)
        finding = unanswered_findings(version)[0]
        mark_wrong(actor=library.writer, finding_id=finding.pk, reason="方言用法")
        assert unanswered_findings(version) == []
        return version

    mark("关于开展消防检查的通知")
    mark("校舍安全排查情况的通知")
    proposal = ProposedException.objects.get()
    assert (proposal.phrase, proposal.created_by) == ("地要认真进行进行排查", library.writer)
    assert not TextException.objects.exists()
    for stranger in (library.writer, library.health_writer):
        for deed in (accept_proposals, decline_proposals):
            with pytest.raises(NotFound):
                deed(actor=stranger, ids=[proposal.pk])
    assert list(proposals_for(viewer_for(releaser))) == [proposal]

    assert decline_proposals(actor=releaser, ids=[proposal.pk]) == 1
    with pytest.raises(ProposalDecided):
        accept_proposals(actor=releaser, ids=[proposal.pk])
    assert not TextException.objects.exists()

    mark("关于再次排查校舍的通知")
    again = proposals_for(viewer_for(releaser)).get()
    assert accept_proposals(actor=releaser, ids=[again.pk]) == 1
    assert TextException.objects.get().phrase == proposal.phrase
    other = draft(GENERAL, title="关于排查的第四个通知")
    inspect_version(version_id=other.pk)
    assert unanswered_findings(other) == []


def test_personal_data_and_secrets_are_never_proposed(
    draft: Draft, library: Library, releaser: Person
) -> None:
    version = draft(PERSONAL)
    inspect_version(version_id=version.pk)
    for found in (*blocking_findings(version), *unanswered_findings(version)):
        if found.error_class in {"E5", "E6"}:
            mark_wrong(actor=releaser, finding_id=found.pk, reason="示例号码")
    assert Resolution.objects.exists()
    assert not ProposedException.objects.exists()
    assert not TextException.objects.exists()


def test_an_answer_to_a_short_word_holds_only_where_the_same_words_stand(
    draft: Draft, library: Library
) -> None:
    version = draft(GENERAL + GENERAL.replace("要认真", "切勿"))
    inspect_version(version_id=version.pk)
    first, second = unanswered_findings(version)
    answer_finding(actor=library.writer, finding_id=first.pk, reason="原文如此")
    assert [row.pk for row in unanswered_findings(version)] == [second.pk]


def test_what_was_said_is_never_changed(draft: Draft, library: Library) -> None:
    version = draft(GENERAL)
    inspect_version(version_id=version.pk)
    said = answer_finding(
        actor=library.writer, finding_id=unanswered_findings(version)[0].pk, reason="原文如此"
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Resolution.objects.filter(pk=said.pk).update(reason="别的")
    with pytest.raises(DatabaseError), transaction.atomic():
        said.delete()
    assert Resolution.objects.get().reason == "原文如此"


@pytest.mark.requirement("P7-06")
def test_one_press_masks_personal_data_as_a_new_version(draft: Draft, library: Library) -> None:
    version = draft(PERSONAL)
    masked = mask_personal_text(actor=library.writer, version_id=version.pk)
    assert masked.number == version.number + 1
    assert "19900307" not in masked.body
    assert "110101<b>********</b>7758" in masked.body
    assert "138****5678" in masked.body
    assert ResourceVersion.objects.get(pk=version.pk).body == version.body
    with pytest.raises(NothingToMask):
        mask_personal_text(actor=library.writer, version_id=masked.pk)
    with pytest.raises(NotFound):
        mask_personal_text(actor=library.health_writer, version_id=version.pk)


@pytest.mark.requirement("P7-05")
def test_severe_findings_of_a_batch_are_held_back_one_by_one(
    library: Library, make_record: MakeRecord
) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source="https://old.example")
    bodies: list[str] = [
        "<p>为加强全省中小学校舍安全管理，现就有关事项通知如下。</p>",
        SEVERE,
        "<p>一、开展夏季防汛检查，落实值班制度，及时报送情况。</p>",
    ]
    records = [
        make_record(
            title=f"示范事项第{place}号说明", body_html=body, external_key=f"https://old.example/{place}"
        )
        for place, body in enumerate(bodies)
    ]
    list(admit_many(actor=library.writer, records=records, batch=batch))
    close_batch(actor=library.writer, batch=batch)
    batch.refresh_from_db()
    assert approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer]) == 2
    held = Resource.objects.exclude(status="effective").get()
    assert held.working_version is not None
    assert "共合国" in held.working_version.body
    assert len(blocking_findings(held.working_version)) == 1


@pytest.mark.requirement("P7-05")
@pytest.mark.requirement("P7-06")
def test_attachments_of_a_batch_are_inspected(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source="https://old.example")
    words = ("申请人身份证号：110101199003077758", "申请材料目录")
    records = [
        make_record(
            title=f"示范事项第{place}号名单",
            body_html=f"<p>现将{'甲乙'[place]}类事项第{place}号名单予以公布，详见附件。</p>",
            external_key=f"https://old.example/{place}",
            files=(IncomingFile(name="名单.docx", content=word_file(text)),),
        )
        for place, text in enumerate(words)
    ]
    list(admit_many(actor=library.writer, records=records, batch=batch))
    close_batch(actor=library.writer, batch=batch)
    batch.refresh_from_db()
    assert approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer]) == 1
    held = Resource.objects.exclude(status="effective").get()
    assert held.working_version is not None
    assert held.working_version.title == "示范事项第0号名单"
    assert [row.rule_code for row in blocking_findings(held.working_version)] == ["E6-id"]


@pytest.mark.requirement("P7-04")
def test_a_picture_is_read_before_it_goes_out_and_only_once(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(drawn, "PNG")
    version = draft(
        GENERAL.replace("进行进行", "进行"),
        files=(IncomingFile(name="证件.png", content=drawn.getvalue(), role="image", alt="证件样式"),),
    )
    with pytest.raises(PicturesUnread):
        check_before_publication(version)
    asked: list[int] = []

    def read(files: Sequence[Path]) -> list[str]:
        asked.append(len(files))
        return ["公民身份号码\n110101199003\n077758"]

    monkeypatch.setattr(recognise_pictures, "recognise", read)
    assert recognise_next()
    assert not recognise_next()
    with pytest.raises(FindingsBlock):
        check_before_publication(version)
    assert [row.rule_code for row in blocking_findings(version)] == ["E6-id"]
    # As after a change of dictionaries: inspected anew, not read anew.
    Inspection.objects.all().delete()
    assert not inspect_version(version_id=version.pk).waits_for_pictures
    assert [row.rule_code for row in blocking_findings(version)] == ["E6-id"]
    assert asked == [1]
    StoredFile.objects.update(erased_at=clock.now())
    enqueue([WorkRequest(QUEUE, str(version.pk))])
    assert forget_purged()
    assert not PictureText.objects.exists()


def test_purging_erases_the_findings(draft: Draft) -> None:
    version = draft(PERSONAL)
    inspect_version(version_id=version.pk)
    enqueue([WorkRequest(QUEUE, str(version.pk))])
    assert forget_purged()
    assert not Inspection.objects.exists()
    assert not forget_purged()
