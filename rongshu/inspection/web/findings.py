"""The findings of a version as a part of any page, and what a person does about them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pacing import at_most
from rongshu.console.pages import render_page, return_address
from rongshu.foundation.errors import InvalidInput, NotFound, Refusal, RongshuError
from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.actions.mask_personal_text import mask_personal_text
from rongshu.inspection.actions.resolving import answer_finding, mark_wrong, release_finding
from rongshu.inspection.models import FoundProblem
from rongshu.inspection.permissions import may_answer, may_manage_dictionary, may_release
from rongshu.inspection.queries import finding_for, findings_of, inspection_of, may_read_findings
from rongshu.library.models import ResourceVersion
from rongshu.library.queries import get_version_for

_DEEDS = {"answer": answer_finding, "release": release_finding, "wrong": mark_wrong}
_SAID = {"answer": "已答复。", "release": "已放行。", "wrong": "已标记为误报。"}
_PROPOSED = "已标记为误报；所在词句已送词库管理人员，采纳后本机构及下级不再提示。"


@require_safe
def show_findings(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Show what was found in a version: a whole page, or the part alone where htmx asks for it."""
    version = _own_version(request.viewer, version_id)
    return _findings_page(request, version)


@require_POST
@at_most(30)
def inspect(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Inspect with the dictionaries of today."""
    version = _own_version(request.viewer, version_id)
    inspect_version(version_id=version.pk)
    return _answer(request, version)


@require_POST
def mask(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Mask personal information, as a new working version."""
    try:
        version = mask_personal_text(actor=request.person, version_id=version_id)
    except Refusal as refusal:
        return _answer(request, _own_version(request.viewer, version_id), refusal)
    inspect_version(version_id=version.pk)
    messages.success(request, f"已脱敏，生成第 {version.number} 版。")
    return HttpResponseRedirect(reverse("inspection-findings", args=[version.pk]))


@require_POST
def resolve(request: StaffRequest, finding_id: UUID) -> HttpResponse:
    """Answer, release, or mark as wrong; a refusal keeps the reason that was typed."""
    finding = finding_for(request.viewer, finding_id)
    version = finding.inspection.version
    deed = request.POST.get("deed", "")
    try:
        if deed not in _DEEDS:
            raise InvalidInput("请选择处理方式。")
        given = {"phrase": request.POST.get("phrase", "")[:80]} if deed == "wrong" else {}
        _DEEDS[deed](
            actor=request.person, finding_id=finding_id, reason=request.POST.get("reason", ""), **given
        )
    except Refusal as refusal:
        return _answer(request, version, refusal, at=finding_id)
    messages.success(request, _said(request.viewer, finding, deed))
    return _answer(request, version)


def _said(viewer: Viewer, finding: FoundProblem, deed: str) -> str:
    owner_id = finding.inspection.version.resource.owner_id
    waits = deed == "wrong" and finding.is_teachable and not may_manage_dictionary(viewer, owner_id)
    return _PROPOSED if waits else _SAID[deed]


def _own_version(viewer: Viewer, version_id: UUID) -> ResourceVersion:
    """Return a version whose findings are the viewer's to see; another's effective version is not."""
    version = get_version_for(viewer, version_id)
    if not may_read_findings(viewer, version):
        raise NotFound
    return version


def _answer(
    request: StaffRequest,
    version: ResourceVersion,
    refusal: RongshuError | None = None,
    at: UUID | None = None,
) -> HttpResponse:
    """Show the part again; without scripts go back to where the person came from."""
    if refusal is None and not request.headers.get("HX-Request"):
        return HttpResponseRedirect(
            return_address(request, reverse("inspection-findings", args=[version.pk]))
        )
    return _findings_page(request, version, refusal, at)


def _findings_page(
    request: StaffRequest,
    version: ResourceVersion,
    refusal: RongshuError | None = None,
    at: UUID | None = None,
) -> HttpResponse:
    viewer, resource = request.viewer, version.resource
    found = findings_of(viewer, version)
    is_part = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    shown = {
        "version": version,
        "inspection": inspection_of(version),
        "found": found,
        "open_count": sum(each.is_open for each in found),
        "has_personal": any(each.finding.error_class == "E6" for each in found),
        "may_answer": may_answer(viewer, resource),
        "may_release": may_release(viewer, resource) and version.created_by_id != request.person.pk,
        "may_teach": may_manage_dictionary(viewer, resource.owner_id),
        "may_write": viewer.may("resource.write", organization_id=resource.owner_id),
        "refusal": refusal,
        "refused_at": at,
        "reason": request.POST.get("reason", ""),
        "phrase": request.POST.get("phrase", ""),
        "is_part": is_part,
    }
    template = "inspection/_findings.html" if is_part else "inspection/findings.html"
    return render_page(request, template, shown, status=422 if refusal else 200)
