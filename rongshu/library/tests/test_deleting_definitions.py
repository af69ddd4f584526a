"""What holds data goes only after password and confirmation; what holds none goes at once (P2-03)."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password

from rongshu.accounts.models import Account, Person
from rongshu.foundation.errors import NotAllowed
from rongshu.library.actions.categories import create_category
from rongshu.library.actions.classify_resource import classify_resource
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.define_field import (
    FieldSpecification,
    define_field,
    define_standard,
    define_type,
)
from rongshu.library.actions.deleting_definitions import (
    Consent,
    delete_category,
    delete_field,
    delete_standard,
)
from rongshu.library.errors import DeletionUnconfirmed, FieldInUse, StandardInUse
from rongshu.library.models import (
    Category,
    CategoryScheme,
    Classification,
    ClassificationEntry,
    FieldDefinition,
    LibraryStandard,
    Resource,
    ResourceType,
    ResourceVersion,
)
from rongshu.library.tests.conftest import Library, MakeRecord

pytestmark = pytest.mark.requirement("P2-03")
PASSWORD = "示范-Password-1"


@pytest.fixture
def operator(library: Library) -> Person:
    Account.objects.create(
        person=library.operator, realm="staff", login_name="operator", password=make_password(PASSWORD)
    )
    return library.operator


def filled_category(library: Library, make_record: MakeRecord) -> Category:
    scheme = CategoryScheme.objects.get(code="base")
    category = create_category(actor=library.operator, scheme=scheme, code="demo", name="示范分类")
    resource = create_draft(actor=library.writer, record=make_record())
    classify_resource(actor=library.writer, resource=resource, category=category)
    return category


@pytest.mark.parametrize(
    "consent",
    [None, Consent("wrong", "示范分类"), Consent(PASSWORD, "示范"), Consent("", "")],
)
def test_a_category_with_data_stays_without_password_and_name(
    library: Library, operator: Person, make_record: MakeRecord, consent: Consent | None
) -> None:
    category = filled_category(library, make_record)
    with pytest.raises(DeletionUnconfirmed):
        delete_category(actor=operator, category=category, consent=consent)
    category.refresh_from_db()
    assert category.is_active
    assert Classification.objects.filter(category=category).count() == 1


def test_a_category_with_data_is_ended_with_both(
    library: Library, operator: Person, make_record: MakeRecord
) -> None:
    category = filled_category(library, make_record)
    assert not delete_category(actor=operator, category=category, consent=Consent(PASSWORD, "示范分类"))
    category.refresh_from_db()
    assert not category.is_active
    assert not Classification.objects.filter(category=category).exists()
    assert ClassificationEntry.objects.filter(rule="category-ended:demo", is_removal=True).count() == 1
    assert Resource.objects.count() == 1, "the record stays"


def test_an_empty_category_is_deleted_by_who_may(library: Library) -> None:
    scheme = CategoryScheme.objects.get(code="base")
    category = create_category(actor=library.operator, scheme=scheme, code="empty", name="示范空分类")
    with pytest.raises(NotAllowed):
        delete_category(actor=library.writer, category=category)
    assert Category.objects.filter(pk=category.pk).exists()
    assert delete_category(actor=library.operator, category=category)
    assert not Category.objects.filter(pk=category.pk).exists()


def own_field(library: Library) -> FieldDefinition:
    specification = FieldSpecification(
        name_cn="示范元素", name_en="Demo", data_type="text", words={"Demo": ("Demo", "示范")}
    )
    article = ResourceType.objects.get(code="article")
    return define_field(actor=library.operator, resource_type=article, specification=specification)


def test_a_field_with_data_goes_with_password_and_name_only(
    library: Library, operator: Person, make_record: MakeRecord
) -> None:
    definition = own_field(library)
    create_draft(actor=library.writer, record=make_record(elements={"Demo": "示范值"}))
    with pytest.raises(DeletionUnconfirmed):
        delete_field(actor=operator, definition=definition)
    assert FieldDefinition.objects.filter(pk=definition.pk).exists()
    delete_field(actor=operator, definition=definition, consent=Consent(PASSWORD, "示范元素"))
    assert not FieldDefinition.objects.filter(name_en="Demo").exists()
    assert ResourceVersion.objects.get().elements["Demo"] == "示范值", "what a version says never changes"


def test_a_core_field_stays(library: Library, operator: Person) -> None:
    title = FieldDefinition.objects.get(resource_type__code="article", name_en="Title", parent=None)
    with pytest.raises(FieldInUse):
        delete_field(actor=operator, definition=title, consent=Consent(PASSWORD, title.name_cn))
    assert FieldDefinition.objects.filter(pk=title.pk).exists()


def test_an_empty_standard_is_deleted_and_the_default_one_stays(library: Library) -> None:
    default = LibraryStandard.objects.get(is_default=True)
    with pytest.raises(StandardInUse):
        delete_standard(actor=library.operator, standard=default)
    own = define_standard(actor=library.operator, code="demo", name="示范标准", version="1")
    article = ResourceType.objects.get(code="article", standard=default)
    define_type(
        actor=library.operator, standard=own, code="article", name_cn="示范文章", name_en="DemoArticle",
        copied_from=article,
    )  # fmt: skip
    assert delete_standard(actor=library.operator, standard=own)
    assert not LibraryStandard.objects.filter(code="demo").exists()
    assert LibraryStandard.objects.filter(pk=default.pk).exists()


def test_a_standard_with_data_is_ended_with_password_and_name(
    library: Library, operator: Person, make_record: MakeRecord
) -> None:
    own = define_standard(actor=operator, code="demo", name="示范标准", version="1")
    article = ResourceType.objects.get(code="article")
    type_ = define_type(
        actor=operator, standard=own, code="article", name_cn="示范文章", name_en="DemoArticle",
        copied_from=article,
    )  # fmt: skip
    resource = create_draft(actor=library.writer, record=make_record())
    Resource.objects.filter(pk=resource.pk).update(type=type_)
    with pytest.raises(DeletionUnconfirmed):
        delete_standard(actor=operator, standard=own)
    own.refresh_from_db()
    assert own.ended_at is None
    assert not delete_standard(actor=operator, standard=own, consent=Consent(PASSWORD, "示范标准"))
    assert LibraryStandard.objects.filter(code="demo", ended_at__isnull=False).exists()
    assert Resource.objects.filter(pk=resource.pk).exists()
