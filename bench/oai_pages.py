"""Pages of OAI-PMH lists, asked as a harvester asks, from three places of a long ledger."""

from __future__ import annotations

import gzip
import re
import statistics
import time
from datetime import timedelta
from typing import Final

from django.db import connection
from django.test import Client

from bench.publishing.seeding import NOW, seed
from rongshu.federation.models import HarvestEntry
from rongshu.federation.oai.ledger import LIBRARY
from rongshu.federation.oai.repositories import PATH
from rongshu.federation.oai.tokens import Standing, token_of
from rongshu.library.models import Resource

_LISTS: Final = (
    ("ListIdentifiers", "oai_dc", ""),
    ("ListRecords", "oai_dc", ""),
    ("ListRecords", "rongshu", ""),
    ("ListRecords", "oai_dc", "theme:11"),
    ("ListRecords", "oai_dc", "site.site-0:top-0:sub-0"),
)
_LARGEST: Final = 500  # headers on one page
_PARTS: Final = {"begin": 0.0, "middle": 0.5, "end": 1.0}
_TOKEN: Final = re.compile(r"<resumptionToken[^>]*>([^<]+)<")


def measure(entries: int, pages: int) -> None:
    """Seed, ask, and print the median processor time of a page of each list at each part."""
    seed(entries, 2, lambda number: [number % 2])
    _write_ledger()
    for verb, prefix, set_spec in _LISTS:
        spent = {part: _page_times(verb, prefix, set_spec, share, pages) for part, share in _PARTS.items()}
        told = "   ".join(f"{part} {1000 * statistics.median(found):6.1f}" for part, found in spent.items())
        print(f"{f'{verb} {prefix} {set_spec}':50}{told}   ms CPU a page", flush=True)


def _page_times(verb: str, prefix: str, set_spec: str, share: float, pages: int) -> list[float]:
    """Return the processor time of as many pages as there are, from a part of the ledger on."""
    client, token, spent = Client(SERVER_NAME="localhost"), _token(verb, prefix, set_spec, share, pages), []
    for _ in range(pages + 1):
        began = time.process_time()
        answer = client.get(
            PATH, {"verb": verb, "resumptionToken": token}, headers={"Accept-Encoding": "gzip"}
        )
        spent.append(time.process_time() - began)
        if answer.status_code != 200 or b"<error" in (page := _text(answer.content)):
            raise SystemExit(f"{verb} {set_spec}: {answer.status_code} {answer.content[:500]!r}")
        following = _TOKEN.search(page.decode())
        if following is None:
            break
        token = following[1]
    return spent[1:] or spent  # the first one fills what is kept in memory


def _text(content: bytes) -> bytes:
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def _token(verb: str, prefix: str, set_spec: str, share: float, pages: int) -> str:
    """Return the token of a harvest that has come so far, with enough left for as many pages."""
    rows = HarvestEntry.objects.filter(place=LIBRARY).order_by("at", "resource_id")
    total = rows.count()
    given = max(1, int((total - (pages + 1) * _LARGEST) * share))
    at, resource_id = rows.values_list("at", "resource_id")[given - 1]
    standing = Standing(
        str(LIBRARY), verb, prefix, set_spec, after_at=at.isoformat(), after_id=str(resource_id),
        given=given, total=None if set_spec else total,
    )  # fmt: skip
    return token_of(standing)


def _write_ledger() -> None:
    """Let every resource have become effective a moment after the one before; some at the same."""
    if HarvestEntry.objects.exists():
        return
    began = NOW - timedelta(days=400)
    ids = Resource.objects.order_by("pk").values_list("pk", flat=True)
    rows: list[HarvestEntry] = []
    for number, pk in enumerate(ids.iterator(chunk_size=5000)):
        rows.append(HarvestEntry(resource_id=pk, place=LIBRARY, at=began + timedelta(seconds=number // 7)))
        if len(rows) == 5000:
            HarvestEntry.objects.bulk_create(rows)
            rows.clear()
    HarvestEntry.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
