"""How the screens of intake reach a run: what is not the viewer's is not there."""

from __future__ import annotations

from uuid import UUID

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.console.menu import may_anywhere
from rongshu.foundation.guards import get_one
from rongshu.intake.models import IntakeRun
from rongshu.intake.permissions import CAPABILITIES
from rongshu.intake.queries.runs import runs_concerning


def run_for(viewer: Viewer, run_id: UUID) -> IntakeRun:
    """Return a run of the viewer's who has to do with intake; else NotFound."""
    require_intake(viewer)
    return get_one(runs_concerning(viewer).select_related("batch", "started_by"), pk=run_id)


def require_intake(viewer: Viewer) -> None:
    """Raise `NotAllowed` for who neither runs intake nor signs anywhere."""
    require(any(may_anywhere(viewer, one) for one in CAPABILITIES))
