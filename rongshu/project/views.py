"""Addresses both listeners share."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from rongshu.project.health import health


@require_safe
def show_health(request: HttpRequest) -> JsonResponse:
    """Answer `/-/health`: 200 when readers are served, 503 when the database does not answer."""
    found = health()
    answer = JsonResponse(found.as_json(), status=200 if found.database else 503)
    answer["Cache-Control"] = "no-store"
    return answer
