"""Read a template's pages again after its rules changed; bring what changed into the waiting batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction
from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.guards import get_one
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.intake.actions.admit_articles import admit_articles, gate_defaults
from rongshu.intake.actions.approve_run import batch_of
from rongshu.intake.actions.learn_templates import (
    fetch_what_is_new,
    keep_articles,
    note_doubts,
    take_reading,
    with_corrections,
)
from rongshu.intake.collecting import files_folder
from rongshu.intake.doubts import low_confidence
from rongshu.intake.errors import RunInProgress
from rongshu.intake.models import IntakeArticle, IntakeRun, IntakeTemplate
from rongshu.intake.queries.review import articles_of, changed_fields, read_by
from rongshu.intake.records import record_of
from rongshu.intake.template_book import template_book
from rongshu.library.actions.batches import close_batch
from rongshu.library.actions.reopen_batch import reopen_batch
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.errors import NothingChanged
from rongshu.library.models import ApprovalBatch, Resource

REREAD: Final = "intake.reread"
_AT_ONCE: Final = 50
_Outcome = IntakeArticle.Outcome


def begin_rereading(
    *, actor: Person, run: IntakeRun, article: IntakeArticle | None, template: IntakeTemplate | None
) -> LongWork:
    """Begin to read an article, or all pages of a template, again in the background."""
    title = f"按更正重新提取：{run.source}"
    payload = {
        "run": str(run.pk),
        "article": article.pk if article else None,
        "template": str(template.pk) if template else "",
    }
    return begin_work(actor=actor, kind=REREAD, title=title, payload=payload, unit="页")


def reread_pages(hand: WorkInHand) -> str:
    """Read again, keep what changed, and admit it before the approval; the way of this kind of work."""
    run = IntakeRun.objects.select_related("site__sponsor", "batch").get(pk=hand.payload["run"])
    ids = _ids(hand)
    try:
        with hold(f"intake/{run.pk}", seconds=900):
            changed = 0
            for start in range(0, len(ids), _AT_ONCE):
                changed += _read_portion(hand.actor, run, ids[start : start + _AT_ONCE])
                hand.advance(min(start + _AT_ONCE, len(ids)), len(ids), f"有变化 {changed} 页")
            _admit_again(hand.actor, run)
    except LeaseHeld as held:
        raise RunInProgress from held
    hand.work.note = f"重新提取 {len(ids)} 页，有变化 {changed} 页，已更新批次清单。"
    return reverse("intake-review", args=[run.pk])


def _ids(hand: WorkInHand) -> list[int]:
    """The corrected article first, then the others of its template."""
    first = hand.payload["article"]
    own = [] if first is None else [int(first)]
    if not hand.payload["template"]:
        return own
    template = IntakeTemplate.objects.get(pk=hand.payload["template"])
    return list(dict.fromkeys([*own, *articles_of(template).values_list("pk", flat=True)]))


def _read_portion(actor: Person, run: IntakeRun, ids: Sequence[int]) -> int:
    book, sure = template_book(run), low_confidence()
    changed: list[IntakeArticle] = []
    for article in IntakeArticle.objects.filter(pk__in=ids).order_by("pk"):
        before = {**article.extracted}
        again = read_by(article, book.rules_for(article.shape))
        if again is not None and changed_fields(article, again):
            take_reading(article, again)
        article.extracted = with_corrections(article.extracted, article.corrections)
        if _content(before) != _content(article.extracted):
            note_doubts(article, sure)
            changed.append(article)
    fetch_what_is_new(run, changed)
    for article in changed:
        if article.outcome == _Outcome.STORED:
            _revise(actor, run, article)
        else:
            article.outcome, article.code, article.reason = _Outcome.EXTRACTED, "", ""
    _keep(changed)
    return len(changed)


def _content(extracted: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in extracted.items() if name not in ("confidence", "found_by")}


def _revise(actor: Person, run: IntakeRun, article: IntakeArticle) -> None:
    """Store the article anew as the working version of its resource; what is refused stays as it was."""
    batch = reopen_batch(actor=actor, batch=batch_of(run), reason=f"更正：{article.url}")
    resource = get_one(Resource.objects.select_related("type", "owner"), pk=article.resource_id)
    try:
        version = revise_resource(
            actor=actor,
            resource=resource,
            record=record_of(article, owner=run.site.sponsor, folder=files_folder(run)),
            defaults=gate_defaults(run.site),
            batch=batch,
        )
    except NothingChanged:
        article.version_id = resource.working_version_id
        return
    except RongshuError as refused:
        article.reason = refused.message[:500]
        return
    article.version_id, article.reason = version.pk, ""


def _keep(articles: Iterable[IntakeArticle]) -> None:
    some = list(articles)
    keep_articles(some)
    with transaction.atomic():
        IntakeArticle.objects.bulk_update(some, ["outcome", "code", "reason", "version_id"])


def _admit_again(actor: Person, run: IntakeRun) -> None:
    """Admit what has no outcome now, and close the batch over its new manifest."""
    batch = batch_of(run)
    if run.articles.filter(outcome=_Outcome.EXTRACTED).exists():
        reopen_batch(actor=actor, batch=batch, reason="更正后重新入库")
        admit_articles(actor=actor, run=run, folder=files_folder(run))
    if not run.articles.filter(outcome=_Outcome.STORED).exists():
        return
    if batch_of(run).status == ApprovalBatch.Status.OPEN:
        close_batch(actor=actor, batch=batch_of(run))
    # A run that had nothing to approve had ended; now it waits for its approval.
    IntakeRun.objects.filter(pk=run.pk).update(phase=IntakeRun.Phase.WAITING, finished_at=None)
