"""The door of OAI-PMH: parameters in, XML out, GET and POST, compressed where the asker takes it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.federation.oai.answering import answer
from rongshu.federation.oai.datestamps import utc
from rongshu.federation.oai.errors import BadArgument, BadVerb, OaiProblem
from rongshu.federation.oai.formats import RESOURCE_SCHEMA
from rongshu.federation.oai.markup import element, rooted
from rongshu.federation.oai.protocol import read_request
from rongshu.federation.oai.repositories import Repository, repository_of
from rongshu.foundation import clock

_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_SCHEMA: Final = f"{_NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_KIND: Final = "text/xml; charset=utf-8"
_SCHEMAS: Final = Path(__file__).parent / "schemas"
_WORTH_COMPRESSING: Final = 1000
_TAKES_GZIP: Final = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0+)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)")


# Nothing is changed by it, and harvesters bring no token of a page.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: HttpRequest) -> HttpResponse:
    """Answer a request of the protocol; its errors have status 200, too."""
    repository = repository_of(request)
    given = _arguments(request)
    try:
        asked = read_request(given)
        content, told = answer(repository, asked), {"verb": asked.verb, **asked.arguments}
    except OaiProblem as problem:
        content = element("error", problem.text, code=problem.code)
        # OAI-PMH 2.0 § 3.2: the attributes of a request that is not in order are not repeated.
        told = (
            {}
            if isinstance(problem, BadVerb | BadArgument)
            else {name: one[0] for name, one in given.items()}
        )
    return _answered(request, _document(repository, told, content))


@require_safe
def show_schema(request: HttpRequest) -> HttpResponseBase:
    """Give the schema of our own format."""
    return FileResponse((_SCHEMAS / RESOURCE_SCHEMA).open("rb"), content_type=_KIND)


def _arguments(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    try:
        given = request.POST if request.method == "POST" else request.GET
    except RequestDataTooBig:
        return {}
    return {name: [str(value) for value in values] for name, values in given.lists()}


def _document(repository: Repository, told: Mapping[str, str], content: str) -> bytes:
    parts = (
        element("responseDate", utc(clock.now())),
        element("request", repository.base_url, **told),
        content,
    )
    root = rooted("OAI-PMH", parts, {"": _NAMESPACE}, _SCHEMA)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _answered(request: HttpRequest, document: bytes) -> HttpResponse:
    is_packed = len(document) > _WORTH_COMPRESSING and bool(
        _TAKES_GZIP.search(request.headers.get("Accept-Encoding", ""))
    )
    # Level 4 takes half the time of 6 and is hardly longer.
    response = HttpResponse(gzip.compress(document, 4) if is_packed else document, content_type=_KIND)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "no-store"
    return response
