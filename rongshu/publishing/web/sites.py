"""The site of a request and what its pages share."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from rongshu.foundation.errors import NotFound
from rongshu.publishing import media
from rongshu.publishing.hosts import HOSTS, ServedSite
from rongshu.publishing.loading.context import ContextKeeper, SiteContext
from rongshu.publishing.pages.models import FramedPage
from rongshu.publishing.pages.rendering import render

CONTEXTS: Final = ContextKeeper()


class NoSite(NotFound):
    """The host names no site."""

    code = "site-not-found"
    sentence = "这个网址没有对应的网站。"


def site_of(request: HttpRequest) -> ServedSite:
    """Return the site a request is for; raise `NoSite`."""
    found = HOSTS.for_request(request.META.get("HTTP_HOST", "").lower(), request.META.get("HTTP_COOKIE", ""))
    if found is None:
        raise NoSite
    return found


def context_of(site: ServedSite) -> SiteContext:
    """Return the frames of a site."""
    CONTEXTS.expire(site.id)
    return CONTEXTS.current(site.id)


def answer(page: FramedPage, status: int = 200) -> HttpResponse:
    """Answer with a page made for this request alone."""
    response = HttpResponse(render(page), status=status, content_type=media.HTML)
    for name, value in media.PAGE_HEADERS:
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def plain(text: str, status: int) -> HttpResponse:
    """Answer with one line where no site's page can be shown."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
