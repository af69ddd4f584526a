"""Standards, types, fields, names, categories, topics, sets, catalogue and interface descriptions."""

from __future__ import annotations

import io
import json
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from lxml import etree

from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import PUBLIC
from rongshu.foundation.errors import NotAllowed, RongshuError
from rongshu.foundation.models import Event
from rongshu.foundation.worker import drain
from rongshu.library import catalogue
from rongshu.library.actions.admit import admit
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.categories import (
    create_category,
    import_categories,
    merge_categories,
    move_category,
    sort_categories,
    split_category,
)
from rongshu.library.actions.classify_resource import classify_resource, declassify_resource
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.define_field import (
    FieldSpecification,
    define_field,
    define_standard,
    define_type,
    register_element_word,
    remove_field,
)
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.actions.topics import (
    add_to_topic,
    end_selection,
    gather_by_category,
    gather_by_query,
    refresh_topics,
    remove_from_topic,
)
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.element_naming import complaint_about_chinese, complaint_about_english
from rongshu.library.errors import (
    CategoryFileMalformed,
    CategoryImpossible,
    CategoryMoveCircular,
    FieldDefinitionIllegal,
    FieldInUse,
    FieldNameIllegal,
    FieldNameTaken,
    QueryMalformed,
)
from rongshu.library.interface_description import json_schema, markdown, openapi
from rongshu.library.models import (
    Category,
    CategoryScheme,
    Classification,
    ClassificationEntry,
    ElementName,
    FieldDefinition,
    LibraryStandard,
    Resource,
    ResourceType,
)
from rongshu.library.queries import effective_matching, metadata_sets, schema_of, topic_members, visible
from rongshu.library.tests.conftest import Library, MakeRecord


def published(library: Library, record: Any) -> Resource:
    resource = create_draft(actor=library.writer, record=record)
    assert resource.working_version is not None
    return approve_version(actor=library.reviewer, version=resource.working_version).resource


def article_type() -> ResourceType:
    return ResourceType.objects.get(code="article", standard__is_default=True)


def test_seeding_twice_changes_nothing(library: Library) -> None:
    before = (FieldDefinition.objects.count(), Category.objects.count(), ElementName.objects.count())
    Category.objects.filter(code="11").update(name="本省的叫法")
    seed_standard()
    assert before == (FieldDefinition.objects.count(), Category.objects.count(), ElementName.objects.count())
    assert Category.objects.get(scheme="theme", code="11").name == "本省的叫法"
    assert ResourceType.objects.count() == 12


@pytest.mark.requirement("P6-07")
def test_every_seeded_name_obeys_the_naming_rules(library: Library) -> None:
    words = set(ElementName.objects.values_list("abbreviation", flat=True))
    complaints = {
        definition.name_en: complaint_about_english(definition.name_en, words)
        + complaint_about_chinese(definition.name_cn)
        for definition in FieldDefinition.objects.all()
    }
    assert {name: wrong for name, wrong in complaints.items() if wrong} == {}


@pytest.mark.requirement("P6-07")
def test_names_are_made_of_registered_words(library: Library) -> None:
    specification = FieldSpecification(name_cn="阅读量", name_en="ReadCnt", data_type="number")
    with pytest.raises(FieldNameIllegal) as refused:
        define_field(actor=library.operator, resource_type=article_type(), specification=specification)
    assert "Read" in refused.value.message
    assert "Cnt" in refused.value.message
    register_element_word(actor=library.operator, abbreviation="Read", full_word="Read", name_cn="阅读")
    register_element_word(actor=library.operator, abbreviation="Cnt", full_word="Count", name_cn="次数")
    with pytest.raises(FieldNameTaken):
        register_element_word(actor=library.operator, abbreviation="Cnt", full_word="Content")
    with pytest.raises(FieldNameIllegal):
        register_element_word(actor=library.operator, abbreviation="cnt", full_word="count")
    define_field(actor=library.operator, resource_type=article_type(), specification=specification)
    assert schema_of("article").rule("ReadCnt") is not None


@pytest.mark.requirement("P2-02")
@pytest.mark.parametrize(
    ("name_en", "name_cn", "error"),
    [
        ("title", "题目", FieldNameIllegal),
        ("1Title", "题目", FieldNameIllegal),
        ("Title Name", "题目", FieldNameIllegal),
        ("ItemName", "Name", FieldNameIllegal),
        ("ItemName", "名称<b>", FieldNameIllegal),
        ("ItemName", "长" * 51, FieldNameIllegal),
        ("Title", "题目", FieldNameTaken),
        ("ItemName", "标题", FieldNameTaken),
    ],
)
def test_illegal_and_duplicate_names_are_refused(
    library: Library, name_en: str, name_cn: str, error: type[RongshuError]
) -> None:
    before = FieldDefinition.objects.count()
    with pytest.raises(error):
        define_field(
            actor=library.operator,
            resource_type=article_type(),
            specification=FieldSpecification(name_cn=name_cn, name_en=name_en, data_type="text"),
        )
    assert FieldDefinition.objects.count() == before


@pytest.mark.requirement("P2-02")
def test_a_definition_holds_all_its_attributes(library: Library, make_record: MakeRecord) -> None:
    type_ = article_type()
    parent = define_field(
        actor=library.operator,
        resource_type=type_,
        specification=FieldSpecification(
            name_cn="材料", name_en="Materials", data_type="array", obligation="M", element_set="附加信息",
            is_listed=True, is_searchable=True, note="逐项填写",
        ),
    )  # fmt: skip
    define_field(
        actor=library.operator,
        resource_type=type_,
        parent=parent,
        specification=FieldSpecification(
            name_cn="名称", name_en="Name", data_type="text", length=5, obligation="M"
        ),
    )
    refusals = {
        "parent": FieldSpecification(name_cn="份数", name_en="Copies", data_type="text"),
        "data_type": FieldSpecification(name_cn="份数", name_en="Copies", data_type="poem"),
        "length": FieldSpecification(name_cn="份数", name_en="Copies", data_type="text", length=0),
        "condition": FieldSpecification(
            name_cn="份数", name_en="Copies", data_type="text", condition={"in": []}
        ),
        "domain": FieldSpecification(
            name_cn="份数", name_en="Copies", data_type="code", domain={"codes": {}}
        ),
        "is_title": FieldSpecification(name_cn="份数", name_en="Copies", data_type="text", is_title=True),
    }
    text_field = type_.fields.get(name_en="Author")
    for name, specification in refusals.items():
        with pytest.raises(FieldDefinitionIllegal) as refused:
            define_field(
                actor=library.operator, resource_type=type_, specification=specification,
                parent=text_field if name == "parent" else None,
            )  # fmt: skip
        assert set(refused.value.fields) == {name}
    with pytest.raises(NotAllowed):
        define_field(actor=library.writer, resource_type=type_, specification=refusals["parent"])
    assert admit(actor=library.writer, record=make_record()).errors[0].fields.keys() == {"Materials"}
    too_long = make_record(elements={"Materials": [{"Name": "超过五个字的"}]})
    assert admit(actor=library.writer, record=too_long).errors[0].fields.keys() == {"Materials.Name"}
    assert (
        admit(actor=library.writer, record=make_record(elements={"Materials": [{"Name": "表"}]})).errors == ()
    )
    with pytest.raises(FieldInUse):
        remove_field(actor=library.operator, definition=parent)
    with pytest.raises(FieldInUse):
        remove_field(actor=library.operator, definition=text_field)


@pytest.mark.requirement("P2-01")
def test_several_standards_coexist(library: Library) -> None:
    other = define_standard(actor=library.operator, code="county", name="示范县标准", version="1")
    with pytest.raises(FieldNameTaken):
        define_standard(actor=library.operator, code="county", name="另一个", version="1")
    type_ = define_type(
        actor=library.operator, standard=other, code="article", name_cn="县信息", name_en="CountyArticle",
        copied_from=article_type(),
    )  # fmt: skip
    define_field(
        actor=library.operator,
        resource_type=type_,
        specification=FieldSpecification(name_cn="乡镇", name_en="Place", data_type="text", obligation="M"),
    )
    assert schema_of("article", standard="county").rule("Place") is not None
    assert schema_of("article").rule("Place") is None
    assert LibraryStandard.objects.filter(is_default=True).count() == 1


@pytest.mark.requirement("P2-04")
def test_categories_are_imported_all_or_nothing(library: Library) -> None:
    scheme = CategoryScheme.objects.get(code="base")
    before = scheme.categories.count()
    for content in ("名称\n甲", "代码,名称,上级代码\nx1,甲,\nx2,乙,nowhere", "代码,名称\nx1,"):
        with pytest.raises(CategoryFileMalformed):
            import_categories(actor=library.operator, scheme=scheme, content=content)
    with pytest.raises(NotAllowed):
        import_categories(actor=library.writer, scheme=scheme, content="代码,名称\nx1,甲")
    assert scheme.categories.count() == before
    content = "\ufeff代码,名称,上级代码\nx1,甲,\nx2,乙,x1\nplans,规划和计划,x1\n"
    assert import_categories(actor=library.operator, scheme=scheme, content=content) == 3
    plans, top = scheme.categories.get(code="plans"), scheme.categories.get(code="x1")
    assert (plans.name, plans.parent, scheme.categories.count()) == ("规划和计划", top, before + 2)
    assert plans.path == f"{top.path}{plans.pk}/"


@pytest.mark.requirement("P2-04")
def test_categories_sort_move_merge_split_and_keep_records(library: Library, make_record: MakeRecord) -> None:
    scheme = CategoryScheme.objects.get(code="base")

    def new(code: str, parent: Category | None = None) -> Category:
        return create_category(actor=library.operator, scheme=scheme, code=code, name=code, parent=parent)

    a, b = new("a"), new("b")
    a1, a2 = new("a1", a), new("a2", a)
    with pytest.raises(CategoryImpossible):
        new("a1")
    sort_categories(actor=library.operator, categories=[a2, a1])
    assert list(a.children.order_by("position")) == [a2, a1]
    with pytest.raises(CategoryImpossible):
        sort_categories(actor=library.operator, categories=[a1, b])
    with pytest.raises(CategoryMoveCircular):
        move_category(actor=library.operator, category=a, parent=a1)
    resources = [published(library, make_record(title=f"第{n}篇", body_html=f"<p>{n}</p>")) for n in range(3)]
    for resource in resources:
        classify_resource(actor=library.writer, resource=resource, category=a1)
    classify_resource(actor=library.writer, resource=resources[0], category=b)
    move_category(actor=library.operator, category=a, parent=b)
    a1.refresh_from_db()
    assert a1.path.startswith(b.path)
    below_b = {"categories": [{"scheme": "base", "code": "b"}]}
    assert set(effective_matching(below_b)) == set(resources)

    moved = split_category(
        actor=library.operator, source=a1, target=a2, resource_ids=[resources[1].pk, resources[2].pk]
    )
    assert moved == 2
    assert set(a1.classifications.values_list("resource", flat=True)) == {resources[0].pk}
    with pytest.raises(CategoryImpossible):
        merge_categories(actor=library.operator, source=b, target=a2)
    theme = Category.objects.filter(scheme="theme").first()
    assert theme is not None
    with pytest.raises(CategoryImpossible):
        merge_categories(actor=library.operator, source=a1, target=theme)
    assert merge_categories(actor=library.operator, source=a1, target=b) == 1
    a1.refresh_from_db()
    assert (a1.is_active, a1.merged_into) == (False, b)
    assert Classification.objects.filter(category=b).count() == 1, "a record under both keeps one link"
    assert Classification.objects.filter(category__scheme="base").count() == 3
    assert ClassificationEntry.objects.filter(rule="merge:a1").count() == 2
    assert Event.objects.filter(kind="ResourceClassified").exists()


def test_classifying_by_hand_is_logged(library: Library, make_record: MakeRecord) -> None:
    resource = published(library, make_record())
    category = Category.objects.get(scheme="audience", code="visitor")
    with pytest.raises(NotAllowed):
        classify_resource(actor=library.health_writer, resource=resource, category=category)
    classify_resource(actor=library.writer, resource=resource, category=category)
    declassify_resource(actor=library.writer, resource=resource, category=category)
    log = ClassificationEntry.objects.filter(category=category).order_by("pk")
    assert [(entry.is_removal, entry.person) for entry in log] == [
        (False, library.writer),
        (True, library.writer),
    ]


@pytest.mark.requirement("P2-17")
def test_topics_by_query_category_and_hand(library: Library, make_record: MakeRecord) -> None:
    def article(title: str, theme: str) -> Resource:
        record = make_record(title=title, theme_code=theme, keywords=("防汛",) if "汛" in title else ())
        return published(library, record)

    flood, school, other = article("防汛通知", "06"), article("开学通知", "11"), article("体育比赛", "13")
    topic = published(library, make_record(type_code="topic", title="示范专题", theme_code="22"))
    by_query = gather_by_query(actor=library.writer, topic=topic, query={"keywords": ["防汛"]})
    education = Category.objects.get(scheme="theme", code="11")
    gather_by_category(actor=library.writer, topic=topic, category=education)
    assert add_to_topic(actor=library.writer, topic=topic, resources=[other, flood]) == 1
    assert list(topic_members(PUBLIC, topic)) == [flood, school, other]
    late = article("汛期安全", "22")
    withdraw_resource(actor=library.reviewer, resource=school, reason="误发")
    drain()
    assert list(topic_members(PUBLIC, topic)) == [flood, other, late]
    assert refresh_topics(actor=library.writer) == 0
    remove_from_topic(actor=library.writer, topic=topic, resource=other)
    end_selection(actor=library.writer, selection=by_query)
    assert list(topic_members(PUBLIC, topic)) == []
    with pytest.raises(NotAllowed):
        add_to_topic(actor=library.health_writer, topic=topic, resources=[flood])
    with pytest.raises(RongshuError):
        add_to_topic(actor=library.writer, topic=flood, resources=[other])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"colour": ["red"]},
        {"types": "article"},
        {"types": []},
        {"published_from": "soon"},
        {"categories": [1]},
    ],
)
def test_malformed_queries_are_refused(library: Library, query: dict[str, Any]) -> None:
    with pytest.raises(QueryMalformed):
        effective_matching(query)


def test_queries_select_effective_resources_only(library: Library, make_record: MakeRecord) -> None:
    create_draft(actor=library.writer, record=make_record(title="草稿通知"))
    live = published(library, make_record(title="开学通知"))
    query = {
        "types": ["article"], "owners": [library.education.credit_code], "title_contains": "通知",
        "forms": ["text"], "published_from": "2021-03-05", "published_until": "2021-03-05",
    }  # fmt: skip
    assert list(effective_matching(query)) == [live]
    assert not effective_matching({**query, "published_from": "2021-03-06"}).exists()


@pytest.mark.requirement("P6-04")
def test_metadata_comes_in_sets_with_stable_keys(library: Library, make_record: MakeRecord) -> None:
    elements = {
        "DocNo": "示教办〔2021〕7号", "IssuingOrg": ["示范省教育厅"], "WrittenDate": "2021-03-01",
        "Aging": "valid",
    }  # fmt: skip
    resource = published(
        library, make_record(type_code="policy-document", genre_code="notice", elements=elements)
    )
    assert resource.effective_version is not None
    sets = {each["set"]: each["items"] for each in metadata_sets(resource.effective_version)}
    assert {"name": "发文字号", "key": "DocNo", "value": "示教办〔2021〕7号"} in sets["政策文件信息"]
    assert {"name": "时效性", "key": "Aging", "value": "有效"} in sets["政策文件信息"]
    basic = {item["key"]: item["value"] for item in sets["基本信息"]}
    assert basic["ThemeCat"] == "科技、教育"
    assert basic["PubDate"] == "2021-03-05 09:30"
    assert basic["IndexNo"] == resource.index_number
    type_ = resource.type
    define_field(
        actor=library.operator,
        resource_type=type_,
        specification=FieldSpecification(
            name_cn="税费类型", name_en="FeeType", data_type="text", element_set="涉税信息"
        ),
    )
    record = make_record(
        type_code="policy-document",
        title="涉税文件",
        genre_code="notice",
        elements={**elements, "FeeType": "增值税"},
    )
    version = published(library, record).effective_version
    assert version is not None
    assert metadata_sets(version)[-1] == {
        "set": "涉税信息", "items": [{"name": "税费类型", "key": "FeeType", "value": "增值税"}],
    }  # fmt: skip


@pytest.mark.requirement("P6-06")
def test_the_catalogue_maps_to_gbt_21063(library: Library, make_record: MakeRecord) -> None:
    open_one = published(library, make_record(title="甲 & <乙>", keywords=("校舍", "安全")))
    published(library, make_record(title="不公开", open_type="closed", description="", theme_code=""))
    create_draft(actor=library.writer, record=make_record(title="草稿"))
    xml = io.BytesIO()
    assert catalogue.write_xml(catalogue.entries(visible(viewer_for(library.operator))), xml) == 2
    root = etree.fromstring(xml.getvalue())
    space = {"c": catalogue.NAMESPACE}
    for record in root.findall("c:metadata", space):
        for name in catalogue.MANDATORY:
            assert record.findtext(f"c:{name}", namespaces=space), name
    first = next(r for r in root if r.findtext("c:resTitle", namespaces=space) == "甲 & <乙>")
    assert first.findtext("c:resID", namespaces=space) == open_one.index_number
    assert first.findtext("c:tpCat", namespaces=space) == "科技、教育"
    assert [k.text for k in first.findall("c:keyword", space)] == ["校舍", "安全"]
    as_json = io.BytesIO()
    catalogue.write_json(catalogue.entries(visible(PUBLIC)), as_json)
    loaded = json.loads(as_json.getvalue())
    assert loaded["standard"] == "GB/T 21063.3-2007"
    assert {entry["pubDate"] for entry in loaded["metadata"]} == {"2021-03-05"}


@pytest.mark.requirement("P6-06")
def test_the_catalogue_is_exported_by_a_command(
    library: Library, make_record: MakeRecord, tmp_path: Any
) -> None:
    published(library, make_record())
    target = tmp_path / "catalogue.json"
    call_command("library", "export", "--format", "json", "--output", str(target), "--as", "operator")
    assert len(json.loads(target.read_text("utf-8"))["metadata"]) == 1


@pytest.mark.requirement("P2-13")
@pytest.mark.parametrize("type_code", ["article", "policy-document", "service-guide", "institution"])
def test_an_interface_is_described_for_every_type(library: Library, type_code: str) -> None:
    schema = schema_of(type_code)
    described = json_schema(schema)
    jsonschema.Draft202012Validator.check_schema(described)
    assert set(described["properties"]) == {rule.name for rule in schema.fields}
    text = markdown(schema)
    assert all(f"`{rule.name}`" in text for rule in schema.fields)
    document = openapi(schema)
    assert document["openapi"] == "3.1.0"
    assert f"/-/api/{type_code}" in document["paths"]


@pytest.mark.requirement("P2-13")
def test_the_description_says_what_the_gate_demands(library: Library) -> None:
    validator = jsonschema.Draft202012Validator(json_schema(schema_of("article")))
    record = {
        "Title": "题", "ContentSource": "示范省教育厅", "Publisher": library.education.credit_code,
        "FormCat": "text",
        "Lang": "zh-Hans", "OpenType": "proactive", "ShareType": "none", "SourceApp": "newsroom",
        "PubDate": "2021-03-05T09:30:00+08:00", "Content": "<p>文</p>", "Description": "摘要",
        "ThemeCat": "11",
    }  # fmt: skip
    assert validator.is_valid(record)
    assert not validator.is_valid({**record, "Title": "长" * 201})
    assert not validator.is_valid({**record, "ThemeCat": "99"})
    without_summary = {name: value for name, value in record.items() if name != "Description"}
    assert not validator.is_valid(without_summary)
    assert validator.is_valid({**without_summary, "OpenType": "closed"})


def test_the_description_is_printed_by_a_command(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("library", "describe", "leader", "--as", "operator")
    assert "| 姓名 | `Name` |" in capsys.readouterr().out
