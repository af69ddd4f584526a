"""Old addresses: where they lead now (301), or that there is nothing any more (410)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.pages.models import GonePage, NotFoundPage
from rongshu.publishing.queries.old_addresses import new_path
from rongshu.publishing.web.sites import answer, context_of, plain
from rongshu.sites.models import LegacyAddress
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
    path = new_path(found)
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
