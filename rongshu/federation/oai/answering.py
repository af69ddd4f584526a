"""The six verbs: from a request that is in order to the markup of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from rongshu.federation.oai.datestamps import GRANULARITY, period, stamp_of, utc
from rongshu.federation.oai.errors import (
    BadResumptionToken,
    CannotDisseminateFormat,
    IdDoesNotExist,
    NoRecordsMatch,
)
from rongshu.federation.oai.formats import FORMATS, Format
from rongshu.federation.oai.ledger import earliest
from rongshu.federation.oai.listing import Entry, count_of, entries_after, entry_of
from rongshu.federation.oai.markup import containing, element
from rongshu.federation.oai.protocol import TOKEN, OaiRequest
from rongshu.federation.oai.repositories import Repository
from rongshu.federation.oai.sets import selection, sets_after
from rongshu.federation.oai.tokens import Standing, expires_at, standing_of, token_of
from rongshu.foundation import clock

IDENTIFIER: Final = "urn:uuid:"
_RECORDS_AT_ONCE: Final = 100
_HEADERS_AT_ONCE: Final = 500
_SETS_AT_ONCE: Final = 500


def answer(repository: Repository, request: OaiRequest) -> str:
    """Return the element of the verb; raise an `OaiProblem`."""
    return containing(request.verb, _ANSWERS[request.verb](repository, request))


def _identify(repository: Repository, request: OaiRequest) -> Sequence[str]:
    first = earliest(repository.place)
    return (
        element("repositoryName", repository.name),
        element("baseURL", repository.base_url),
        element("protocolVersion", "2.0"),
        element("adminEmail", repository.mail),
        element("earliestDatestamp", stamp_of(first) if first else utc(clock.now())),
        element("deletedRecord", "persistent"),
        element("granularity", GRANULARITY),
        element("compression", "gzip"),
    )


def _list_formats(repository: Repository, request: OaiRequest) -> Sequence[str]:
    if request["identifier"]:
        _entry(repository, request["identifier"])
    return [
        containing(
            "metadataFormat",
            (
                element("metadataPrefix", one.prefix),
                element("schema", one.schema_url(repository.base_url)),
                element("metadataNamespace", one.namespace),
            ),
        )
        for one in FORMATS.values()
    ]


def _get_record(repository: Repository, request: OaiRequest) -> Sequence[str]:
    form = _format(request["metadataPrefix"])
    return [_record(_entry(repository, request["identifier"]), form, repository)]


def _list_sets(repository: Repository, request: OaiRequest) -> Sequence[str]:
    standing = _standing(repository, request)
    found = sets_after(repository, standing.after_id, _SETS_AT_ONCE + 1)
    if not found:
        raise BadResumptionToken("集合在此期间有变化，请从头列出。")
    told = found[:_SETS_AT_ONCE]
    sets = [containing("set", (element("setSpec", one.spec), element("setName", one.name))) for one in told]
    following = replace(standing, after_id=told[-1].spec, given=standing.given + len(told))
    return [*sets, *_resumption(standing, following if len(found) > len(told) else None)]


def _list_headers(repository: Repository, request: OaiRequest) -> Sequence[str]:
    standing = _standing(repository, request)
    _format(standing.prefix)
    told, rest = _page(repository, standing, _HEADERS_AT_ONCE, in_full=False)
    return [*map(_header, told), *rest]


def _list_records(repository: Repository, request: OaiRequest) -> Sequence[str]:
    standing = _standing(repository, request)
    form = _format(standing.prefix)
    told, rest = _page(repository, standing, _RECORDS_AT_ONCE, in_full=True)
    return [*(_record(one, form, repository) for one in told), *rest]


_ANSWERS: Final[Mapping[str, Callable[[Repository, OaiRequest], Sequence[str]]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_headers,
    "ListRecords": _list_records,
}


def _standing(repository: Repository, request: OaiRequest) -> Standing:
    """Return where the list of a request begins, or goes on."""
    place = str(repository.place)
    if TOKEN in request.arguments:
        return standing_of(request[TOKEN], repository=place, verb=request.verb)
    return Standing(
        place, request.verb, request["metadataPrefix"], request["set"], request["from"], request["until"]
    )


def _page(
    repository: Repository, standing: Standing, size: int, *, in_full: bool
) -> tuple[Sequence[Entry], Sequence[str]]:
    """Return the entries of a page, and the markup that says how the list goes on."""
    chosen = selection(repository, standing.set_spec)
    wanted = period(standing.since, standing.until)
    found = entries_after(repository, chosen, wanted, _after(standing), size + 1, in_full=in_full)
    if not found:
        # What was to follow has changed and is told later. A list is never empty: say the last again.
        found = [_last(repository, standing)]
    told = found[:size]
    total = standing.total if standing.given else count_of(chosen, wanted)
    following = replace(
        standing,
        after_at=told[-1].at.isoformat(),
        after_id=str(told[-1].resource_id),
        given=standing.given + len(told),
        total=total,
    )
    is_over = len(found) <= size
    return told, _resumption(replace(standing, total=total), None if is_over else following)


def _after(standing: Standing) -> tuple[datetime, UUID] | None:
    if not standing.after_id:
        return None
    return datetime.fromisoformat(standing.after_at), UUID(standing.after_id)


def _last(repository: Repository, standing: Standing) -> Entry:
    last = entry_of(repository, UUID(standing.after_id)) if standing.after_id else None
    if last is None:
        raise NoRecordsMatch("没有符合条件的记录。")
    return last


def _resumption(standing: Standing, following: Standing | None) -> Sequence[str]:
    """Say how the list goes on; the last part of one in several parts ends with an empty token."""
    if following is None and not standing.given:
        return ()
    total = "" if standing.total is None else str(standing.total)
    cursor = str(standing.given)
    if following is None:
        return [element(TOKEN, completeListSize=total, cursor=cursor)]
    expires = utc(expires_at())
    return [
        element(TOKEN, token_of(following), expirationDate=expires, completeListSize=total, cursor=cursor)
    ]


def _format(prefix: str) -> Format:
    form = FORMATS.get(prefix)
    if form is None:
        raise CannotDisseminateFormat("没有这种元数据格式，请从 ListMetadataFormats 中选取。")
    return form


def _entry(repository: Repository, identifier: str) -> Entry:
    entry = None
    try:
        if identifier.startswith(IDENTIFIER):
            entry = entry_of(repository, UUID(identifier.removeprefix(IDENTIFIER)))
    except ValueError:
        pass
    if entry is None:
        raise IdDoesNotExist("这里没有这个标识符的记录。")
    return entry


def _record(entry: Entry, form: Format, repository: Repository) -> str:
    parts = [_header(entry)]
    if entry.given is not None:
        written = form.write(entry.given, form.schema_url(repository.base_url))
        parts.append(containing("metadata", (written,)))
    return containing("record", parts)


def _header(entry: Entry) -> str:
    parts = (
        element("identifier", f"{IDENTIFIER}{entry.resource_id}"),
        element("datestamp", stamp_of(entry.at)),
        *(element("setSpec", one) for one in entry.sets),
    )
    return containing("header", parts, status="" if entry.given else "deleted")
