"""A page that is only read looks at what is kept, and asks for what waits, once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rongshu.console.one_page import one_page
from rongshu.foundation.change_marks import one_look


def read_at_once(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer what changes nothing in one look."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        with one_look(), one_page():
            return get_response(request)

    return answer
