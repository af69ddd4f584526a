"""Security headers of what the application itself answers (published files get theirs from publishing)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
)


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Add a strict policy unless the view has set one for its page; such a page is loaded anew."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Content-Security-Policy" in response.headers and _is_swapped_in(request):
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return answer


def _is_swapped_in(request: HttpRequest) -> bool:
    """Tell whether the answer would be put into the page that is open, under the policy of that page."""
    return request.method == "GET" and request.headers.get("HX-Boosted") == "true"
