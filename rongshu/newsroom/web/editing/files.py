"""Files of drafts and versions: uploaded with early refusal, served through the guard, previewed."""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pacing import at_most
from rongshu.console.pages import render_page
from rongshu.foundation import storage
from rongshu.foundation.errors import InvalidInput, NotFound
from rongshu.foundation.text import truncate
from rongshu.library.file_errors import FileTooLarge
from rongshu.library.models import StoredFile, VersionFile
from rongshu.library.queries import get_version_for
from rongshu.newsroom.actions.add_draft_file import (
    add_draft_file,
    change_draft_file,
    crop_draft_picture,
    remove_draft_file,
)
from rongshu.newsroom.models.drafting import DraftFile
from rongshu.newsroom.pictures import RATIOS
from rongshu.newsroom.previews import preview_of
from rongshu.newsroom.queries.drafting import get_draft_file_for, get_draft_for
from rongshu.newsroom.queries.watermarks import mark_of

LARGEST_UPLOAD: Final = 200 * 1024**2
_ENVELOPE: Final = 1024**2  # what a form puts around its file
_POLICY: Final = "default-src 'none'; sandbox"
_SHOWN_IN_PLACE: Final = ("image/", "video/", "audio/")


@csrf_exempt  # the size is looked at before the token, which would have the whole body read
@require_http_methods(["GET", "POST"])
def draft_files(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """List the files of a draft, or take one more; what is too large is refused unread."""
    if request.method == "POST" and _declared_size(request) > LARGEST_UPLOAD + _ENVELOPE:
        answer = JsonResponse(_too_large().as_json(), status=FileTooLarge.status)
        answer["Connection"] = "close"
        return answer
    return _draft_files(cast("StaffRequest", request), draft_id)


@csrf_protect
def _draft_files(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    draft = get_draft_for(request.viewer, draft_id)
    if request.method == "GET":
        return render(request, "newsroom/editing/_files.html", {"draft": draft, "files": draft.files.all()})
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise InvalidInput("没有收到文件，请重新选择后上传。", fields={"file": "请选择文件"})
    if (uploaded.size or 0) > LARGEST_UPLOAD:
        raise _too_large()
    role = DraftFile.Role.IMAGE if request.POST.get("role") == "image" else DraftFile.Role.ATTACHMENT
    file = add_draft_file(
        actor=request.person,
        draft=draft,
        content=_content(uploaded),
        name=uploaded.name or "文件",
        role=role,
        alt=request.POST.get("alt", ""),
        watermark=mark_of(draft.owner) if request.POST.get("watermark") else None,
    )
    return JsonResponse(_told(file))


def _declared_size(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared) if declared.isascii() and declared.isdigit() else 0


def _too_large() -> FileTooLarge:
    error = FileTooLarge()
    error.message = "文件超过 200 MB，没有上传。请压缩、拆分，或改为提供网盘以外的官方下载地址。"
    return error


def _content(uploaded: UploadedFile[Any]) -> Path | bytes:
    path = getattr(uploaded, "temporary_file_path", None)
    return Path(path()) if path else uploaded.read()


def _told(file: DraftFile) -> dict[str, object]:
    return {
        "id": str(file.pk),
        "digest": file.digest,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "notices": file.notices,
    }


@require_GET
def serve_draft_file(request: StaffRequest, draft_id: UUID, digest: str) -> HttpResponseBase:
    """Give a file of the person's own draft."""
    file = get_draft_file_for(request.viewer, draft_id, digest)
    return file_answer(file.digest, file.name, file.media_type)


@require_GET
def serve_version_file(request: StaffRequest, version_id: UUID, digest: str) -> HttpResponseBase:
    """Give a file of a version the viewer may read."""
    found = _version_file(request, version_id, digest)
    return file_answer(found.file_id, found.name, found.file.media_type)


def _version_file(request: StaffRequest, version_id: UUID, digest: str) -> VersionFile:
    version = get_version_for(request.viewer, version_id)
    use = VersionFile.objects.filter(version=version, file_id=digest, file__erased_at__isnull=True)
    found = use.select_related("file").first()
    if found is None:
        raise NotFound
    return found


def file_answer(digest: str, name: str, media_type: str) -> HttpResponseBase:
    """Answer a file. Nothing of it runs: it is saved, or shown inside a page of ours as picture or sound."""
    answer = FileResponse(storage.open(digest), content_type=media_type)
    quoted = urllib.parse.quote(truncate(name, 120))
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quoted}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _POLICY
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@at_most(20)
def preview_draft_file(request: StaffRequest, draft_id: UUID, digest: str) -> HttpResponse:
    """Show the beginning of an attachment."""
    file = get_draft_file_for(request.viewer, draft_id, digest)
    return _previewed(request, file, file.name)


@require_GET
@at_most(20)
def preview_version_file(request: StaffRequest, version_id: UUID, digest: str) -> HttpResponse:
    """Show the beginning of an attachment of a version the viewer may read."""
    found = _version_file(request, version_id, digest)
    return _previewed(request, found.file, found.name)


def _previewed(request: StaffRequest, file: DraftFile | StoredFile, name: str) -> HttpResponse:
    with storage.open(file.digest) as stream:
        preview = preview_of(stream, file.media_type, file.size)
    is_shown = file.media_type.startswith(_SHOWN_IN_PLACE)
    shown = {"file": file, "name": name, "preview": preview, "is_shown": is_shown}
    return render(request, "newsroom/editing/_file_preview.html", shown)


@require_POST
def change_file(request: StaffRequest, draft_id: UUID, digest: str) -> HttpResponse:
    """Rename a file, describe it, or take it out."""
    file = get_draft_file_for(request.viewer, draft_id, digest)
    if request.POST.get("wish") == "remove":
        remove_draft_file(actor=request.person, file=file)
    else:
        change_draft_file(
            actor=request.person,
            file=file,
            name=request.POST.get("file-name", ""),
            alt=request.POST.get("file-alt", ""),
        )
    files = file.draft.files.all()
    return render(request, "newsroom/editing/_files.html", {"draft": file.draft, "files": files})


@require_http_methods(["GET", "POST"])
def crop_file(request: StaffRequest, draft_id: UUID, digest: str) -> HttpResponse:
    """Choose the focal point and the ratio, and cut the title picture out."""
    file = get_draft_file_for(request.viewer, draft_id, digest)
    ratio = request.POST.get("ratio", "")
    ratio = ratio if ratio in RATIOS else "16:9"
    shown = {"draft": file.draft, "file": file, "ratios": RATIOS, "chosen": ratio, "made": None}
    if request.method == "POST":
        focus = (_per_mille(request, "focus_x"), _per_mille(request, "focus_y"))
        shown["made"] = crop_draft_picture(
            actor=request.person, draft=file.draft, file=file, ratio=ratio, focus=focus
        )
        file.focus_x, file.focus_y = focus
    return render_page(request, "newsroom/editing/crop.html", shown)


def _per_mille(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "500")
    return min(1000, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 500
