"""What the library tells the other apps: ids only, written in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rongshu.foundation.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ResourceBecameEffective(DomainEvent):
    """A version was approved and is what readers see from now on."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
    version_id: UUID
    is_first: bool
    type_code: str


@dataclass(frozen=True, kw_only=True)
class WorkingVersionStored(DomainEvent):
    """A person wrote a new working version; readers see nothing of it yet."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourceWithdrawn(DomainEvent):
    """A resource left every site; it stays in the library."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourceReinstated(DomainEvent):
    """A withdrawn resource is effective again, at its old address."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
    version_id: UUID


@dataclass(frozen=True, kw_only=True)
class VersionPurged(DomainEvent):
    """The body and files of a version were erased for good; every copy has to follow."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
    version_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourceOriginChanged(DomainEvent):
    """The node that owns a resource says otherwise whose it is, or where its page lies; the text stays."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourceValidityChanged(DomainEvent):
    """The 时效性 mark or the dates behind it changed."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourcesRelated(DomainEvent):
    """Two resources stand in a relation now; both pages show it."""

    subject: ClassVar[str] = "source_id"
    source_id: UUID
    target_id: UUID
    relation: str


@dataclass(frozen=True, kw_only=True)
class ResourcesUnrelated(DomainEvent):
    """A relation ended."""

    subject: ClassVar[str] = "source_id"
    source_id: UUID
    target_id: UUID
    relation: str


@dataclass(frozen=True, kw_only=True)
class TopicMembersChanged(DomainEvent):
    """A topic gained, lost or reordered members."""

    subject: ClassVar[str] = "topic_id"
    topic_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourceSharingChanged(DomainEvent):
    """A conditionally shared resource was opened to an organisation, or closed to it again."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
    organization_id: UUID


@dataclass(frozen=True, kw_only=True)
class ResourceClassified(DomainEvent):
    """A resource stands under other categories than before."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class CategoryRenamed(DomainEvent):
    """A category bears another name; pages and lists that show it have to follow."""

    subject: ClassVar[str] = "category_id"
    category_id: UUID
    scheme: str
    code: str


@dataclass(frozen=True, kw_only=True)
class ResourceTypeChanged(DomainEvent):
    """Elements of a resource type came, went or bear another name."""

    subject: ClassVar[str] = "type_id"
    type_id: UUID
    type_code: str


@dataclass(frozen=True, kw_only=True)
class BatchApproved(DomainEvent):
    """Every version of a batch that was to become effective is effective."""

    subject: ClassVar[str] = "batch_id"
    batch_id: UUID
