"""Duplicates at the gate: exact ones are not stored again, near ones become version candidates (P2-09)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rongshu.foundation.models import RuleValue
from rongshu.library.actions.admit import admit
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.batches import open_batch
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.gate.records import GateDefaults
from rongshu.library.models import Resource, ResourceRelation, ResourceVersion
from rongshu.library.tests.conftest import Library, MakeRecord, stored

TEXT = "".join(
    f"<p>第{n}条　学校应当对{what}定期检查，建立台账，发现隐患及时整改"
    "并报告主管部门，年底前完成验收归档。</p>"
    for n, what in enumerate(
        ("校舍", "食堂", "校车", "实验室", "消防设施", "体育器材", "围墙", "电路"), start=1
    )
)
EDITED = TEXT.replace("年底前", "十一月底前", 1).replace("校车", "校车和接送车辆", 1)


@pytest.mark.requirement("P2-09")
def test_a_near_duplicate_becomes_a_version_of_the_original(
    library: Library, make_record: MakeRecord
) -> None:
    first = admit(actor=library.writer, record=make_record(body_html=TEXT))
    near = admit(actor=library.writer, record=make_record(body_html=EDITED))
    assert (near.outcome, near.of, near.resource_id) == (
        "near-duplicate",
        first.resource_id,
        first.resource_id,
    )
    candidate = stored(near)
    assert candidate.number == 2
    assert candidate.similarity is not None
    assert 700 <= candidate.similarity < 1000
    resource = Resource.objects.get()
    assert resource.working_version_id == first.version_id
    accepted = approve_version(actor=library.reviewer, version=candidate).resource
    assert accepted.effective_version == candidate


@pytest.mark.requirement("P2-09")
def test_the_threshold_is_a_rule(library: Library, make_record: MakeRecord) -> None:
    RuleValue.objects.update_or_create(
        code="library.near_duplicate", organization_id=None, effective_on="2021-01-01",
        defaults={"value": 999, "source": "测试"},
    )  # fmt: skip
    admit(actor=library.writer, record=make_record(body_html=TEXT))
    assert admit(actor=library.writer, record=make_record(body_html=EDITED)).outcome == "admitted"
    assert Resource.objects.count() == 2


@pytest.mark.requirement("P2-09")
def test_what_the_actor_may_not_see_is_no_duplicate(library: Library, make_record: MakeRecord) -> None:
    admit(actor=library.writer, record=make_record(body_html=TEXT))
    for body in (TEXT, EDITED):
        foreign = make_record(body_html=body, owner=library.health)
        answer = admit(
            actor=library.health_writer, record=foreign, defaults=GateDefaults(near_duplicate_threshold=700)
        )
        assert answer.of is None or Resource.objects.get(pk=answer.of).owner == library.health
    assert Resource.objects.filter(owner=library.education).get().versions.count() == 1


def test_a_shared_resource_of_another_unit_is_linked_not_touched(
    library: Library, make_record: MakeRecord
) -> None:
    original = create_draft(actor=library.writer, record=make_record(body_html=TEXT))
    assert original.working_version is not None
    approve_version(actor=library.reviewer, version=original.working_version)
    exact = admit(actor=library.health_writer, record=make_record(body_html=TEXT, owner=library.health))
    assert (exact.outcome, exact.of) == ("exact-duplicate", original.pk)
    near = admit(actor=library.health_writer, record=make_record(body_html=EDITED, owner=library.health))
    assert (near.outcome, near.of) == ("near-duplicate", original.pk)
    assert near.resource_id != original.pk
    relation = ResourceRelation.objects.get()
    assert (relation.source_id, relation.target_id, relation.kind) == (
        near.resource_id, original.pk, "near-duplicate",
    )  # fmt: skip
    assert original.versions.count() == 1


def test_duplicates_within_one_run_are_found(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.writer, kind="intake", source="x")
    base = make_record(body_html=TEXT)
    records = [
        replace(base, external_key="a"),
        replace(base, external_key="b"),
        replace(base, external_key="c", body_html=EDITED),
        replace(
            base, external_key="d", type_code="question-answer", elements={"Question": "问", "Answer": "答"}
        ),
    ]
    answers = list(admit_many(actor=library.writer, records=records, batch=batch))
    assert [a.outcome for a in answers] == ["admitted", "exact-duplicate", "near-duplicate", "admitted"]
    again = list(admit_many(actor=library.writer, records=records, batch=batch))
    assert [a.outcome for a in again] == ["admitted", "exact-duplicate", "near-duplicate", "admitted"]
    assert ResourceVersion.objects.count() == 3


def test_preparing_in_another_process_gives_the_same(library: Library, make_record: MakeRecord) -> None:
    records = [
        make_record(external_key=str(n), title=f"第{n}号", body_html=f"<p>{chr(0x4E00 + n * 11) * 50}</p>")
        for n in range(7)
    ]
    here = open_batch(actor=library.writer, kind="intake", source="here")
    there = open_batch(actor=library.writer, kind="intake", source="there")
    list(admit_many(actor=library.writer, records=records, batch=here))
    wrong = [*records[:3], replace(records[3], theme_code="99", external_key="bad")]
    answers = list(admit_many(actor=library.writer, records=wrong, batch=there, processes=1))
    assert [a.outcome for a in answers] == ["exact-duplicate"] * 3 + ["refused"]
    assert answers[3].errors[0].fields == {"ThemeCat": answers[3].errors[0].fields["ThemeCat"]}


def test_a_draft_by_hand_is_flagged_not_folded(library: Library, make_record: MakeRecord) -> None:
    first = create_draft(actor=library.writer, record=make_record(body_html=TEXT))
    second = create_draft(actor=library.writer, record=make_record(body_html=TEXT))
    assert second.pk != first.pk
    assert second.working_version is not None
    assert [flag["code"] for flag in second.working_version.flags] == ["possible-duplicate"]
