"""Records for the console's pages that show one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rongshu.accounts.models import Person
from rongshu.library.actions.categories import create_category
from rongshu.library.actions.classify_resource import classify_resource
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.define_field import (
    FieldSpecification,
    define_field,
    define_standard,
)
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.library.models import CategoryScheme, ResourceType
from rongshu.organizations.models import Organization


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make a resource with two versions, a topic, a category with a resource, an element and a standard."""
    seed_standard()
    owner = Organization.objects.order_by("pk").first()
    if owner is None:
        return {}
    record = IncomingRecord(
        type_code="article", owner=owner, title="示范通知", body_html="<p>示范正文。</p>",
        content_source=owner.name, description="示范摘要。", theme_code="11", form="text",
    )  # fmt: skip
    resource = create_draft(actor=person, record=record)
    revise_resource(actor=person, resource=resource, record=replace(record, title="示范通知（修订）"))
    topic = create_draft(actor=person, record=replace(record, type_code="topic", title="示范专题"))
    scheme = CategoryScheme.objects.get(pk="base")
    category = create_category(actor=person, scheme=scheme, code="sample", name="示范分类")
    classify_resource(actor=person, resource=resource, category=category)
    type_ = ResourceType.objects.get(standard__is_default=True, code="article")
    element = define_field(
        actor=person,
        resource_type=type_,
        specification=FieldSpecification(
            name_cn="示范字段", name_en="Sample", data_type="text", words={"Sample": ("Sample", "示范")}
        ),
    )
    define_standard(actor=person, code="sample", name="示范标准", version="1")
    return {
        "library-resource": {"resource_id": resource.pk},
        **_each("library-topic", ("", "-query", "-category"), {"topic_id": topic.pk}),
        **{f"library-{deed}-category": {"category_id": category.pk} for deed in _DEEDS},
        "library-category": {"category_id": category.pk},
        **_each("library-", ("scheme", "new-category", "import-categories"), {"code": scheme.pk}),
        **_each("library-", ("type", "new-field"), {"type_id": type_.pk}),
        **_each("library-", ("field", "delete-field"), {"field_id": element.pk}),
        **_each("library-", ("new-type", "delete-standard"), {"code": "sample"}),
    }


_DEEDS = ("rename", "move", "merge", "split", "delete")


def _each(prefix: str, names: tuple[str, ...], arguments: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f"{prefix}{name}": arguments for name in names}
