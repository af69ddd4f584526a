"""The viewer: who asks, and what he may do where. Every read that depends on the asker takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from uuid import UUID

from rongshu.accounts.capabilities import CAPABILITIES


@dataclass(frozen=True)
class Viewer:
    """A person's capabilities by scope, read once; organisation scopes are already expanded to subtrees.

    `column_ids` are the columns named in grants; their sub-columns are the matter of `sites.permissions`.
    """

    person_id: UUID | None
    name: str
    realm: str
    home_organization_id: UUID | None = None
    on_platform: frozenset[str] = frozenset()
    by_organization: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    by_site: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    by_column: Mapping[UUID, frozenset[str]] = field(default_factory=dict)

    @property
    def reads_everything(self) -> bool:
        """Whether drafts, reviews, findings and counts of everyone are this viewer's to see."""
        return "resource.read" in self.on_platform

    @cached_property
    def reading_organization_ids(self) -> frozenset[UUID]:
        """The organisations whose drafts, reviews, findings and counts are this viewer's to see."""
        return _with(self.by_organization, "resource.read")

    @cached_property
    def reading_site_ids(self) -> frozenset[UUID]:
        """The sites named in grants by which this viewer sees what is placed there."""
        return _with(self.by_site, "resource.read")

    @cached_property
    def reading_column_ids(self) -> frozenset[UUID]:
        """The columns named in grants by which this viewer sees what is placed there."""
        return _with(self.by_column, "resource.read")

    @property
    def organization_ids(self) -> frozenset[UUID]:
        """The organisations in this viewer's scopes, subordinate ones included."""
        return frozenset(self.by_organization)

    @property
    def site_ids(self) -> frozenset[UUID]:
        """The sites named in this viewer's grants."""
        return frozenset(self.by_site)

    @property
    def column_ids(self) -> frozenset[UUID]:
        """The columns named in this viewer's grants."""
        return frozenset(self.by_column)

    def may(
        self,
        capability: str,
        *,
        organization_id: UUID | None = None,
        site_id: UUID | None = None,
        column_id: UUID | None = None,
    ) -> bool:
        """Whether the capability is held on the platform or for any one of the places named."""
        if capability not in CAPABILITIES:
            raise ValueError(f"unknown capability: {capability}")
        return (
            capability in self.on_platform
            or _holds(self.by_organization, organization_id, capability)
            or _holds(self.by_site, site_id, capability)
            or _holds(self.by_column, column_id, capability)
        )

    def holds_anywhere(self, capability: str) -> bool:
        """Whether the capability is held in any scope at all."""
        if capability not in CAPABILITIES:
            raise ValueError(f"unknown capability: {capability}")
        return capability in self._held_anywhere

    @cached_property
    def _held_anywhere(self) -> frozenset[str]:
        scopes = (self.by_organization, self.by_site, self.by_column)
        return self.on_platform.union(*(held for scope in scopes for held in set(scope.values())))

    def organizations_with(self, capability: str) -> frozenset[UUID]:
        """Return the organisations for which this capability is held (not counting the platform's)."""
        return _with(self.by_organization, capability)

    def holds_on_platform(self, *capabilities: str) -> bool:
        """Whether any one of these is held for the whole platform."""
        return not self.on_platform.isdisjoint(capabilities)


def _with(scopes: Mapping[UUID, frozenset[str]], capability: str) -> frozenset[UUID]:
    return frozenset(scope_id for scope_id, held in scopes.items() if capability in held)


def _holds(scopes: Mapping[UUID, frozenset[str]], scope_id: UUID | None, capability: str) -> bool:
    return scope_id is not None and capability in scopes.get(scope_id, frozenset())


PUBLIC: Final = Viewer(person_id=None, name="公众", realm="public")
# Changes that time makes were allowed when they were scheduled.
CLOCK_VIEWER: Final = Viewer(
    person_id=None, name="系统时钟", realm="staff", on_platform=frozenset(CAPABILITIES)
)
