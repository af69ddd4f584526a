"""Write what one step of reading the source brought, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from rongshu.intake.crawling import CrawledArticle, Refusal
from rongshu.intake.frontier import Notes, key_of
from rongshu.intake.models import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun


@dataclass(frozen=True)
class FoundArticle:
    """An article as crawled, its place in the order of finding, and its files."""

    position: int
    crawled: CrawledArticle
    files: list[dict[str, Any]]


def keep_found(
    *, run: IntakeRun, articles: Sequence[FoundArticle], refusals: Sequence[Refusal], notes: Notes
) -> None:
    """Keep articles, refusals, addresses met and visits made: all of the step or none of it."""
    with transaction.atomic():
        IntakeAddress.objects.bulk_create(
            [
                IntakeAddress(
                    run=run,
                    url=item.url[:2000],
                    key=key_of(item.url),
                    found_on=item.found_on[:2000],
                    is_guess=item.guessed,
                )
                for item in notes.found
            ],
            ignore_conflicts=True,
        )
        _keep_visits(run, notes)
        IntakeArticle.objects.bulk_create([_row(run, found) for found in articles], ignore_conflicts=True)
        IntakeRefusal.objects.bulk_create(
            [
                IntakeRefusal(
                    run=run,
                    url=each.url[:2000],
                    key=key_of(each.url),
                    code=each.code,
                    reason=each.reason[:500],
                )
                for each in refusals
            ],
            ignore_conflicts=True,
        )


def _keep_visits(run: IntakeRun, notes: Notes) -> None:
    IntakeAddress.objects.bulk_create(
        [
            IntakeAddress(
                run=run,
                url=visit.url[:2000],
                key=key,
                kind=visit.kind.value,
                of_url=(visit.of or "")[:2000],
                links=notes.links.get(key, []),
            )
            for key, visit in notes.visits.items()
        ],
        update_conflicts=True,
        unique_fields=["run", "key"],
        update_fields=["kind", "of_url", "links"],
    )


def _row(run: IntakeRun, found: FoundArticle) -> IntakeArticle:
    extracted = found.crawled.article.as_kept()
    return IntakeArticle(
        run=run,
        position=found.position,
        url=found.crawled.url[:2000],
        key=key_of(found.crawled.url),
        other_urls=list(found.crawled.other_urls),
        column_paths=[extracted["column_path"]],
        extracted=extracted,
        files=found.files,
        shape=found.crawled.shape[:300],
        anchors=dict(found.crawled.anchors),
    )
