"""Beginning to write: a new piece from a template or as a copy, or a change of one that exists."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.clock import now
from rongshu.foundation.installation import node_id
from rongshu.library.errors import ResourceOfOtherNode
from rongshu.library.models import Resource, ResourceVersion, VersionFile
from rongshu.library.permissions import may_write
from rongshu.library.queries import get_version_for, schema_of
from rongshu.newsroom.form_values import beginning_values, values_of
from rongshu.newsroom.models.drafting import Draft, DraftFile
from rongshu.newsroom.queries.drafting import Beginning
from rongshu.organizations.models import Organization


def begin_draft(
    *, actor: Person, owner: Organization, type_code: str, beginning: Beginning | None = None
) -> Draft:
    """Begin a new piece of a unit; raise `NotAllowed`, `ResourceTypeUnknown`."""
    if beginning is not None:
        type_code = beginning.type_code
    schema_of(type_code)
    values = beginning_values(owner) | (beginning.values if beginning else {})
    with transaction.atomic():
        require(may_write(viewer_for(actor), owner.pk))
        draft = _draft(actor, owner, type_code, values, beginning.body if beginning else "")
        record(actor, "draft.begun", draft, type=type_code)
    return draft


def duplicate_piece(*, actor: Person, version: ResourceVersion, owner: Organization) -> Draft:
    """Begin a new piece that says what a version says; nothing of its approval, number or date goes along."""
    with transaction.atomic():
        viewer = viewer_for(actor)
        require(may_write(viewer, owner.pk))
        version = get_version_for(viewer, version.pk)
        values = {name: value for name, value in values_of(version).items() if name != "PubDate"}
        draft = _draft(actor, owner, version.resource.type.code, values, version.body)
        _take_files(draft, version)
        record(actor, "draft.duplicated", draft, of=str(version.pk))
    return draft


def open_draft(*, actor: Person, resource: Resource) -> Draft:
    """Return the person's draft of a piece; one with nothing unsaved follows the present working version.

    Raise `NotAllowed`, `ResourceOfOtherNode`.
    """
    with transaction.atomic():
        require(may_write(viewer_for(actor), resource.owner_id))
        resource = Resource.objects.select_related("type", "owner", "working_version").get(pk=resource.pk)
        if resource.origin_node != node_id():
            raise ResourceOfOtherNode
        draft = Draft.objects.select_for_update().filter(person=actor, resource=resource).first()
        if draft is None:
            draft = Draft(person=actor, resource=resource, owner=resource.owner, type_code=resource.type.code)
        elif draft.is_unsaved or draft.base_version_id == resource.working_version_id:
            return draft
        _follow(draft, resource.working_version)
    return draft


def restart_draft(*, actor: Person, draft: Draft) -> Draft:
    """Throw away what was typed and begin again from the piece's present working version."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk, person=actor)
        require(draft.resource is not None)
        if draft.resource is not None:
            _follow(draft, draft.resource.working_version)
            record(actor, "draft.restarted", draft, resource=str(draft.resource_id))
    return draft


def discard_draft(*, actor: Person, draft: Draft) -> None:
    """Throw a draft away; what became a version stays."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk, person=actor)
        record(actor, "draft.discarded", draft, title=draft.title)
        draft.delete()


def _draft(actor: Person, owner: Organization, type_code: str, values: dict[str, Any], body: str) -> Draft:
    title = str(values.get("Title", ""))[:200]
    return Draft.objects.create(
        person=actor, owner=owner, type_code=type_code, title=title, values=values, body=body
    )


def _follow(draft: Draft, version: ResourceVersion | None) -> None:
    draft.base_version = version
    if version is not None:
        draft.values, draft.body, draft.title = values_of(version), version.body, version.title
    draft.revision += 1
    draft.writer = ""
    draft.kept_at = draft.saved_at = now()
    draft.save()
    draft.files.all().delete()
    if version is not None:
        _take_files(draft, version)


def _take_files(draft: Draft, version: ResourceVersion) -> None:
    uses = VersionFile.objects.filter(version=version).select_related("file").order_by("position", "id")
    DraftFile.objects.bulk_create(
        DraftFile(
            draft=draft,
            digest=use.file_id,
            name=use.name,
            media_type=use.file.media_type,
            size=use.file.size,
            role=use.role,
            alt=use.alt,
            width=use.file.width,
            height=use.file.height,
            position=place,
        )
        for place, use in enumerate(uses)
    )
