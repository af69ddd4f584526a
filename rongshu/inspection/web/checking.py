"""The check while writing: text in, findings out; nothing is kept."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pacing import at_most
from rongshu.console.pages import render_page
from rongshu.foundation.errors import InvalidInput
from rongshu.inspection.checking import inspect_text
from rongshu.inspection.findings import CLASSES, Finding
from rongshu.inspection.queries import lexicon_for

LONGEST: Final = 200_000


@require_POST
@at_most(120)
def check_text(request: StaffRequest) -> HttpResponse:
    """Return `{"findings": […], "is_cut": bool}`, or the list as a part of a page where htmx asks.

    `organization` is the unit for which is written; its dictionaries are used only by who works there.
    """
    try:
        given = _given(request)
    except InvalidInput as refusal:
        return JsonResponse(refusal.as_json(), status=refusal.status)
    text = given["text"]
    findings = inspect_text(text[:LONGEST], lexicon_for(_unit(request, given["organization"])))
    if request.headers.get("HX-Request"):
        return render_page(request, "inspection/_found.html", {"findings": findings, "text": text})
    rows = [_as_row(finding) for finding in findings[:500]]
    return JsonResponse({"findings": rows, "is_cut": len(text) > LONGEST or len(findings) > 500})


def _given(request: StaffRequest) -> dict[str, str]:
    given: Any = request.POST
    if request.content_type == "application/json":
        try:
            given = json.loads(request.body)
        except (ValueError, UnicodeDecodeError):
            raise InvalidInput(fields={"text": "请求不是有效的 JSON"}) from None
    text = given.get("text", "") if hasattr(given, "get") else None
    if not isinstance(text, str):
        raise InvalidInput(fields={"text": "请给出要检查的文本"})
    return {"text": text, "organization": str(given.get("organization") or "")}


def _unit(request: StaffRequest, wanted: str) -> UUID | None:
    viewer = request.viewer
    try:
        unit = UUID(wanted)
    except ValueError:
        return viewer.home_organization_id
    reads = viewer.reads_everything or unit in viewer.reading_organization_ids
    return unit if reads else viewer.home_organization_id


def _as_row(finding: Finding) -> dict[str, object]:
    """Say class and rule in words; a suggestion that can't take the place of the text is advice."""
    named = {"class_name": CLASSES.get(finding.class_, finding.class_), "rule_name": finding.rule_name}
    row = finding.as_json() | named
    if finding.is_replaceable:
        return row | {"advice": ""}
    return row | {"suggestion": "", "advice": finding.suggestion}
