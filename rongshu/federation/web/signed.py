"""Doors between nodes: a verified request of a partner in, a signed answer or JSON problem out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, BinaryIO, Final

import orjson
import structlog
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from rongshu.federation.actions.note_contact import note_contact
from rongshu.federation.envelope import PROTOCOL
from rongshu.federation.errors import NodeUnknown, PartnerPaused, ProtocolUnknown
from rongshu.federation.models import Partner
from rongshu.federation.queries.partners import is_open_now
from rongshu.federation.signing.digests import BodyDigest
from rongshu.federation.signing.keys import VerifiedBy
from rongshu.federation.trusting import signed_response, verified_request
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.prepared import PreparedModels
from rongshu.foundation.rate_limits import RateLimit

log = structlog.get_logger("rongshu.federation")
View = Callable[..., HttpResponseBase]
_PARTNER: Final = PreparedModels(lambda key: Partner.objects.filter(pk=key))
PROBLEM: Final = "application/problem+json"
_SPOKEN: Final = "Federation-Protocol"
# Per process: an honest partner asks some requests a second while it reads a long feed, and files beside it.
_ASKED: Final = RateLimit(most=6000, seconds=60)


def for_partners(*methods: str) -> Callable[[View], View]:
    """Let a view be asked by partners only, whose signature holds; whatever is answered is signed."""

    def decorated(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, **named: Any) -> HttpResponseBase:
            if request.method not in methods:
                return signed_response(request, _not_allowed(methods))
            try:
                answer = view(request, _partner(request), **named)
            except RongshuError as error:
                answer = problem(error)
            answer.headers[_SPOKEN] = PROTOCOL
            return signed_response(request, answer, body=getattr(answer, "whole", None))

        answered.csrf_exempt = True  # type: ignore[attr-defined]
        return answered

    return decorated


def _partner(request: HttpRequest) -> Partner:
    spoken = request.headers.get(_SPOKEN, PROTOCOL)
    if spoken != PROTOCOL:
        raise ProtocolUnknown(fields={"protocol": spoken[:20], "spoken": PROTOCOL})
    by = _verified(request)
    partner = _PARTNER.one(by.node)
    if partner is None:
        raise NodeUnknown(fields={"node": str(by.node)})
    if partner.state in (Partner.State.PAUSED, Partner.State.REFUSED) or not is_open_now(partner):
        raise PartnerPaused
    note_contact(partner)
    return partner


def _verified(request: HttpRequest) -> VerifiedBy:
    """Verify a request; a partner that floods us waits.

    Counted by whose signature holds: by address or claim anybody could shut another out.
    """
    by = verified_request(request)
    _ASKED.count(str(by.node))
    return by


def problem(error: RongshuError) -> HttpResponse:
    """Return an error as RFC 9457 writes it, with our stable code and the sentence both sides can read."""
    body = {
        "type": f"about:blank#{error.code}",
        "title": error.message,
        "status": error.status,
        "code": error.code,
        "fields": error.fields,
    }
    answer = HttpResponse(orjson.dumps(body), status=error.status, content_type=PROBLEM)
    if error.status in {429, 503}:
        answer.headers["Retry-After"] = str(getattr(error, "retry_after", 60))
    return answer


def json_answer(content: Any, status: int = 200) -> HttpResponse:
    """Return JSON."""
    return HttpResponse(orjson.dumps(content), status=status, content_type="application/json")


def _not_allowed(methods: tuple[str, ...]) -> HttpResponse:
    body = {"type": "about:blank", "title": f"请使用 {'、'.join(methods)}。", "status": 405, "code": "method"}
    answer = HttpResponse(orjson.dumps(body), status=405, content_type=PROBLEM)
    answer.headers["Allow"] = ", ".join(methods)
    return answer


_RANGE: Final = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


_CHUNK: Final = 256 * 1024


def ranged(request: HttpRequest, body: bytes, etag: str, content_type: str) -> HttpResponseBase:
    """Return a body, or the range of it that is asked for; `If-Range` keeps two versions from being mixed."""
    span = _span(request, len(body), etag)
    part = body if span is None else body[span[0] : span[1] + 1]
    answer = HttpResponse(part, content_type=content_type)
    return _marked(answer, span, len(body), etag, BodyDigest.of(body))


def ranged_file(
    request: HttpRequest, opened: BinaryIO, size: int, digest: str, content_type: str
) -> HttpResponseBase:
    """Return a stored file, or the range of it that is asked for, without holding it in memory."""
    etag = f'"{digest}"'
    span = _span(request, size, etag)
    first, last = span or (0, size - 1)
    answer = StreamingHttpResponse(_pieces(opened, first, last), content_type=content_type)
    answer.headers["Content-Length"] = str(max(last - first + 1, 0))
    return _marked(answer, span, size, etag, BodyDigest.of_tagged(digest))


def _span(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return None
    return int(asked[1]), min(int(asked[2] or size - 1), size - 1)


def _pieces(opened: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0 and (piece := opened.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece


def _marked(
    answer: HttpResponseBase, span: tuple[int, int] | None, size: int, etag: str, whole: BodyDigest
) -> HttpResponseBase:
    if span is not None and span[0] > span[1]:
        answer = HttpResponse(status=416)
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    if span is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {span[0]}-{span[1]}/{size}"
    answer.headers["ETag"], answer.headers["Accept-Ranges"] = etag, "bytes"
    answer.whole = whole  # type: ignore[attr-defined]
    return answer
