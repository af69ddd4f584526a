"""A category or an element that bears another name: told to whoever shows it."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.models import AuditRecord, Event
from rongshu.library.actions.categories import import_categories, rename_category
from rongshu.library.actions.define_field import change_field
from rongshu.library.errors import CategoryImpossible, FieldDefinitionIllegal, FieldNameTaken
from rongshu.library.models import Category, CategoryScheme, FieldDefinition, ResourceType
from rongshu.library.tests.conftest import Library


def theme() -> Category:
    return Category.objects.get(scheme="theme", code="11")


@pytest.mark.requirement("P2-04")
def test_a_category_is_renamed_and_says_so(library: Library) -> None:
    rename_category(actor=library.operator, category=theme(), name=" 示范科教 ")
    assert theme().name == "示范科教"
    event = Event.objects.get(kind="CategoryRenamed")
    assert event.payload == {"category_id": str(theme().pk), "scheme": "theme", "code": "11"}
    assert AuditRecord.objects.filter(action="category.renamed").count() == 1
    rename_category(actor=library.operator, category=theme(), name="示范科教")
    assert Event.objects.filter(kind="CategoryRenamed").count() == 1, "the same name is no change"


def test_an_import_tells_of_what_it_renames_only(library: Library) -> None:
    scheme = CategoryScheme.objects.get(code="theme")
    present = Category.objects.get(scheme="theme", code="13")
    content = f"代码,名称\n11,教育事务\n13,{present.name}\n"
    import_categories(actor=library.operator, scheme=scheme, content=content)
    assert [event.payload["code"] for event in Event.objects.filter(kind="CategoryRenamed")] == ["11"]


def test_a_refused_renaming_changes_nothing(library: Library) -> None:
    before = theme().name
    with pytest.raises(NotAllowed):
        rename_category(actor=library.writer, category=theme(), name="示范")
    with pytest.raises(CategoryImpossible):
        rename_category(actor=library.operator, category=theme(), name="  ")
    assert theme().name == before
    assert not Event.objects.filter(kind="CategoryRenamed").exists()


def title() -> FieldDefinition:
    return FieldDefinition.objects.get(resource_type__code="article", name_en="SubTitle", parent=None)


@pytest.mark.requirement("P2-02")
def test_an_element_is_renamed_and_says_so(library: Library) -> None:
    change_field(actor=library.operator, definition=title(), name_cn="副题", note="示范说明")
    assert (title().name_cn, title().note) == ("副题", "示范说明")
    article = ResourceType.objects.get(code="article", standard=title().resource_type.standard)
    assert Event.objects.get(kind="ResourceTypeChanged").payload["type_id"] == str(article.pk)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"data_type": "number"}, FieldDefinitionIllegal),
        ({"obligation": "M"}, FieldDefinitionIllegal),
        ({"length": 1}, FieldDefinitionIllegal),
        ({"name_cn": "标题"}, FieldNameTaken),
    ],
)
def test_what_would_make_stored_values_wrong_is_refused(
    library: Library, changes: dict[str, Any], error: type[Exception]
) -> None:
    before = FieldDefinition.objects.filter(pk=title().pk).values().get()
    with pytest.raises(error):
        change_field(actor=library.operator, definition=title(), **changes)
    assert FieldDefinition.objects.filter(pk=title().pk).values().get() == before
    assert not Event.objects.filter(kind="ResourceTypeChanged").exists()
