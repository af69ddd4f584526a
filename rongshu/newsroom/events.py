"""What the newsroom tells: ids only, in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rongshu.foundation.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReviewMoved(DomainEvent):
    """A case went from one state to another; `act` is the code of newsroom/machine.py."""

    subject: ClassVar[str] = "review_id"
    review_id: UUID
    resource_id: UUID
    act: str
    to_state: str


@dataclass(frozen=True, kw_only=True)
class ReviewOverdue(DomainEvent):
    """Steps of a case are past their deadline."""

    subject: ClassVar[str] = "review_id"
    review_id: UUID
    resource_id: UUID


@dataclass(frozen=True, kw_only=True)
class PieceRecalled(DomainEvent):
    """A person took a resource off every site by one act."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
    recall_id: UUID


@dataclass(frozen=True, kw_only=True)
class PieceRestored(DomainEvent):
    """A recall was taken back; the resource shows again at its old address."""

    subject: ClassVar[str] = "resource_id"
    resource_id: UUID
    recall_id: UUID


@dataclass(frozen=True, kw_only=True)
class FlowChanged(DomainEvent):
    """A flow was defined or given to somebody, or a key period was set: what comes is reviewed by it."""

    subject: ClassVar[str] = "subject_id"
    subject_id: UUID
