"""Categories, types and topics in the console: what is done, who may, and what a deletion takes."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from rongshu.accounts.models import Account
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.categories import create_category
from rongshu.library.actions.classify_resource import classify_resource
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.models import (
    Category,
    CategoryScheme,
    Classification,
    FieldDefinition,
    LibraryStandard,
    Resource,
    ResourceType,
    TopicMember,
    TopicSelection,
)
from rongshu.library.tests.conftest import Library, MakeRecord

PASSWORD = "示范-Password-1"


def at(name: str, *arguments: object) -> str:
    return reverse(f"library-{name}", urlconf="rongshu.project.urls_console", args=list(arguments))


@pytest.fixture
def operator(library: Library) -> ConsoleClient:
    Account.objects.create(
        person=library.operator, realm="staff", login_name="operator", password=make_password(PASSWORD)
    )
    return sign_in(None, library.operator)


@pytest.fixture
def writer(library: Library) -> ConsoleClient:
    return sign_in(None, library.writer)


@pytest.fixture
def filled(library: Library, make_record: MakeRecord) -> tuple[Category, Resource]:
    """Return a category with a resource under it."""
    scheme = CategoryScheme.objects.get(code="base")
    category = create_category(actor=library.operator, scheme=scheme, code="demo", name="示范分类")
    resource = create_draft(actor=library.writer, record=make_record())
    classify_resource(actor=library.writer, resource=resource, category=category)
    return category, resource


def other(library: Library) -> Category:
    scheme = CategoryScheme.objects.get(code="base")
    return create_category(actor=library.operator, scheme=scheme, code="another", name="另一分类")


@pytest.mark.requirement("P2-04")
def test_a_tree_is_imported_renamed_moved_and_sorted(operator: ConsoleClient) -> None:
    content = "代码,名称,上级代码\nz1,示范一,\nz2,示范二,z1\nz3,示范三,z1\n".encode()
    file = io.BytesIO(content)
    file.name = "tree.csv"
    assert operator.post(at("import-categories", "base"), {"file": file}).status_code == 302
    first, second, third = (Category.objects.get(scheme="base", code=code) for code in ("z1", "z2", "z3"))
    assert second.parent_id == third.parent_id == first.pk
    operator.post(at("rename-category", second.pk), {"name": "改过的名称"})
    operator.post(at("category-up", third.pk))
    operator.post(at("move-category", second.pk), {"target": ""})
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.name, second.parent_id, third.position) == ("改过的名称", None, 0)
    assert "改过的名称" in operator.get(at("scheme", "base")).content.decode()


@pytest.mark.requirement("P2-04")
def test_a_wrong_file_changes_nothing(operator: ConsoleClient) -> None:
    before = Category.objects.count()
    file = io.BytesIO("代码,名称,上级代码\nz1,示范一,\nz2,示范二,不存在\n".encode())
    file.name = "tree.csv"
    answer = operator.post(at("import-categories", "base"), {"file": file})
    assert answer.status_code == 422
    assert "第 3 行" in answer.content.decode()
    assert Category.objects.count() == before


@pytest.mark.requirement("P2-04")
def test_a_split_and_a_merge_keep_the_links(
    library: Library, operator: ConsoleClient, filled: tuple[Category, Resource]
) -> None:
    category, resource = filled
    target = other(library)
    operator.post(at("split-category", category.pk), {"target": target.pk, "resources": [resource.pk]})
    assert Classification.objects.filter(resource=resource, category=target).exists()
    operator.post(at("merge-category", target.pk), {"target": category.pk})
    assert Classification.objects.filter(resource=resource, category=category).exists()
    target.refresh_from_db()
    assert (target.is_active, target.merged_into_id) == (False, category.pk)


@pytest.mark.requirement("P2-03")
@pytest.mark.parametrize(
    "given",
    [{}, {"typed_name": "示范分类", "password": "不对"}, {"typed_name": "别的", "password": PASSWORD}],
)
def test_a_category_with_data_stays_without_password_and_name(
    operator: ConsoleClient, filled: tuple[Category, Resource], given: dict[str, str]
) -> None:
    category, resource = filled
    assert operator.post(at("delete-category", category.pk), given).status_code == 422
    category.refresh_from_db()
    assert category.is_active
    assert Classification.objects.filter(resource=resource, category=category).exists()


@pytest.mark.requirement("P2-03")
def test_a_category_goes_with_password_and_name(
    operator: ConsoleClient, filled: tuple[Category, Resource]
) -> None:
    category, resource = filled
    given = {"typed_name": "示范分类", "password": PASSWORD}
    assert operator.post(at("delete-category", category.pk), given).status_code == 302
    category.refresh_from_db()
    assert not category.is_active
    assert not Classification.objects.filter(resource=resource, category=category).exists()


@pytest.mark.requirement("P2-02")
@pytest.mark.requirement("P2-03")
def test_a_field_is_added_changed_and_deleted(operator: ConsoleClient) -> None:
    type_ = ResourceType.objects.get(standard__is_default=True, code="article")
    given = {
        "name_cn": "示范字段", "name_en": "Sample", "data_type": "text", "obligation": "O", "length": "20",
        "element_set": "基本信息", "words": "Sample,Sample,示范",
    }  # fmt: skip
    assert operator.post(at("new-field", type_.pk), {**given, "name_en": "小写"}).status_code == 422
    assert operator.post(at("new-field", type_.pk), given).status_code == 302
    element = FieldDefinition.objects.get(resource_type=type_, name_en="Sample")
    changed = {"name_cn": "改名字段", "length": "40", "element_set": "基本信息", "is_listed": "on"}
    assert operator.post(at("field", element.pk), {**changed, "length": "5"}).status_code == 422
    assert operator.post(at("field", element.pk), changed).status_code == 302
    element.refresh_from_db()
    assert (element.name_cn, element.length, element.is_listed) == ("改名字段", 40, True)
    assert operator.post(at("delete-field", element.pk)).status_code == 302
    assert not FieldDefinition.objects.filter(pk=element.pk).exists()


@pytest.mark.requirement("P2-03")
def test_a_core_field_and_the_default_standard_stay(operator: ConsoleClient) -> None:
    core = FieldDefinition.objects.filter(is_system=True).exclude(name_en="Title").first()
    standard = LibraryStandard.objects.get(is_default=True)
    assert core is not None
    given = {"typed_name": core.name_cn, "password": PASSWORD}
    assert operator.post(at("delete-field", core.pk), given).status_code == 422
    assert operator.post(at("delete-standard", standard.pk)).status_code == 422
    assert FieldDefinition.objects.filter(pk=core.pk).exists()
    assert LibraryStandard.objects.filter(pk=standard.pk, ended_at__isnull=True).exists()


@pytest.mark.requirement("P2-01")
def test_a_standard_with_a_type_stands_beside_the_default_one(operator: ConsoleClient) -> None:
    article = ResourceType.objects.get(standard__is_default=True, code="article")
    operator.post(at("new-standard"), {"code": "second", "name": "示范标准", "version": "1"})
    given = {"code": "bulletin", "name_cn": "示范公报", "name_en": "Bulletin", "copied_from": article.pk}
    assert operator.post(at("new-type", "second"), given).status_code == 302
    assert ResourceType.objects.filter(standard="second", code="bulletin").exists()
    assert "示范公报" in operator.get(at("types")).content.decode()


def test_who_may_not_define_sees_and_changes_nothing(
    writer: ConsoleClient, filled: tuple[Category, Resource]
) -> None:
    category, _ = filled
    page = writer.get(at("category", category.pk))
    assert page.status_code == 200
    assert "删除" not in page.content.decode()
    for deed in ("rename", "move", "merge", "split", "delete"):
        answer = writer.post(at(f"{deed}-category", category.pk), {"name": "偷改", "target": ""})
        assert answer.status_code == 403
    category.refresh_from_db()
    assert (category.name, category.is_active) == ("示范分类", True)


@pytest.mark.requirement("P2-17")
def test_a_topic_gathers_by_query_category_and_hand(
    library: Library, writer: ConsoleClient, filled: tuple[Category, Resource], make_record: MakeRecord
) -> None:
    _, resource = filled
    assert resource.working_version is not None
    category = Category.objects.get(scheme="theme", code=resource.working_version.theme_code)
    approve_version(actor=library.reviewer, version=resource.working_version)
    topic = create_draft(actor=library.writer, record=make_record(type_code="topic", title="示范专题之一"))
    assert "示范专题之一" in writer.get(at("topics")).content.decode()
    assert writer.post(at("topic-query", topic.pk), {}).status_code == 422
    assert writer.post(at("topic-query", topic.pk), {"title_contains": "校舍"}).status_code == 302
    assert TopicMember.objects.filter(topic=topic, resource=resource).exists()
    selection = TopicSelection.objects.get(topic=topic)
    writer.post(at("topic-end", topic.pk), {"selection": selection.pk})
    assert not TopicMember.objects.filter(topic=topic).exists()
    writer.post(at("topic-category", topic.pk), {"category": category.pk})
    assert TopicMember.objects.filter(topic=topic, resource=resource).exists()
    writer.post(at("topic-remove", topic.pk), {"resource": resource.pk})
    assert "校舍" in writer.get(f"{at('topic', topic.pk)}?q=校舍").content.decode()
    writer.post(at("topic-add", topic.pk), {"resource": [resource.pk]})
    assert TopicMember.objects.get(topic=topic).selection is None


def test_a_foreign_topic_is_as_absent_as_none(library: Library, make_record: MakeRecord) -> None:
    topic = create_draft(actor=library.writer, record=make_record(type_code="topic", title="示范专题之二"))
    stranger = sign_in(None, library.health_writer)
    assert stranger.get(at("topic", topic.pk)).status_code == 404
    assert stranger.post(at("topic-query", topic.pk), {"title_contains": "校舍"}).status_code == 404
    assert not TopicSelection.objects.filter(topic=topic).exists()
