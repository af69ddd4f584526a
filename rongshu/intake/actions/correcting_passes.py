"""Corrections of what is approved already: a pass of their own, signed like any later look at the source.

The approval of a run names a manifest that must not change (docs/decisions/0025, 0031), so what a person
corrects afterwards is brought as new versions by a later run that reads nothing of the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from asgiref.sync import async_to_sync
from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.foundation import storage
from rongshu.foundation.audit import record
from rongshu.intake.actions.start_run import start_run
from rongshu.intake.collecting import fetch_files, files_folder, next_position
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.saved_pages import keep_pages_for
from rongshu.library.models import ApprovalBatch

_UNDECIDED: Final = (
    ApprovalBatch.Status.OPEN, ApprovalBatch.Status.WAITING, ApprovalBatch.Status.REJECTED,
)  # fmt: skip
_COPIED: Final = (
    "url", "key", "other_urls", "column_paths", "extracted", "files", "read_digest", "shape", "anchors",
    "doubts", "review", "corrections",
)  # fmt: skip
_Phase = IntakeRun.Phase
_Outcome = IntakeArticle.Outcome


def is_undecided(run: IntakeRun) -> bool:
    """Whether what is corrected may still enter the run's own batch."""
    return run.batch is not None and run.batch.status in _UNDECIDED


def waiting_pass(root: IntakeRun) -> IntakeRun | None:
    """Return the later pass that is not approved yet and at rest: corrections go into it, too."""
    passes = root.passes.filter(phase__in=[_Phase.ADMITTING, _Phase.WAITING], batch__status__in=_UNDECIDED)
    return passes.select_related("site__sponsor", "batch", "follows").order_by("-started_at").first()


def begin_correcting_pass(*, actor: Person, root: IntakeRun) -> IntakeRun:
    """Begin a pass that holds corrections only: it starts where other runs have read and learned."""
    with transaction.atomic():
        run = start_run(
            actor=actor, site=root.site, source=root.source, allowed_hosts=root.allowed_hosts,
            mapping=root.mapping, follows=root, per_second=root.per_second,
        )  # fmt: skip
        run.phase = _Phase.ADMITTING
        run.save(update_fields=["phase"])
        record(actor, "intake.correcting-pass", run, of=str(root.pk))
    return run


def carry_into(run: IntakeRun, articles: Sequence[IntakeArticle]) -> None:
    """Keep corrected articles of earlier runs as articles of this pass; safe to repeat."""
    position = next_position(run)
    rows = []
    for place, article in enumerate(articles, start=position):
        keep_pages_for(run.pk, article.key, of_run=article.run_id)
        is_stored = article.outcome == _Outcome.STORED
        copied = {name: getattr(article, name) for name in _COPIED}
        revised = article.resource_id if is_stored else article.revises_id
        rows.append(IntakeArticle(run=run, position=place, revises_id=revised, **copied))
    bring_files(run, rows)
    with transaction.atomic():
        IntakeArticle.objects.bulk_create(rows, ignore_conflicts=True)
        # What is carried on is not looked at again where it came from.
        open_ones = [one.pk for one in articles if one.review == IntakeArticle.Review.OPEN]
        IntakeArticle.objects.filter(pk__in=open_ones).update(review=IntakeArticle.Review.CORRECTED)


def bring_files(run: IntakeRun, articles: Iterable[IntakeArticle]) -> None:
    """Put the files of articles where the gate takes them from: the store has them, else the old site.

    A finished run has emptied its folder; what the gate refused then has never entered the store.
    """
    folder = files_folder(run)
    for article in articles:
        missing = [one for one in article.files if one.get("sha256") and not _is_at_hand(one, folder)]
        if not missing:
            continue
        wanted = [
            {name: one[name] for name in ("name", "url", "role", "alt") if name in one} for one in missing
        ]
        fetched = {one["url"]: one for one in async_to_sync(fetch_files)(run, wanted)}
        article.files = [fetched.get(one["url"], one) for one in article.files]


def _is_at_hand(file: dict[str, Any], folder: Path) -> bool:
    target = folder / str(file["sha256"])
    if not target.exists():
        try:
            storage.copy_to(f"sha256:{file['sha256']}", target)
        except storage.ContentMissing:
            return False
    return True
