"""What changed in the tree of organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rongshu.foundation.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class OrganizationRenamed(DomainEvent):
    """An organisation bears another name; pages that name it change."""

    subject: ClassVar[str] = "organization_id"
    organization_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrganizationMoved(DomainEvent):
    """An organisation stands below another superior."""

    subject: ClassVar[str] = "organization_id"
    organization_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrganizationClosed(DomainEvent):
    """An organisation was merged, split or abolished."""

    subject: ClassVar[str] = "organization_id"
    organization_id: UUID
    status: str
