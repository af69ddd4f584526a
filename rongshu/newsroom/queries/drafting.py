"""Drafts, edit locks, templates and files as their writers see them. Somebody else's is as good as absent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import yaml
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from rongshu.accounts.models import Person
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotFound
from rongshu.foundation.guards import get_one
from rongshu.library.models import Resource, ResourceType, ResourceVersion
from rongshu.library.permissions import may_write
from rongshu.library.queries import get_resource_for, visible
from rongshu.library.queries.schemas import default_standard_code
from rongshu.library.queries.titles import titled
from rongshu.newsroom.models.drafting import Draft, DraftFile, EditLock, PieceTemplate
from rongshu.organizations.models import Organization

LOCK_LAPSES_AFTER: Final = timedelta(seconds=90)
_SEEDS: Final = Path(__file__).resolve().parent.parent / "seed" / "piece_templates.yaml"
# Made by other parts of the platform, not written as pieces.
_MOST_CHOICES: Final = 30


def drafts_of(viewer: Viewer) -> QuerySet[Draft]:
    """Return what the viewer is writing, for units he still writes for."""
    if viewer.person_id is None:
        return Draft.objects.none()
    drafts = Draft.objects.filter(person_id=viewer.person_id)
    if viewer.may("resource.write"):
        return drafts
    return drafts.filter(owner_id__in=viewer.organizations_with("resource.write"))


def unsaved_drafts(viewer: Viewer) -> QuerySet[Draft]:
    """Return the viewer's drafts with something that is in no version yet, the newest first."""
    unsaved = Q(saved_at__isnull=True) | Q(kept_at__gt=F("saved_at"))
    return drafts_of(viewer).filter(unsaved).select_related("owner", "resource").order_by("-kept_at", "-id")


def get_draft_for(viewer: Viewer, draft_id: UUID) -> Draft:
    """Return a draft of the viewer's own."""
    found = drafts_of(viewer).filter(pk=draft_id)
    draft = found.select_related("owner", "resource__type", "base_version").first()
    if draft is None:
        raise NotFound
    return draft


def get_writable_piece(viewer: Viewer, resource_id: UUID) -> Resource:
    """Return a piece the viewer may change; one he may only read is not found here."""
    resource = get_resource_for(viewer, resource_id)
    if not may_write(viewer, resource.owner_id):
        raise NotFound
    return resource


def get_draft_file_for(viewer: Viewer, draft_id: UUID, digest: str) -> DraftFile:
    """Return a file of the viewer's own draft."""
    draft = get_draft_for(viewer, draft_id)
    return get_one(DraftFile.objects.all(), draft=draft, digest=digest)


def writable_owners(viewer: Viewer) -> QuerySet[Organization]:
    """Return the units the viewer may write for."""
    owners = Organization.objects.filter(status=Organization.Status.ACTIVE).order_by("path")
    if viewer.may("resource.write"):
        return owners
    return owners.filter(pk__in=viewer.organizations_with("resource.write"))


def writable_types() -> QuerySet[ResourceType]:
    """Return the resource types of the default standard."""
    return ResourceType.objects.filter(standard_id=default_standard_code()).order_by("position", "name_cn")


def pieces_of(viewer: Viewer) -> QuerySet[Resource]:
    """Return the pieces the viewer began or wrote a version of, as far as he still sees them."""
    began = Resource.objects.filter(created_by_id=viewer.person_id).values("pk")
    wrote = ResourceVersion.objects.filter(created_by_id=viewer.person_id).values("resource_id")
    own = visible(viewer).filter(pk__in=began.union(wrote))
    return own.select_related("working_version", "type", "owner")


@dataclass(frozen=True)
class LockState:
    """Who edits a piece at this moment, as one page sees it."""

    holder: Person | None
    since: datetime | None
    is_mine: bool

    @property
    def is_foreign(self) -> bool:
        """Whether somebody else, or another page of the same person, holds the lock."""
        return self.holder is not None and not self.is_mine


def lock_state(resource: Resource | None, person_id: UUID | None, writer: str) -> LockState:
    """Return the lock of a piece; one that stopped beating has lapsed."""
    lock = living_lock(resource.pk) if resource else None
    if lock is None:
        return LockState(None, None, True)
    is_mine = lock.holder_id == person_id and lock.writer == writer
    return LockState(lock.holder, lock.since, is_mine)


def living_lock(resource_id: UUID) -> EditLock | None:
    """Return the lock of a piece unless it has lapsed."""
    living = EditLock.objects.filter(resource_id=resource_id, beat_at__gt=now() - LOCK_LAPSES_AFTER)
    return living.select_related("holder").first()


@dataclass(frozen=True)
class Beginning:
    """A template as the person chooses it: built in, or his unit's own."""

    code: str
    name: str
    type_code: str
    values: dict[str, Any]
    body: str
    unit: str = ""


def beginnings(viewer: Viewer) -> list[Beginning]:
    """Return the templates the viewer may begin with: his units' own first, then the built-in ones."""
    own = PieceTemplate.objects.filter(is_active=True, owner__in=writable_owners(viewer))
    found = [
        Beginning(str(one.pk), one.name, one.type_code, one.values, one.body, one.owner.name)
        for one in own.select_related("owner")[:_MOST_CHOICES]
    ]
    return [*found, *_built_in()]


def templates_for(viewer: Viewer) -> QuerySet[PieceTemplate]:
    """Return the templates of the units the viewer writes for, each with the name of its type."""
    own = PieceTemplate.objects.filter(is_active=True, owner__in=writable_owners(viewer))
    names = writable_types().filter(code=OuterRef("type_code")).values("name_cn")
    return own.select_related("owner", "created_by").annotate(type_name=Subquery(names[:1]))


def get_template_for(viewer: Viewer, template_id: UUID) -> PieceTemplate:
    """Return a template of a unit the viewer writes for; raise `NotFound` for any other."""
    return get_one(templates_for(viewer), pk=template_id)


def get_beginning(viewer: Viewer, code: str) -> Beginning:
    """Return one template by its code; raise `NotFound`."""
    found = next((one for one in beginnings(viewer) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=1)
def _built_in() -> tuple[Beginning, ...]:
    rows = yaml.safe_load(_SEEDS.read_text(encoding="utf-8"))
    return tuple(
        Beginning(row["code"], row["name"], row["type"], row["values"], row["body"].strip()) for row in rows
    )


@dataclass(frozen=True)
class Choice:
    """A resource as a picker offers it."""

    id: UUID
    title: str
    note: str


def reusable(
    viewer: Viewer, words: str = "", *, only_documents: bool = False, only_id: UUID | None = None
) -> list[Choice]:
    """Return effective resources the viewer may see whose title holds the words, the newest first."""
    found = visible(viewer).filter(status=Resource.Status.EFFECTIVE, effective_version__isnull=False)
    if only_documents:
        found = found.filter(type__is_document=True)
    if only_id:
        found = found.filter(pk=only_id)
    if words.split():
        found = titled(found, words)[0]
    rows = found.select_related("effective_version", "owner", "type").order_by("-published_at", "-id")
    return [_choice(row) for row in rows[:_MOST_CHOICES]]


def _choice(resource: Resource) -> Choice:
    version = resource.effective_version
    day = resource.published_at.date().isoformat() if resource.published_at else ""
    note = " · ".join(one for one in (resource.type.name_cn, resource.owner.name, day) if one)
    return Choice(resource.pk, version.title if version else "", note)
