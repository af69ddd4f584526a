"""Two versions of a piece side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.foundation.errors import NotFound
from rongshu.library.models import ResourceVersion
from rongshu.library.queries import differences, get_version_for
from rongshu.library.queries.differences import Differences
from rongshu.newsroom.actions.open_review import note_reading
from rongshu.newsroom.queries.pieces import readable_version, versions_of


@dataclass(frozen=True)
class Run:
    """A run of lines: what it said, what it says, and whether that differs."""

    before: str
    after: str
    is_same: bool


@require_GET
def compare(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Compare two versions: by default the newest with what readers see, or with the one before."""
    newest = readable_version(request.viewer, resource_id)
    resource = newest.resource
    note_reading(actor=request.person, resource=resource)
    versions = versions_of(request.viewer, resource)
    after = _wanted(request, "b", resource_id) or newest
    before = _wanted(request, "a", resource_id) or _usual(request, versions, after)
    found = differences(before, after)
    shown = {
        "resource": resource,
        "before": before,
        "after": after,
        "versions": versions,
        "found": found,
        "runs": list(_runs(found)),
    }
    return render_page(request, "newsroom/editing/compare.html", shown)


def _wanted(request: StaffRequest, name: str, resource_id: UUID) -> ResourceVersion | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        version = get_version_for(request.viewer, UUID(text))
    except ValueError:
        raise NotFound from None
    if version.resource_id != resource_id:
        raise NotFound
    return version


def _usual(request: StaffRequest, versions: list[ResourceVersion], after: ResourceVersion) -> ResourceVersion:
    effective = after.resource.effective_version_id
    if effective and effective != after.pk:
        return get_version_for(request.viewer, effective)
    earlier = [one for one in versions if one.number < after.number]
    return get_version_for(request.viewer, earlier[0].pk) if earlier else after


def _runs(found: Differences) -> Iterator[Run]:
    for run in found.text:
        yield Run(run.before, run.after, run.change == "equal")
