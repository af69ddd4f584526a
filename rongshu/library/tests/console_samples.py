"""Records for the console's pages that show one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rongshu.accounts.models import Person
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.organizations.models import Organization


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make a resource with two versions."""
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
    return {"library-resource": {"resource_id": resource.pk}}
