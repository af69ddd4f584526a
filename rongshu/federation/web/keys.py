"""The door to what this node publishes of keys: open to everyone, each statement is signed by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from rongshu.federation.actions.keys import ensure_own_key
from rongshu.federation.queries.keys import published_keys
from rongshu.federation.trusting import signed_response
from rongshu.federation.web.signed import json_answer


@require_safe
def show_keys(request: HttpRequest) -> HttpResponseBase:
    """Answer our keys and all statements; 304 while they say nothing new."""
    ensure_own_key()
    published = published_keys()
    etag = f'"{published.tag}"'
    is_known = request.headers.get("If-None-Match") == etag
    answer = HttpResponse(status=304) if is_known else json_answer(published.content)
    answer.headers["ETag"] = etag
    return signed_response(request, answer)
