"""What changed in sites, columns and placements: ids only, in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rongshu.foundation.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class SiteChanged(DomainEvent):
    """An element of the site changed, or the site is new: every page of it may say something else."""

    subject: ClassVar[str] = "site_id"
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class SiteStatusChanged(DomainEvent):
    """The site went one step on in its life, or its closing was announced."""

    subject: ClassVar[str] = "site_id"
    site_id: UUID
    from_status: str
    to_status: str


@dataclass(frozen=True, kw_only=True)
class ThemeChanged(DomainEvent):
    """Theme or design tokens of the site changed."""

    subject: ClassVar[str] = "site_id"
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class ColumnChanged(DomainEvent):
    """A column is new or one of its elements changed; navigation may show it."""

    subject: ClassVar[str] = "column_id"
    site_id: UUID
    column_id: UUID


@dataclass(frozen=True, kw_only=True)
class ColumnMoved(DomainEvent):
    """A column and all below it have another path."""

    subject: ClassVar[str] = "column_id"
    site_id: UUID
    column_id: UUID
    from_path: str


@dataclass(frozen=True, kw_only=True)
class ColumnRemoved(DomainEvent):
    """A column is closed; its pages go."""

    subject: ClassVar[str] = "column_id"
    site_id: UUID
    column_id: UUID
    from_path: str


@dataclass(frozen=True, kw_only=True)
class BlocksChanged(DomainEvent):
    """The blocks of the home page changed."""

    subject: ClassVar[str] = "site_id"
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlacementBegan(DomainEvent):
    """Readers see a resource in a column from now on."""

    subject: ClassVar[str] = "placement_id"
    placement_id: UUID
    site_id: UUID
    column_id: UUID
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlacementEnded(DomainEvent):
    """Readers no longer see a resource in a column: its time is over or it was removed."""

    subject: ClassVar[str] = "placement_id"
    placement_id: UUID
    site_id: UUID
    column_id: UUID
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlacementChanged(DomainEvent):
    """Title, pin, order, held version, date or canonical place of a showing placement changed."""

    subject: ClassVar[str] = "placement_id"
    placement_id: UUID
    site_id: UUID
    column_id: UUID
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlacementMoved(DomainEvent):
    """A showing placement stands in another column of the same site."""

    subject: ClassVar[str] = "placement_id"
    placement_id: UUID
    site_id: UUID
    column_id: UUID
    resource_id: UUID
    from_column_id: UUID


@dataclass(frozen=True, kw_only=True)
class LegacyAddressesKept(DomainEvent):
    """Old addresses of the site lead somewhere now."""

    subject: ClassVar[str] = "site_id"
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class VerificationFilesChanged(DomainEvent):
    """A file at the site's root was registered or taken away."""

    subject: ClassVar[str] = "site_id"
    site_id: UUID
