"""Read a template's pages again after its rules changed; bring what changed into the waiting batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.console.models import LongWork
from rongshu.console.progress import WorkInHand, begin_work
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.guards import get_one
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.intake.actions.admit_articles import admit_articles, gate_defaults
from rongshu.intake.actions.approve_run import batch_of
from rongshu.intake.actions.correcting_passes import (
    begin_correcting_pass,
    bring_files,
    carry_into,
    is_undecided,
    waiting_pass,
)
from rongshu.intake.actions.learn_templates import (
    fetch_what_is_new,
    keep_articles,
    note_doubts,
    take_reading,
    with_corrections,
)
from rongshu.intake.actions.sign_run import resume_run
from rongshu.intake.collecting import files_folder
from rongshu.intake.doubts import low_confidence
from rongshu.intake.errors import RunInProgress
from rongshu.intake.models import IntakeArticle, IntakeRun, IntakeTemplate
from rongshu.intake.queries.chain import root_of
from rongshu.intake.queries.review import changed_fields, pages_of, read_by
from rongshu.intake.records import record_of
from rongshu.intake.template_book import TemplateBook, template_book
from rongshu.library.actions.batches import close_batch
from rongshu.library.actions.reopen_batch import reopen_batch
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.errors import NothingChanged
from rongshu.library.models import ApprovalBatch, Resource
from rongshu.library.queries.approvals import mandate_in_force

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
    run = IntakeRun.objects.select_related("site__sponsor", "batch", "follows").get(pk=hand.payload["run"])
    ids, changed = _ids(hand), 0
    try:
        with ExitStack() as stack:
            # The root is held against a look at the source, which would begin a pass of its own.
            lease = stack.enter_context(hold(f"intake/{root_of(run).pk}", seconds=900))
            target = _Target(hand.actor, run)
            if target.run is not None and target.run != root_of(run):
                stack.enter_context(hold(f"intake/{target.run.pk}", seconds=900))
            for start in range(0, len(ids), _AT_ONCE):
                lease.renew()
                changed += _read_portion(target, ids[start : start + _AT_ONCE])
                hand.advance(min(start + _AT_ONCE, len(ids)), len(ids), f"有变化 {changed} 页")
            if target.run is not None:
                _admit_again(hand.actor, target.run)
        _go_on_under_mandate(hand.actor, target)
    except LeaseHeld as held:
        raise RunInProgress from held
    hand.work.note = f"重新提取 {len(ids)} 页，有变化 {changed} 页，{target.told()}"
    return reverse("intake-run" if target.is_pass else "intake-review", args=[(target.run or run).pk])


class _Target:
    """Whose batch takes the corrections: that of the corrected run while undecided, else of a later pass."""

    def __init__(self, actor: Person, run: IntakeRun) -> None:
        self.actor, self.root = actor, root_of(run)
        self.run = run if is_undecided(run) else waiting_pass(self.root)

    @property
    def is_pass(self) -> bool:
        """Whether what was approved before is corrected by a pass."""
        return self.run is not None and self.run.follows_id is not None

    def wanted(self) -> IntakeRun:
        """Return the run, begun now where nothing waits."""
        if self.run is None:
            self.run = begin_correcting_pass(actor=self.actor, root=self.root)
        return self.run

    def told(self) -> str:
        """Say where the changes are."""
        if self.run is None:
            return "没有要送审的内容。"
        return "另成一批，签发后替换已公开的内容。" if self.is_pass else "已更新批次清单。"


def _go_on_under_mandate(actor: Person, target: _Target) -> None:
    """Let a pass go on by itself where its approval was given beforehand, as a look at the source does."""
    run = target.run
    if run is None or not target.is_pass or batch_of(run).status != ApprovalBatch.Status.WAITING:
        return
    if mandate_in_force(source=batch_of(run).source, target_site_id=run.site_id) is not None:
        resume_run(actor=actor, run=run)


def _ids(hand: WorkInHand) -> list[int]:
    """The corrected article first, then the others of its template."""
    first = hand.payload["article"]
    own = [] if first is None else [int(first)]
    if not hand.payload["template"]:
        return own
    template = IntakeTemplate.objects.select_related("run__follows").get(pk=hand.payload["template"])
    return list(dict.fromkeys([*own, *pages_of(template)]))


def _read_portion(target: _Target, ids: Sequence[int]) -> int:
    changed = _changed(ids)
    if not changed:
        return 0
    run = target.wanted()
    fetch_what_is_new(run, changed)
    own = [one for one in changed if one.run_id == run.pk]
    bring_files(run, own)
    carry_into(run, [one for one in changed if one.run_id != run.pk])
    for article in own:
        if article.outcome == _Outcome.STORED:
            _revise(target.actor, run, article)
        else:
            article.outcome, article.code, article.reason = _Outcome.EXTRACTED, "", ""
    _keep(own)
    return len(changed)


def _changed(ids: Sequence[int]) -> list[IntakeArticle]:
    """Return those of the articles whose content is another one, read by the rules as they are now."""
    sure = low_confidence()
    books: dict[UUID, TemplateBook] = {}
    changed: list[IntakeArticle] = []
    rows = IntakeArticle.objects.filter(pk__in=ids).select_related("run__follows")
    for article in rows.order_by("pk"):
        book = books.setdefault(article.run_id, template_book(article.run))
        before = {**article.extracted}
        again = read_by(article, book.rules_for(article.shape))
        if again is not None and changed_fields(article, again):
            take_reading(article, again)
        article.extracted = with_corrections(article.extracted, article.corrections)
        if _content(before) != _content(article.extracted):
            note_doubts(article, sure)
            changed.append(article)
    return changed


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
    fresh = run.articles.filter(outcome=_Outcome.EXTRACTED)
    if fresh.exists():
        reopen_batch(actor=actor, batch=batch_of(run), reason="更正后重新入库")
        for article in fresh.exclude(files=[]).iterator(chunk_size=_AT_ONCE):
            bring_files(run, [article])
            article.save(update_fields=["files"])
        admit_articles(actor=actor, run=run, folder=files_folder(run))
    if not run.articles.filter(outcome=_Outcome.STORED).exists():
        _end_empty(run)
        return
    if batch_of(run).status == ApprovalBatch.Status.OPEN:
        close_batch(actor=actor, batch=batch_of(run))
    # A run that had nothing to approve had ended; now it waits for its approval.
    IntakeRun.objects.filter(pk=run.pk).update(phase=IntakeRun.Phase.WAITING, finished_at=None)


def _end_empty(run: IntakeRun) -> None:
    """End a pass of which the gate took nothing: its articles stand in the report with their reasons."""
    empty = IntakeRun.objects.filter(pk=run.pk, phase=IntakeRun.Phase.ADMITTING)
    empty.update(phase=IntakeRun.Phase.FINISHED, finished_at=clock.now())
