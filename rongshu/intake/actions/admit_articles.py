"""Pass what was extracted through the gate, as one batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.foundation.bulk_rows import update_rows
from rongshu.intake.actions.approve_run import batch_of
from rongshu.intake.actions.leave_out import leave_out
from rongshu.intake.actions.revise_articles import revise_articles
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.queries.runs import in_order
from rongshu.intake.records import record_of
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.gate.records import Admission, GateDefaults, IncomingRecord
from rongshu.sites.models import Site

_TOLD_AT_ONCE: Final = 100

_OUTCOME: Final = ("outcome", "resource_id", "version_id", "of_resource_id", "code", "reason")

Outcome = IntakeArticle.Outcome


def admit_articles(
    *, actor: Person, run: IntakeRun, folder: Path, progress: Callable[[int], None] | None = None
) -> None:
    """Admit every article that has no outcome yet, the earlier of two equal ones first; safe to repeat.

    The gate answers again, and stores nothing twice, for what it admitted before the answer was written.
    """
    leave_out(run)
    revise_articles(actor=actor, run=run, folder=folder, defaults=gate_defaults(run.site))
    handed_over: deque[IntakeArticle] = deque()
    admissions = admit_many(
        actor=actor,
        records=_records(run, folder, handed_over),
        batch=batch_of(run),
        defaults=gate_defaults(run.site),
    )
    told = 0
    while some := list(islice(admissions, _TOLD_AT_ONCE)):
        _write_outcomes([(handed_over.popleft(), admission) for admission in some])
        told += len(some)
        if progress is not None:
            progress(told)


def _records(run: IntakeRun, folder: Path, handed_over: deque[IntakeArticle]) -> Iterator[IncomingRecord]:
    for article in in_order(run.articles.filter(outcome=Outcome.EXTRACTED, revises_id__isnull=True)):
        handed_over.append(article)
        yield record_of(article, owner=run.site.sponsor, folder=folder)


def gate_defaults(site: Site) -> GateDefaults:
    """Return how the gate completes what comes from an old site."""
    # Two pages of the old site are two pages of the new one, however alike: only the same content is folded.
    # The old site's index numbers are kept as they are, also where it gave one twice.
    return GateDefaults(
        content_source=site.name, keeps_near_duplicates=True, refuses_taken_index_number=False
    )


def _write_outcomes(some: Sequence[tuple[IntakeArticle, Admission]]) -> None:
    articles = [_with_outcome(article, admission) for article, admission in some]
    with transaction.atomic():
        update_rows(articles, _OUTCOME)


def _with_outcome(article: IntakeArticle, admission: Admission) -> IntakeArticle:
    article.resource_id, article.version_id = admission.resource_id, admission.version_id
    article.of_resource_id = admission.of
    if admission.outcome == "refused":
        article.outcome = Outcome.REFUSED
        article.code = admission.errors[0].code
        article.reason = "；".join(error.message for error in admission.errors)[:500]
    elif admission.outcome == "exact-duplicate":
        article.outcome = Outcome.DUPLICATE
    else:
        article.outcome = Outcome.STORED
    return article
