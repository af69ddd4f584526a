"""The doors of the interface: a key, checked parameters, one query, JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, JsonResponse

from rongshu.foundation.errors import RongshuError
from rongshu.publishing.web.framing import FramedSite, framed_site
from rongshu.search.actions.use_api_key import Quota, use_api_key
from rongshu.search.errors import BeyondWindow, CursorUnknown, PageUnknown, QuotaExceeded
from rongshu.search.queries.searching import FacetValue, ResultHit, Results, search
from rongshu.search.queries.suggesting import suggest
from rongshu.search.queries.texts import plain
from rongshu.search.web.api.description import description
from rongshu.search.web.api.parameters import SEARCHING, SUGGESTING, checked, search_query
from rongshu.search.web.views import reader_of

_SCHEME: Final = "bearer "
Answer = Mapping[str, Any]
View = Callable[[HttpRequest], JsonResponse]


def _answering(view: Callable[[HttpRequest], tuple[Answer, Quota | None]]) -> View:
    """Answer GET with JSON, also where something is wrong."""

    @wraps(view)
    def answered(request: HttpRequest) -> JsonResponse:
        if request.method not in {"GET", "HEAD"}:
            refusal = {"code": "method-not-allowed", "message": "请使用 GET。", "fields": {}}
            return _json(refusal, 405, {"Allow": "GET, HEAD"})
        try:
            answer, quota = view(request)
        except RongshuError as error:
            return _json(error.as_json(), error.status, _headers_of(error))
        return _json(answer, 200, _quota_headers(quota))

    return answered


@_answering
def search_documents(request: HttpRequest) -> tuple[Answer, Quota | None]:
    """Search what readers may see."""
    framed, quota = _admitted(request)
    query = search_query(checked(request.GET, SEARCHING))
    try:
        return _found(search(reader_of(framed), query), framed), quota
    except (BeyondWindow, CursorUnknown) as error:
        raise PageUnknown(error.message) from error


@_answering
def list_suggestions(request: HttpRequest) -> tuple[Answer, Quota | None]:
    """Suggest what somebody who types this may want."""
    framed, quota = _admitted(request)
    text = checked(request.GET, SUGGESTING)["q"]
    found = [dataclasses.asdict(one) for one in suggest(framed.site.pk, text)]
    return {"suggestions": [{**one, "url": _absolute(one["url"], framed)} for one in found]}, quota


@_answering
def describe(request: HttpRequest) -> tuple[Answer, Quota | None]:
    """Describe the interface."""
    framed_site(request)
    return description(f"{request.scheme}://{request.get_host()}"), None


def _admitted(request: HttpRequest) -> tuple[FramedSite, Quota]:
    framed = framed_site(request)
    given = request.headers.get("Authorization", "")
    secret = given[len(_SCHEME) :].strip() if given.lower().startswith(_SCHEME) else ""
    return framed, use_api_key(secret)


def _found(results: Results, framed: FramedSite) -> Answer:
    return {
        "total": results.total,
        "is_total_exact": results.is_total_exact,
        "hits": [_hit(one, framed) for one in results.hits],
        "facets": {name: [_facet_value(one) for one in values] for name, values in results.facets.items()},
        "next": results.next,
        "did_you_mean": results.did_you_mean,
        "heard": results.heard,
        "hint": results.understood.hint if results.understood else "",
    }


def _hit(hit: ResultHit, framed: FramedSite) -> Answer:
    answer = {
        "id": hit.id,
        "kind": hit.kind,
        "title": plain(hit.title_html),
        "title_html": hit.title_html,
        "url": _absolute(hit.url, framed),
        "snippet_html": hit.snippet_html,
        "published_on": hit.published_on.isoformat() if hit.published_on else None,
        "site_name": hit.site_name,
        "organization": hit.organization,
        "type": str(hit.source.get("type", "")),
        "type_name": hit.type,
        "validity": str(hit.source.get("validity", "")),
        "validity_name": hit.validity,
        "document_number": hit.document_number,
        "attachments": [
            {**dataclasses.asdict(one), "url": _absolute(one.url, framed)} for one in hit.attachments
        ],
        "also_on": [dataclasses.asdict(one) for one in hit.also_on],
        "score": hit.score,
    }
    return {**answer, "why": dict(hit.why)} if hit.why is not None else answer


def _facet_value(one: FacetValue) -> Answer:
    return dataclasses.asdict(one)


def _absolute(url: str, framed: FramedSite) -> str:
    return framed.frame.base_url + url if url.startswith("/") else url


def _headers_of(error: RongshuError) -> dict[str, str]:
    if isinstance(error, QuotaExceeded):
        return {"Retry-After": str(error.retry_after)}
    return {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}


def _quota_headers(quota: Quota | None) -> dict[str, str]:
    if quota is None:
        return {}
    return {
        "RateLimit-Limit": str(quota.limit),
        "RateLimit-Remaining": str(quota.remaining),
        "RateLimit-Reset": str(quota.reset),
    }


def _json(content: Answer, status: int, headers: Mapping[str, str]) -> JsonResponse:
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in headers.items():
        response[name] = value
    return response
