"""What the publisher tells: ids only, written in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rongshu.foundation.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PicturesScaled(DomainEvent):
    """Pictures of a resource came to exist in further sizes; whatever shows them offers these too."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
