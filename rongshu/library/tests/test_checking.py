"""What the gate demands of a record, element by element (P6-01, P6-03, P5-02, P5-06)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from rongshu.foundation.text import text_of_html
from rongshu.library.actions.admit import admit
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.errors import ElementMissing, ElementPlaceholder, ElementTooLong
from rongshu.library.gate.records import GateDefaults
from rongshu.library.models import Resource, VersionFingerprint
from rongshu.library.tests.conftest import SHANGHAI, Library, MakeRecord, stored

POLICY = {
    "DocNo": "示教办〔2021〕7号",
    "IssuingOrg": ["示范省教育厅"],
    "WrittenDate": "2021-03-01",
    "Aging": "valid",
}


def refused(library: Library, record: Any, **defaults: Any) -> dict[str, str]:
    """Return {element: code} of what refuses the record, and make sure that nothing was stored."""
    before = Resource.objects.count()
    answer = admit(
        actor=library.writer, record=record, defaults=GateDefaults(**{"derives": False, **defaults})
    )
    assert answer.outcome == "refused"
    assert Resource.objects.count() == before
    return {name: error.code for error in answer.errors for name in error.fields}


@pytest.mark.requirement("P6-01")
@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"title": " "}, "Title"),
        ({"content_source": ""}, "ContentSource"),
        ({"description": ""}, "Description"),
        ({"theme_code": ""}, "ThemeCat"),
        ({"body_html": "<p> </p>"}, "Content"),
        ({"language": ""}, "Lang"),
        ({"open_type": ""}, "OpenType"),
        ({"share_type": ""}, "ShareType"),
    ],
)
def test_mandatory_elements_are_named(
    library: Library, make_record: MakeRecord, changes: dict[str, Any], element: str
) -> None:
    assert refused(library, make_record(**changes))[element] == "element-missing"


@pytest.mark.requirement("P6-01")
def test_conditional_elements_depend_on_their_condition(library: Library, make_record: MakeRecord) -> None:
    closed = make_record(description="", theme_code="", open_type="on-request")
    answer = admit(actor=library.writer, record=closed, defaults=GateDefaults(derives=False))
    assert answer.outcome == "admitted"


@pytest.mark.requirement("P6-01")
@pytest.mark.parametrize("placeholder", ["null", "NULL", "undefined", " Null "])
@pytest.mark.parametrize("field", ["title", "content_source", "author"])
def test_the_word_null_is_refused(
    library: Library, make_record: MakeRecord, field: str, placeholder: str
) -> None:
    assert "element-placeholder" in refused(library, make_record(**{field: placeholder})).values()


@pytest.mark.requirement("P6-01")
def test_the_word_null_is_refused_in_nested_elements(library: Library, make_record: MakeRecord) -> None:
    record = make_record(
        type_code="policy-document", genre_code="notice", elements={**POLICY, "RuleNo": "null"}
    )
    assert refused(library, record) == {"RuleNo": "element-placeholder"}


@pytest.mark.requirement("P6-01")
@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"theme_code": "99"}, "ThemeCat"),
        ({"form": "hologram"}, "FormCat"),
        ({"open_type": "secret"}, "OpenType"),
        ({"share_type": "maybe"}, "ShareType"),
        ({"audience": ("citizen", "martian")}, "Audience"),
    ],
)
def test_enumerations_are_checked(
    library: Library, make_record: MakeRecord, changes: dict[str, Any], element: str
) -> None:
    assert refused(library, make_record(**changes)) == {element: "element-not-in-domain"}


def test_labels_are_read_as_codes(library: Library, make_record: MakeRecord) -> None:
    answer = admit(
        actor=library.writer,
        record=make_record(theme_code="科技、教育", open_type="主动公开", form="文字", share_type="不予共享"),
    )
    assert answer.errors == ()
    version = stored(answer)
    assert (version.theme_code, version.open_type, version.form) == ("11", "proactive", "text")
    assert version.share_type == "none"


@pytest.mark.requirement("P6-01")
def test_lengths_are_checked(library: Library, make_record: MakeRecord) -> None:
    errors = refused(library, make_record(title="长" * 3000, author="某" * 51))
    assert errors == {"Title": "element-too-long", "Author": "element-too-long"}


@pytest.mark.requirement("P6-01")
@pytest.mark.parametrize(
    ("elements", "element", "code"),
    [
        ({"WrittenDate": "2021-13-01"}, "WrittenDate", "element-malformed"),
        ({"Aging": "frisch"}, "Aging", "element-not-in-domain"),
        ({"IssuingOrg": "示范省教育厅"}, "IssuingOrg", "element-malformed"),
        ({"MajorPolicy": "yes"}, "MajorPolicy", "element-malformed"),
        ({"IssuingOrg": []}, "IssuingOrg", "element-missing"),
        ({"Colour": "red"}, "Colour", "element-unknown"),
    ],
)
def test_extension_elements_are_checked(
    library: Library, make_record: MakeRecord, elements: dict[str, Any], element: str, code: str
) -> None:
    record = make_record(type_code="policy-document", genre_code="notice", elements={**POLICY, **elements})
    assert refused(library, record) == {element: code}


def test_nested_elements_are_checked(library: Library, make_record: MakeRecord) -> None:
    elements = {
        "ItemCode": "A1", "Name": "示范事项", "Type": "行政许可", "Basis": "依据", "Object": "自然人",
        "Conditions": "条件", "Process": "流程", "Place": "地点", "Time": "时间", "Contact": "电话",
        "Fee": "不收费", "LegalDays": "20", "PromiseDays": "5",
        "Materials": [{"Name": "申请表"}, {"Copies": "1"}],
    }  # fmt: skip
    record = make_record(type_code="service-guide", elements=elements)
    assert refused(library, record) == {"Materials.Name": "element-missing"}


def test_all_wrong_elements_are_named_at_once(library: Library, make_record: MakeRecord) -> None:
    with pytest.raises(ElementMissing) as missing:
        create_draft(actor=library.writer, record=make_record(content_source=""))
    assert missing.value.fields == {"ContentSource": "必须填写"}
    with pytest.raises(Exception, match="标题") as many:
        create_draft(actor=library.writer, record=make_record(title="", theme_code="", author="null"))
    assert set(many.value.fields) == {"Title", "ThemeCat", "Author"}  # type: ignore[attr-defined]
    assert not Resource.objects.exists()
    assert not VersionFingerprint.objects.exists()
    assert not isinstance(many.value, ElementTooLong | ElementPlaceholder)


@pytest.mark.requirement("P5-02")
def test_undated_material_from_outside_is_refused(library: Library, make_record: MakeRecord) -> None:
    assert refused(library, make_record(given_published_at=None)) == {"PubDate": "published-at-missing"}


@pytest.mark.requirement("P5-02")
def test_a_day_without_a_time_is_kept_as_a_day(library: Library, make_record: MakeRecord) -> None:
    day = datetime(2008, 5, 12, tzinfo=SHANGHAI)
    record = make_record(given_published_at=day, published_precision="day")
    version = stored(admit(actor=library.writer, record=record))
    assert version.given_published_at == day
    assert version.given_published_precision == "day"


@pytest.mark.requirement("P6-03")
@pytest.mark.parametrize(
    ("given", "normal", "is_flagged"),
    [
        ("示教办[2021]7号", "示教办〔2021〕7号", False),
        ("示教办〔２０２１〕０７号", "示教办〔2021〕7号", False),
        ("内部第七号文", "内部第七号文", True),
    ],
)
def test_document_numbers_match_or_are_flagged(
    library: Library, make_record: MakeRecord, given: str, normal: str, is_flagged: bool
) -> None:
    record = make_record(
        type_code="policy-document", genre_code="notice", elements={**POLICY, "DocNo": given}
    )
    answer = admit(actor=library.writer, record=record)
    version = stored(answer)
    assert version.elements["DocNo"] == normal
    assert ("document-number-malformed" in {flag["code"] for flag in version.flags}) is is_flagged


@pytest.mark.requirement("P5-06")
def test_maps_need_a_map_number(library: Library, make_record: MakeRecord) -> None:
    a_map = make_record(elements={"ContainsMap": True})
    assert refused(library, a_map) == {"MapNo": "element-missing"}
    numbered = make_record(elements={"ContainsMap": True, "MapNo": "示S（2021）001号"})
    assert admit(actor=library.writer, record=numbered).outcome == "admitted"


@pytest.mark.requirement("P5-06")
def test_the_map_number_is_found_in_the_text(library: Library, make_record: MakeRecord) -> None:
    record = make_record(body_html="<p>全省行政区划见下图。审图号：示S（2021）012号</p>")
    version = stored(admit(actor=library.writer, record=record))
    assert version.elements == {"ContainsMap": True, "MapNo": "示S（2021）012号"}
    assert version.derived["MapNo"] == "map-number-in-text"


def test_missing_elements_are_derived_and_marked(library: Library, make_record: MakeRecord) -> None:
    record = make_record(
        type_code="policy-document", description="", theme_code="", form="", content_source="", genre_code="",
        body_html="<p>示教发〔2021〕9号</p><p>现就教师培训、学校安全和义务教育招生工作通知如下。</p>"
        "<p>示范省教育厅</p><p>2021年3月1日</p>",
    )  # fmt: skip
    answer = admit(actor=library.writer, record=record)
    version = stored(answer)
    assert version.elements["DocNo"] == "示教发〔2021〕9号"
    assert version.elements["WrittenDate"] == "2021-03-01"
    assert (version.theme_code, version.genre_code, version.form) == ("11", "notice", "text")
    assert version.content_source == "示范省教育厅"
    assert {"DocNo", "WrittenDate", "ThemeCat", "GenreCat", "Description", "ContentSource"} <= set(
        version.derived
    )
    log = {entry.category.scheme_id: entry for entry in version.resource.classification_log.all()}
    assert "教" in log["theme"].rule
    assert log["theme"].confidence is not None


def test_nothing_is_derived_for_what_a_person_writes(library: Library, make_record: MakeRecord) -> None:
    assert set(refused(library, make_record(description="", theme_code="", content_source=""))) == {
        "Description", "ThemeCat", "ContentSource",
    }  # fmt: skip


def test_a_taken_index_number_is_refused_and_reveals_nothing(
    library: Library, make_record: MakeRecord
) -> None:
    number = f"{library.education.credit_code}/2015-00012"
    first = make_record(legacy_index_number=f"索引号：{number.lower()}")
    assert admit(actor=library.writer, record=first).outcome == "admitted"
    other = make_record(title="另一份通知", body_html="<p>完全不同的内容。</p>", legacy_index_number=number)
    assert refused(library, other) == {"IndexNo": "index-number-taken"}
    foreign = make_record(
        owner=library.health, title="第三份", body_html="<p>别的单位的内容。</p>", legacy_index_number=number
    )
    assert admit(actor=library.health_writer, record=foreign).outcome == "admitted"


def test_unknown_types_and_systems_are_refused(library: Library, make_record: MakeRecord) -> None:
    unknown_type = admit(actor=library.writer, record=make_record(type_code="poem"))
    unknown_app = admit(actor=library.writer, record=make_record(source_app="nobody"))
    assert [e.code for e in unknown_type.errors] == ["resource-type-unknown"]
    assert [e.code for e in unknown_app.errors] == ["source-app-unknown"]


def test_scripts_do_not_get_in(library: Library, make_record: MakeRecord) -> None:
    body = '<p onclick="x()">正文<script>alert(1)</script><img src="javascript:x" alt="图"></p>'
    version = stored(admit(actor=library.writer, record=make_record(body_html=body)))
    assert "script" not in version.body
    assert "onclick" not in version.body


def test_a_body_that_had_to_be_flattened_is_for_a_person_to_look_at(
    library: Library, make_record: MakeRecord
) -> None:
    answer = admit(
        actor=library.writer,
        record=make_record(body_html="<p>首段</p>" + "<div>" * 600 + "<p>末段</p>"),
        defaults=GateDefaults(derives=False),
    )
    version = stored(answer)
    assert text_of_html(version.body) == "首段\n末段", "no word is lost"
    assert [flag["code"] for flag in version.flags] == ["body-flattened"]
