"""The doors of the exchange: docs/standards/federation/protocol.md says what each answers."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from rongshu.federation.actions.note_contact import note_compared, note_given, note_reading
from rongshu.federation.actions.take_messages import take_hint, take_message
from rongshu.federation.envelope import EVERYTHING
from rongshu.federation.errors import RequestMalformed
from rongshu.federation.models import Message, Partner
from rongshu.federation.queries.description import node_description
from rongshu.federation.queries.feed import batch_for, feed_position, records_for, single_record
from rongshu.federation.queries.files import file_given
from rongshu.federation.queries.manifest import given_lines, given_manifest
from rongshu.federation.queries.pages import page_of
from rongshu.federation.queries.uses import uses_to_tell
from rongshu.federation.signing.digests import BodyDigest
from rongshu.federation.trusting import signed_response
from rongshu.federation.web.signed import for_partners, json_answer, ranged, ranged_file
from rongshu.foundation.errors import NotFound

NDJSON: Final = "application/x-ndjson"
MOST_RECORDS: Final = 2000
MOST_AT_ONCE: Final = 200


@require_safe
def show_node(request: HttpRequest) -> HttpResponseBase:
    """Describe this node to anyone: what it speaks, its feed's epoch, its keys."""
    return signed_response(request, json_answer(node_description()))


@for_partners("GET")
def list_changes(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Answer `after=`, `limit=`, `epoch=`, `categories=` with a batch; 304 when there is nothing new."""
    after, limit = _number(request, "after", 0), _number(request, "limit", 500)
    if not 1 <= limit <= MOST_RECORDS:
        raise RequestMalformed(fields={"limit": f"1–{MOST_RECORDS}"})
    position = feed_position()
    idle = f'"idle-{position.epoch}-{position.last}"'
    is_idle = request.headers.get("If-None-Match") == idle and after >= position.last
    if is_idle and partner.gives and partner.granted_more_at is None:
        return _not_modified(idle)
    batch = batch_for(
        partner, after=after, limit=limit, epoch=_epoch(request), categories=_categories(request)
    )
    note_reading(partner, after)
    body = batch.compressed() if _takes_gzip(request) else batch.text()
    # What is asked for again from some byte on is the same batch.
    if batch.lines and "Range" not in request.headers:
        note_given(partner, batch, size=len(body))
    etag = idle if not batch.lines and batch.next >= position.last else f'"{BodyDigest.of(body).tagged}"'
    answer = ranged(request, body, etag, NDJSON)
    if _takes_gzip(request):
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@for_partners("GET")
def show_record(request: HttpRequest, partner: Partner, resource_id: UUID) -> HttpResponseBase:
    """Answer one envelope; 404 for what is absent and for what is not the partner's."""
    return HttpResponse(single_record(partner, resource_id), content_type="application/json")


@for_partners("GET")
def list_records(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Answer the envelopes of `ids=`; what is not the partner's is left out."""
    ids = [each for each in request.GET.get("ids", "").split(",") if each]
    if len(ids) > MOST_AT_ONCE:
        raise RequestMalformed(fields={"ids": f"至多 {MOST_AT_ONCE} 个"})
    lines = records_for(partner, [_uuid(each, "ids") for each in ids])
    return HttpResponse(b"\n".join(lines), content_type=NDJSON)


@for_partners("GET")
def show_file(request: HttpRequest, partner: Partner, digest: str) -> HttpResponseBase:
    """Answer a file of a record that is the partner's; a range where one is asked for."""
    given = file_given(partner, digest)
    return ranged_file(request, given.open(), given.size, digest, given.media_type)


@for_partners("GET")
def show_manifest(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Answer what the partner should hold: the digests of buckets, or the lines of one."""
    bucket = request.GET.get("bucket", "")
    if not bucket:
        manifest, position = given_manifest(partner, _categories(request))
        note_compared(partner)
        return json_answer(manifest.as_json(position))
    lines = given_lines(partner, _categories(request), bucket)
    text = "".join(f"{resource_id} {version}\n" for resource_id, version in lines)
    return HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")


@for_partners("POST")
def take_hints(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Take the hint that the partner has something new."""
    last = _body(request).get("last")
    if type(last) is not int or last < 0:
        raise RequestMalformed(fields={"last": "应为序号"})
    take_hint(partner=partner, last=last)
    return json_answer({"taken": True}, 202)


def _take(request: HttpRequest, partner: Partner, kind: str) -> HttpResponseBase:
    body = _body(request)
    items = body.get("items")
    if not isinstance(items, list) or len(items) > MOST_AT_ONCE:
        raise RequestMalformed(fields={"items": f"应为至多 {MOST_AT_ONCE} 项的列表"})
    taken = take_message(
        partner=partner, message_id=_uuid(body.get("message"), "message"), kind=kind, items=items
    )
    return json_answer({"taken": taken}, 202)


@for_partners("POST")
def take_reports(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Take reports (报送) of the partner."""
    return _take(request, partner, Message.Kind.REPORT)


@for_partners("POST")
def take_offers(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Take offers (下发) of the partner."""
    return _take(request, partner, Message.Kind.OFFER)


@for_partners("POST")
def take_receipts(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Take what the partner confirms."""
    return _take(request, partner, Message.Kind.RECEIPT)


@for_partners("GET")
def list_uses(request: HttpRequest, partner: Partner) -> HttpResponseBase:
    """Answer `after=`, `limit=` with the places that show resources which came from the partner."""
    limit = _number(request, "limit", MOST_AT_ONCE)
    if not 1 <= limit <= MOST_AT_ONCE:
        raise RequestMalformed(fields={"limit": f"1–{MOST_AT_ONCE}"})
    after = request.GET.get("after", "")
    uses, last = uses_to_tell(partner, after=_uuid(after, "after") if after else None, limit=limit)
    return json_answer({"uses": uses, "next": str(last) if last else None})


@require_safe
def follow_page(request: HttpRequest, resource_id: UUID) -> HttpResponseBase:
    """Lead a reader from a neighbour's copy to the page of the original."""
    address = page_of(resource_id)
    if address is None:
        raise_absent = NotFound()
        return HttpResponse(raise_absent.message, status=404, content_type="text/plain; charset=utf-8")
    return HttpResponseRedirect(address)


def _not_modified(etag: str) -> HttpResponse:
    answer = HttpResponse(status=304)
    answer.headers["ETag"] = etag
    return answer


def _takes_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def _number(request: HttpRequest, name: str, default: int) -> int:
    written = request.GET.get(name, str(default))
    if not written.isascii() or not written.isdigit() or len(written) > 16:
        raise RequestMalformed(fields={name: "应为非负整数"})
    return int(written)


def _epoch(request: HttpRequest) -> UUID | None:
    written = request.GET.get("epoch", "")
    return _uuid(written, "epoch") if written else None


def _categories(request: HttpRequest) -> frozenset[str]:
    named = frozenset(filter(None, request.GET.get("categories", "").split(",")))
    return frozenset() if EVERYTHING in named else named


def _uuid(written: Any, name: str) -> UUID:
    try:
        return UUID(str(written))
    except ValueError as error:
        raise RequestMalformed(fields={name: "应为 UUID"}) from error


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise RequestMalformed(fields={"body": "应为 JSON"}) from error
    if not isinstance(body, dict):
        raise RequestMalformed(fields={"body": "应为 JSON 对象"})
    return body
