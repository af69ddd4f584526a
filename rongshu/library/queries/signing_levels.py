"""How far something is through the levels of its route: one person a level, in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from rongshu.accounts.capabilities import CAPABILITIES
from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Approval, ApprovalSignature
from rongshu.library.routes import Route


@dataclass(frozen=True)
class Level:
    """One level as a page shows it: who has signed it, or what its signer needs."""

    number: int
    needs: str
    signature: ApprovalSignature | None
    is_next: bool


@dataclass(frozen=True)
class Standing:
    """Something on its way through the levels of a route.

    `approval` is the one being signed by this route, or the one given; what was signed for another route
    counts no more.
    """

    route: Route
    approval: Approval | None
    signatures: Sequence[ApprovalSignature]

    @property
    def next_level(self) -> int:
        """The level that is to be signed now."""
        return len(self.signatures) + 1

    @property
    def capability(self) -> str:
        """What the next signer needs."""
        return self._capability_at(self.next_level)

    def is_signed_by(self, viewer: Viewer) -> bool:
        """Whether the viewer has signed a level already; nobody signs two."""
        return any(one.person_id == viewer.person_id for one in self.signatures)

    def levels(self) -> list[Level]:
        """Return every level."""
        signed = {one.level: one for one in self.signatures}
        count = self.approval.levels if self.approval is not None else self.route.levels
        return [
            Level(number, CAPABILITIES[self._capability_at(number)], signed.get(number),
                  is_next=number == self.next_level)
            for number in range(1, count + 1)
        ]  # fmt: skip

    def _capability_at(self, level: int) -> str:
        return self.route.capabilities[min(level, self.route.levels) - 1]


def pending_approvals() -> QuerySet[Approval]:
    """Return the approvals that are being signed, the newest first."""
    return Approval.objects.filter(outcome=Approval.Outcome.PENDING).order_by("-created_at")


def signatures_of(*approvals: Approval) -> Mapping[UUID, Sequence[ApprovalSignature]]:
    """Return the signatures of approvals by level, under the keys of those that have any."""
    signed: defaultdict[UUID, list[ApprovalSignature]] = defaultdict(list)
    if approvals:
        rows = ApprovalSignature.objects.filter(approval__in=approvals).select_related("person")
        for one in rows.order_by("level"):
            signed[one.approval_id].append(one)
    return signed
