"""The leaving-site notice and built assets."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from rongshu.foundation.errors import NotFound
from rongshu.publishing import media
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages.assets import DIST_FOLDER
from rongshu.publishing.pages.models import LeavingPage, NotFoundPage
from rongshu.publishing.web.sites import NoSite, answer, context_of, plain, site_of
from rongshu.publishing.writing import manifest_file

_DIGEST: Final = re.compile(r"[0-9a-f]{32}")


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Show where a link leads before it leaves government websites; never one that no page holds (P3-11)."""
    try:
        site = site_of(request)
    except NoSite as error:
        return plain(error.message, 404)
    context = context_of(site)
    digest, file = request.GET.get("u", ""), manifest_file(site.id)
    target = None
    if _DIGEST.fullmatch(digest) and file.exists():
        manifest = Manifest(file, is_writer=False)
        try:
            target = manifest.outbound_target(digest)
        finally:
            manifest.close()
    host = urlsplit(target).hostname if target else None
    if not target or not host:
        return answer(NotFoundPage(context.frame), 404)
    return answer(LeavingPage(context.frame, target_url=target, target_host=host, back_url=_back(request)))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address below `/-/` that nobody serves: to programs as every interface tells an error."""
    if request.path.startswith("/-/api/"):
        return JsonResponse(NotFound().as_json(), status=404, json_dumps_params={"ensure_ascii": False})
    try:
        return answer(NotFoundPage(context_of(site_of(request)).frame), 404)
    except NoSite as error:
        return plain(error.message, 404)


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if that is on this site."""
    referrer = urlsplit(request.META.get("HTTP_REFERER", ""))
    is_own = referrer.netloc == request.META.get("HTTP_HOST", "")
    return referrer.path if is_own and referrer.path.startswith("/") and referrer.path[1:2] != "/" else "/"


@require_safe
def static(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a built style sheet or script where no listener has done it before."""
    file = (DIST_FOLDER / name).resolve()
    if not file.is_relative_to(DIST_FOLDER.resolve()) or not file.is_file():
        return plain("没有此文件。", 404)
    response = FileResponse(file.open("rb"), content_type=media.media_type(file.name))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
