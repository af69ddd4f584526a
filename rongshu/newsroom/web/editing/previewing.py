"""Looking at a piece as each site will show it, on a phone and on a desk: no page is written for it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.foundation.errors import NotFound
from rongshu.foundation.guards import get_one
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries import get_version_for
from rongshu.newsroom.actions.open_review import note_reading
from rongshu.newsroom.queries.pieces import own_sites_first, places_of, readable_version
from rongshu.newsroom.web.editing.files import file_answer
from rongshu.newsroom.web.editing.policies import FRAMING, PREVIEWED
from rongshu.publishing.queries.preview import file_named, preview_asset, preview_page
from rongshu.sites.models import Column
from rongshu.sites.queries import columns_for


@require_GET
def show_preview(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Show the frame in which a site's page is looked at."""
    version = readable_version(request.viewer, resource_id)
    note_reading(actor=request.person, resource=version.resource)
    places = list(places_of(request.viewer, version.resource))
    columns = [place.column for place in places] or _some_columns(request, version.resource)
    wanted = request.GET.get("column", "")
    chosen = next((one for one in columns if str(one.pk) == wanted), columns[0] if columns else None)
    answer = render_page(
        request,
        "newsroom/editing/preview.html",
        {
            "resource": version.resource,
            "version": version,
            "columns": columns,
            "is_placed": bool(places),
            "chosen": chosen,
            "is_phone": request.GET.get("width") == "phone",
        },
    )
    answer["Content-Security-Policy"] = FRAMING
    return answer


def _some_columns(request: StaffRequest, resource: Resource) -> list[Column]:
    return list(own_sites_first(columns_for(request.viewer), resource)[:20])


@require_GET
def show_page(request: StaffRequest, version_id: UUID, column_id: UUID) -> HttpResponse:
    """Give the page itself."""
    version, column = _subject(request, version_id, column_id)
    place = places_of(request.viewer, version.resource).filter(column=column).first()
    base = reverse("newsroom-preview-page", args=[version.pk, column.pk])
    html = preview_page(version, column, base=base, display_title=place.display_title if place else "")
    answer = HttpResponse(html)
    answer["Content-Security-Policy"] = PREVIEWED
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def give_asset(
    request: StaffRequest, version_id: UUID, column_id: UUID, kind: str, name: str
) -> HttpResponseBase:
    """Give a style sheet of a previewed page."""
    if kind not in {"static", "assets"}:
        raise NotFound
    _, column = _subject(request, version_id, column_id)
    asset = preview_asset(column.site, kind, name)
    return HttpResponse(asset.content, content_type=asset.media_type)


@require_GET
def give_file(
    request: StaffRequest, version_id: UUID, column_id: UUID, head: str, name: str
) -> HttpResponseBase:
    """Give a picture or an attachment of a previewed page."""
    version, _ = _subject(request, version_id, column_id)
    digest = file_named(version, head)
    file = next(one for one in version.attachments if one["digest"] == digest)
    return file_answer(digest, str(file["name"]), str(file["media_type"]))


def _subject(request: StaffRequest, version_id: UUID, column_id: UUID) -> tuple[ResourceVersion, Column]:
    version = get_version_for(request.viewer, version_id)
    column = get_one(columns_for(request.viewer).select_related("site"), pk=column_id)
    return version, column
