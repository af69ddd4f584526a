"""What a proxy in front of the console says about a request, where the proxy is one we were told to trust."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_Answer = Callable[[HttpRequest], HttpResponse]


def behind_proxies(get_response: _Answer) -> _Answer:
    """Put the client's own address and scheme in place of a trusted proxy's; over TLS cookies are secure."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXIES:
            _take_word_of_proxy(request)
        response = get_response(request)
        if request.scheme == "https":
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return answer


def _take_word_of_proxy(request: HttpRequest) -> None:
    # Each proxy adds the address it was called from; what stands left of a stranger's he wrote himself.
    told = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    strangers = [one for one in told if one not in settings.TRUSTED_PROXIES]
    if strangers:
        request.META["REMOTE_ADDR"] = strangers[-1][:45]
    if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
        request.META["wsgi.url_scheme"] = "https"
