"""Reports as pages that print and are kept: each is whole by itself, with its own style and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.template.loader import render_to_string

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def printed(template: str, shown: Mapping[str, Any]) -> HttpResponse:
    """Answer with a report; nobody on the way keeps it."""
    answer = HttpResponse(render_to_string(template, dict(shown)))
    answer["Content-Security-Policy"] = _POLICY
    answer["Cache-Control"] = "no-store"
    return answer
