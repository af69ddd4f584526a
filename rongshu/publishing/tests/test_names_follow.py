"""A category or element with another name: every page that shows the name follows."""

from __future__ import annotations

import pytest

from rongshu.library.actions.categories import rename_category
from rongshu.library.actions.define_field import change_field
from rongshu.library.models import Category, FieldDefinition
from rongshu.publishing.tests.world import World

ELEMENTS = {
    "DocNo": "示教〔2026〕7号",
    "WrittenDate": "2026-03-05",
    "Aging": "valid",
    "IssuingOrg": ["示范省教育厅"],
}


def document(world: World) -> object:
    return world.article(world.notices, type_code="policy-document", genre_code="notice", elements=ELEMENTS)


@pytest.mark.requirement("P2-04")
def test_a_renamed_category_reaches_the_pages_that_name_it(world: World) -> None:
    resource = document(world)
    world.publish()
    theme = Category.objects.get(scheme="theme", code="11")
    page = world.page(world.portal, resource)  # type: ignore[arg-type]
    assert theme.name in page.read_text(encoding="utf-8")
    rename_category(actor=world.operator, category=theme, name="示范科教")
    world.publish()
    assert "示范科教" in page.read_text(encoding="utf-8")


@pytest.mark.requirement("P2-02")
def test_a_renamed_element_reaches_the_pages_that_show_it(world: World) -> None:
    resource = document(world)
    world.publish()
    field = FieldDefinition.objects.get(resource_type__code="policy-document", name_en="DocNo", parent=None)
    change_field(actor=world.operator, definition=field, name_cn="文件编号")
    assert world.publish() > 0
    assert "示教〔2026〕7号" in world.page(world.portal, resource).read_text(encoding="utf-8")  # type: ignore[arg-type]
