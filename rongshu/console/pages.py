"""Rendering a console page: crumbs, status, and the part alone where htmx asks for a part."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


@dataclasses.dataclass(frozen=True)
class Crumb:
    """A step of the way to a page: the name of an address, and its label."""

    label: str
    url_name: str


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
) -> HttpResponse:
    """Render a page of the console; what it shows is kept by no cache."""
    answer = render(request, template, {"crumbs": crumbs, **(context or {})}, status=status)
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "HX-Request"
    return answer


def return_address(request: HttpRequest, default: str = "/") -> str:
    """Return the posted `next` when it is an address of this listener, else the default."""
    wish = request.POST.get("next", "") or request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wish, allowed_hosts=None) and not urlsplit(wish).netloc
    return wish if is_own and wish.startswith("/") else default
