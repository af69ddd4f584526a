"""Write what one step of reading the source brought, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from django.db import transaction

from rongshu.intake.crawling import CrawledArticle, Refusal
from rongshu.intake.frontier import Notes, key_of
from rongshu.intake.models import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun
from rongshu.intake.remembering import PageState


@dataclass(frozen=True)
class FoundArticle:
    """An article as crawled, its place in the order of finding, and its files."""

    position: int
    crawled: CrawledArticle
    files: list[dict[str, Any]]


def keep_found(
    *,
    run: IntakeRun,
    articles: Sequence[FoundArticle],
    refusals: Sequence[Refusal],
    notes: Notes,
    states: Mapping[str, PageState],
) -> None:
    """Keep articles, refusals, addresses met and visits made: all of the step or none of it."""
    with transaction.atomic():
        keep_met(run, notes)
        keep_visits(run, notes, states)
        rows = [row_of(run, found) for found in articles]
        IntakeArticle.objects.bulk_create(rows, ignore_conflicts=True)
        keep_refusals(run, refusals)


def keep_met(run: IntakeRun, notes: Notes) -> None:
    """Keep addresses that were met, in the transaction of the caller."""
    rows = [
        IntakeAddress(
            run=run,
            url=item.url[:2000],
            key=key_of(item.url),
            found_on=item.found_on[:2000],
            is_guess=item.guessed,
            label=item.label[:300],
            listed_on=item.listed_on,
        )
        for item in notes.found
    ]
    IntakeAddress.objects.bulk_create(rows, ignore_conflicts=True)
    said = [
        IntakeAddress(run=run, url=item.url[:2000], key=key, listed_on=item.listed_on)
        for key, item in notes.days.items()
    ]
    IntakeAddress.objects.bulk_create(
        said, update_conflicts=True, unique_fields=["run", "key"], update_fields=["listed_on"]
    )


def keep_refusals(run: IntakeRun, refusals: Sequence[Refusal]) -> None:
    """Keep what was refused, with the reasons, in the transaction of the caller."""
    rows = [
        IntakeRefusal(
            run=run, url=each.url[:2000], key=key_of(each.url), code=each.code, reason=each.reason[:500]
        )
        for each in refusals
    ]
    IntakeRefusal.objects.bulk_create(rows, ignore_conflicts=True)


def keep_visits(run: IntakeRun, notes: Notes, states: Mapping[str, PageState]) -> None:
    """Keep what became of addresses, and the state each page was in; in the transaction of the caller."""
    unknown = PageState()
    IntakeAddress.objects.bulk_create(
        [
            IntakeAddress(
                run=run,
                url=visit.url[:2000],
                key=key,
                kind=visit.kind.value,
                of_url=(visit.of or "")[:2000],
                links=notes.links.get(key, []),
                **asdict(states.get(key, unknown)),
            )
            for key, visit in notes.visits.items()
        ],
        update_conflicts=True,
        unique_fields=["run", "key"],
        update_fields=["kind", "of_url", "links", "etag", "last_modified", "digest", "beside"],
    )


def read_digest(extracted: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what an article says, whichever way and however surely it was found."""
    said = {name: value for name, value in extracted.items() if name not in {"confidence", "found_by"}}
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def row_of(run: IntakeRun, found: FoundArticle) -> IntakeArticle:
    """Return the row of an article as it was read."""
    extracted = found.crawled.article.as_kept()
    return IntakeArticle(
        run=run,
        position=found.position,
        url=found.crawled.url[:2000],
        key=key_of(found.crawled.url),
        other_urls=list(found.crawled.other_urls),
        column_paths=[extracted["column_path"]],
        extracted=extracted,
        read_digest=read_digest(extracted),
        files=found.files,
        shape=found.crawled.shape[:300],
        anchors=dict(found.crawled.anchors),
    )
