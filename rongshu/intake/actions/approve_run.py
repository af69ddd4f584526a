"""Let a run's batch be approved: by named persons now, or by a mandate given beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.errors import NotAllowed
from rongshu.intake.models import IntakeArticle, IntakeRun
from rongshu.library.actions.batches import approve_batch, close_batch
from rongshu.library.models import Approval, ApprovalBatch, ResourceVersion
from rongshu.library.queries.approvals import mandate_in_force

Status = ApprovalBatch.Status


def approve_run(
    *,
    actor: Person,
    run: IntakeRun,
    signers: Sequence[Person] = (),
    progress: Callable[[int], None] | None = None,
) -> Approval | None:
    """Close the batch and make it effective; None when nobody signed it and no mandate covers it.

    Safe to repeat: what was made effective before the run was cut off stays, the rest follows.
    """
    batch = batch_of(run)
    if batch.status == Status.OPEN:
        batch = close_batch(actor=actor, batch=batch)
    mandate = None if signers else mandate_in_force(source=batch.source, target_site_id=run.site_id)
    if batch.status == Status.WAITING and not signers and mandate is None:
        return None
    approve_batch(actor=actor, batch=batch, signers=signers, mandate=mandate, progress=progress)
    return approval_of(run)


def needs_approval(run: IntakeRun) -> bool:
    """Whether the run brought anything to make effective or to place; else there is nothing to sign."""
    if ResourceVersion.objects.filter(batch=run.batch_id).exists():
        return True
    repeated = run.articles.filter(outcome=IntakeArticle.Outcome.DUPLICATE, resource_id__isnull=False)
    return repeated.exists()


def check_signers(run: IntakeRun, signers: Sequence[Person]) -> None:
    """Raise `NotAllowed` before anything is read when one of the signers may not approve for the site."""
    site = run.site
    for signer in signers:
        viewer = viewer_for(signer)
        if not viewer.may("resource.approve", organization_id=site.sponsor_id, site_id=site.id):
            raise NotAllowed(
                f"{signer.name}（{signer.handle}）没有“{site.name}”的审核权限，不能签署。",
                fields={"approved-by": signer.handle},
            )


def approval_of(run: IntakeRun) -> Approval:
    """Return the approval under which the run's articles are effective."""
    return Approval.objects.get(batch_id=run.batch_id, outcome=Approval.Outcome.APPROVED)


def batch_of(run: IntakeRun) -> ApprovalBatch:
    """Return the run's batch as it is now."""
    return ApprovalBatch.objects.get(intake_run=run)
