"""Store changed articles of a followed source as new versions of their resources, in the run's batch."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

from rongshu.accounts.models import Person
from rongshu.foundation.errors import RongshuError
from rongshu.intake.actions.approve_run import batch_of
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.intake.records import record_of
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.errors import NothingChanged
from rongshu.library.gate.records import GateDefaults, IncomingRecord
from rongshu.library.models import ApprovalBatch, Resource, ResourceVersion

EDITED_HERE: Final = "edited-here"
Outcome = IntakeArticle.Outcome
_WRITTEN: Final = ("outcome", "resource_id", "version_id", "code", "reason")


def revise_articles(*, actor: Person, run: IntakeRun, folder: Path, defaults: GateDefaults) -> int:
    """Store every changed article that has no outcome yet; return how many. Safe to repeat.

    What somebody has edited on this platform since is left alone and refused with its reason.
    """
    changed = run.articles.filter(outcome=Outcome.EXTRACTED, revises_id__isnull=False)
    batch, count = batch_of(run), 0
    for article in changed.order_by("position").iterator(chunk_size=50):
        resource = Resource.objects.select_related("type", "owner", "working_version").get(
            pk=UUID(str(article.revises_id))
        )
        try:
            record = record_of(article, owner=run.site.sponsor, folder=folder)
            version = _revise(actor, batch, resource, record, defaults)
        except RongshuError as refused:
            article.outcome, article.code, article.reason = (
                Outcome.REFUSED,
                refused.code,
                refused.message[:500],
            )
        else:
            article.outcome, article.resource_id, article.version_id = Outcome.STORED, resource.pk, version.pk
        article.save(update_fields=_WRITTEN)
        count += 1
    return count


def _revise(
    actor: Person, batch: ApprovalBatch, resource: Resource, record: IncomingRecord, defaults: GateDefaults
) -> ResourceVersion:
    stored = ResourceVersion.objects.filter(batch=batch, resource=resource).order_by("-number").first()
    if stored is not None:  # cut off after it was stored
        return stored
    before = resource.working_version
    if before is not None and before.batch_id is None:
        raise EditedHere
    try:
        return revise_resource(actor=actor, resource=resource, record=record, defaults=defaults, batch=batch)
    except NothingChanged:
        assert before is not None  # noqa: S101 - what did not change was there
        return before


class EditedHere(RongshuError):
    """The article was edited on this platform since it was taken over."""

    code = EDITED_HERE
    sentence = "这篇文章迁入后已在本平台修改过，旧站后来的修改没有覆盖它；请人工核对两边的内容。"
