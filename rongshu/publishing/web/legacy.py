"""Old addresses: where they lead now (301), or that there is nothing any more (410)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from rongshu.publishing import addresses
from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.loading.rows import VISIBLE
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.pages.models import GonePage, NotFoundPage
from rongshu.publishing.web.sites import answer, context_of, plain
from rongshu.publishing.writing import manifest_file
from rongshu.sites.models import LegacyAddress, Placement
from rongshu.sites.queries.addresses import legacy_target


@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """Answer an address that is no published file."""
    host = request.META.get("HTTP_HOST", "").lower()
    found = _target(request, host)
    if found is None:
        site = HOSTS.for_request(host, request.META.get("HTTP_COOKIE", ""))
        if site is None:
            return plain("没有此页面。", 404)
        return answer(NotFoundPage(context_of(site).frame), 404)
    path = _path(found)
    is_own_host = (own := HOSTS.site_at(host)) is not None and own.id == found.site_id
    if is_own_host and path == request.path:
        return answer(NotFoundPage(context_of(own).frame), 404) if own else plain("没有此页面。", 404)
    if path is None:
        site = HOSTS.site_named(found.site.slug)
        return answer(GonePage(context_of(site).frame), 410) if site else plain("此内容已不存在。", 410)
    response = HttpResponsePermanentRedirect(path if is_own_host else found.site.base_url.rstrip("/") + path)
    response["Cache-Control"] = "no-cache"
    return response


def _target(request: HttpRequest, host: str) -> LegacyAddress | None:
    """Look up the address as it was sent, and as it reads when encoded again."""
    tried = dict.fromkeys([str(request.META.get("RAW_URI", "")), request.get_full_path()])
    return next((found for uri in tried if uri and (found := legacy_target(host, uri))), None)


def _path(found: LegacyAddress) -> str | None:
    if found.resource is not None:
        is_shown = Placement.objects.filter(VISIBLE, resource=found.resource, site=found.site).exists()
        return addresses.article_path(str(found.resource.address)) if is_shown else None
    if found.leads_home:
        return "/"
    if found.column is not None:
        return found.column.path if found.column.status != "closed" else None
    return _file(found) if found.file_digest else None


def _file(found: LegacyAddress) -> str | None:
    file = manifest_file(found.site_id)
    if not file.exists():
        return None
    folder = addresses.file_path(found.file_digest, "x").rpartition("/")[0] + "/"
    manifest = Manifest(file, is_writer=False)
    try:
        pages = manifest.pages_after(folder, 1)
    finally:
        manifest.close()
    return addresses.file_url(pages[0][0]) if pages and pages[0][0].startswith(folder) else None
