"""A bulk run: admitted in portions, closed with a manifest, approved by persons or under a mandate,
resumable."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from rongshu.foundation import clock
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import Event
from rongshu.library.actions.admit import admit
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch, reject_batch
from rongshu.library.actions.mandates import give_mandate, revoke_mandate
from rongshu.library.errors import BatchNotOpen, BatchNotWaiting, MandateNotValid, ManifestChanged
from rongshu.library.gate.records import IncomingRecord
from rongshu.library.models import Approval, ApprovalBatch, Resource, ResourceVersion
from rongshu.library.tests.conftest import Library, MakeRecord

SOURCE = "https://old.example"


def records(make_record: MakeRecord, count: int) -> list[IncomingRecord]:
    return [
        make_record(
            title=f"示范事项第{place}号说明",
            body_html=f"<p>{chr(0x4E00 + place * 7) * 40}第{place}号事项{chr(0x5E00 + place * 3) * 30}。</p>",
            external_key=f"{SOURCE}/{place}.html",
        )
        for place in range(count)
    ]


def test_a_batch_is_approved_as_one(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source=SOURCE)
    answers = list(admit_many(actor=library.writer, records=records(make_record, 250), batch=batch))
    assert [answer.outcome for answer in answers] == ["admitted"] * 250
    with pytest.raises(BatchNotWaiting):
        approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer])
    batch = close_batch(actor=library.writer, batch=batch)
    assert (batch.item_count, len(batch.sample)) == (250, 20)
    with pytest.raises(BatchNotOpen):
        list(admit_many(actor=library.writer, records=records(make_record, 1), batch=batch))
    with pytest.raises(NotAllowed):
        approve_batch(actor=library.writer, batch=batch, signers=[library.health_reviewer])
    assert not Resource.objects.filter(status="effective").exists()

    assert approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer]) == 250
    assert Resource.objects.filter(status="effective").count() == 250
    numbers = sorted(number or "" for number in Resource.objects.values_list("index_number", flat=True))
    assert numbers == [f"{library.education.credit_code}/2021-{n:05}" for n in range(1, 251)]
    approval = Approval.objects.get()
    assert approval.manifest_digest == batch.manifest_digest
    assert [signature.person for signature in approval.signatures.all()] == [library.reviewer]
    assert Event.objects.filter(kind="ResourceBecameEffective").count() == 250


def test_an_interrupted_run_goes_on(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source=SOURCE)
    wanted = records(make_record, 230)
    first = list(islice(admit_many(actor=library.writer, records=wanted, batch=batch), 120))
    stored = set(ResourceVersion.objects.values_list("pk", flat=True))
    assert len(stored) == 200
    again = list(admit_many(actor=library.writer, records=wanted, batch=batch))
    assert [answer.outcome for answer in again] == ["admitted"] * 230
    assert [a.resource_id for a in again[:120]] == [a.resource_id for a in first]
    assert Resource.objects.count() == 230


def test_an_interrupted_approval_goes_on_without_new_signatures(
    library: Library, make_record: MakeRecord
) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source=SOURCE)
    list(admit_many(actor=library.writer, records=records(make_record, 250), batch=batch))
    batch = close_batch(actor=library.writer, batch=batch)

    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer], progress=interrupt)
    assert Resource.objects.filter(status="effective").count() == 100
    assert approve_batch(actor=library.writer, batch=batch) == 150
    assert Resource.objects.filter(status="effective").count() == 250
    assert Approval.objects.count() == 1
    numbers = sorted(number or "" for number in Resource.objects.values_list("index_number", flat=True))
    assert numbers[-1] == f"{library.education.credit_code}/2021-00250"


def test_a_changed_manifest_stops_the_approval(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source=SOURCE)
    list(admit_many(actor=library.writer, records=records(make_record, 3), batch=batch))
    batch = close_batch(actor=library.writer, batch=batch)
    ApprovalBatch.objects.update(manifest_digest="sha256:" + "0" * 64)
    with pytest.raises(ManifestChanged):
        approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer])
    assert not Approval.objects.exists()


def test_a_rejected_batch_stays_in_the_library(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source=SOURCE)
    list(admit_many(actor=library.writer, records=records(make_record, 2), batch=batch))
    batch = close_batch(actor=library.writer, batch=batch)
    with pytest.raises(NotAllowed):
        reject_batch(actor=library.writer, batch=batch, reason="抽样不合格")
    assert reject_batch(actor=library.reviewer, batch=batch, reason="抽样不合格").status == "rejected"
    with pytest.raises(BatchNotWaiting):
        approve_batch(actor=library.writer, batch=batch, signers=[library.reviewer])
    assert Resource.objects.filter(status="in-review").count() == 2


def test_a_mandate_signs_beforehand(library: Library, make_record: MakeRecord) -> None:
    site, today = new_id(), clock.today()
    given: dict[str, Any] = {
        "source": SOURCE,
        "target_site_id": site,
        "signers": [library.reviewer],
        "starts_on": today,
        "ends_on": today + timedelta(days=30),
        "reason": "迁移方案批复",
    }
    with pytest.raises(NotAllowed):
        give_mandate(actor=library.reviewer, **{**given, "signers": [library.writer]})
    mandate = give_mandate(actor=library.reviewer, **given)
    with pytest.raises(MandateNotValid):
        open_batch(
            actor=library.writer, kind="intake", source=SOURCE, target_site_id=new_id(), mandate=mandate
        )
    batch = open_batch(
        actor=library.writer, kind="intake", source=SOURCE, target_site_id=site, mandate=mandate
    )
    admit(actor=library.writer, record=make_record(), batch=batch)
    batch = close_batch(actor=library.writer, batch=batch)
    revoke_mandate(actor=library.reviewer, mandate=mandate, reason="范围变更")
    with pytest.raises(MandateNotValid):
        approve_batch(actor=library.writer, batch=batch, mandate=mandate)
    assert ApprovalBatch.objects.get().status == "waiting"
    second = give_mandate(actor=library.reviewer, **given)
    assert approve_batch(actor=library.writer, batch=batch, mandate=second) == 1
    assert Approval.objects.get().signatures.get().person == library.reviewer
