"""The viewer: who asks, and what he may do where. Every read that depends on the asker takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    def is_platform(self) -> bool:
        """Whether some capability reaches over the whole platform."""
        return bool(self.on_platform)

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

    def organizations_with(self, capability: str) -> frozenset[UUID]:
        """Return the organisations for which this capability is held (not counting the platform's)."""
        return frozenset(one for one, held in self.by_organization.items() if capability in held)


def _holds(scopes: Mapping[UUID, frozenset[str]], scope_id: UUID | None, capability: str) -> bool:
    return scope_id is not None and capability in scopes.get(scope_id, frozenset())


PUBLIC: Final = Viewer(person_id=None, name="公众", realm="public")
# Changes that time makes were allowed when they were scheduled.
CLOCK_VIEWER: Final = Viewer(
    person_id=None, name="系统时钟", realm="staff", on_platform=frozenset(CAPABILITIES)
)
