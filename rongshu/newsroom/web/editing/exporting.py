"""A version as a Word or PDF file, with its elements and the review form."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pacing import at_most
from rongshu.foundation.errors import NotFound
from rongshu.foundation.text import truncate
from rongshu.library.models import ResourceVersion
from rongshu.library.queries import get_version_for, schema_of
from rongshu.library.queries.differences import values_of
from rongshu.library.queries.metadata_sets import shown
from rongshu.newsroom.documents import Sheet, parts_of
from rongshu.newsroom.exports import WORD, to_pdf, to_word
from rongshu.newsroom.queries.reviews import history_of, reviews_of

_LEFT_OUT = frozenset({"Content", "Attachments", "SourceApp", "Title", "Image"})


@require_GET
@at_most(20)
def export_version(request: StaffRequest, version_id: UUID, form: str) -> HttpResponse:
    """Give the file."""
    version = get_version_for(request.viewer, version_id)
    sheet = _sheet(request.viewer, version)
    content, kind = (to_word(sheet), WORD) if form == "docx" else (to_pdf(sheet), "application/pdf")
    answer = HttpResponse(content, content_type=kind)
    name = urllib.parse.quote(f"{truncate(version.title, 80)}.{form}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _sheet(viewer: Viewer, version: ResourceVersion) -> Sheet:
    return Sheet(
        title=version.title,
        elements=list(_elements(version)),
        parts=parts_of(version.body),
        files=[str(file["name"]) for file in version.attachments if file.get("role") == "attachment"],
        review=list(_review(viewer, version)),
    )


def _elements(version: ResourceVersion) -> Iterator[tuple[str, str]]:
    values = values_of(version)
    for rule in schema_of(version.resource.type.code).fields:
        value = values.get(rule.name)
        if rule.name not in _LEFT_OUT and value not in (None, "", [], {}):
            said = shown(value, rule)
            yield rule.name_cn, "、".join(map(str, said)) if isinstance(said, list) else str(said)


def _review(viewer: Viewer, version: ResourceVersion) -> Iterator[tuple[str, ...]]:
    """The acts on this version, oldest first; none for whom the review is not to see."""
    try:
        cases = [case for case in reviews_of(viewer, version.resource) if case.version_id == version.pk]
    except NotFound:
        return
    lines = [line for case in reversed(cases) for line in history_of(viewer, case)]
    if lines:
        yield ("时间", "人员", "环节", "办理", "意见")
    for line in lines:
        yield (f"{timezone.localtime(line.at):%Y-%m-%d %H:%M}", line.who, line.step, line.what, line.comment)
