"""Mandates: reviewers sign beforehand, for one source and one site, from a day until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.library.models import Mandate, MandateSigner

_SIGNING = ("resource.approve", "review.first", "review.second", "review.final")


def give_mandate(
    *,
    actor: Person,
    source: str,
    target_site_id: UUID,
    signers: Sequence[Person],
    starts_on: date,
    ends_on: date,
    reason: str,
) -> Mandate:
    """Record that the signers approve beforehand what comes from a source to a site within a period.

    Every signer may approve for the site. Raise `NotAllowed`, `InvalidInput`.
    """
    _check(source=source, signers=signers, starts_on=starts_on, ends_on=ends_on, reason=reason)
    with transaction.atomic():
        require(_may_give(viewer_for(actor), target_site_id))
        for signer in signers:
            if not _may_sign(viewer_for(signer), target_site_id):
                raise NotAllowed(
                    f"{signer.name}没有审核权限，不能签署授权。", fields={"signers": signer.handle}
                )
        mandate = Mandate.objects.create(
            source=source, target_site_id=target_site_id, starts_on=starts_on, ends_on=ends_on, reason=reason,
            created_by=actor,
        )  # fmt: skip
        MandateSigner.objects.bulk_create(
            MandateSigner(mandate=mandate, person=person, level=level)
            for level, person in enumerate(signers, start=1)
        )
        record(
            actor, "mandate.given", mandate, reason=reason, source=source, signers=[p.handle for p in signers]
        )
    return mandate


def revoke_mandate(*, actor: Person, mandate: Mandate, reason: str) -> Mandate:
    """End a mandate at once; what was approved under it stays approved. A signer may always revoke."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
        is_signer = mandate.signers.filter(person_id=actor.id).exists()
        require(is_signer or _may_give(viewer_for(actor), mandate.target_site_id))
        if mandate.revoked_at is None:
            mandate.revoked_at = clock.now()
            mandate.save(update_fields=["revoked_at"])
            record(actor, "mandate.revoked", mandate, reason=reason)
    return mandate


def _check(*, source: str, signers: Sequence[Person], starts_on: date, ends_on: date, reason: str) -> None:
    wrong = {
        "source": not source.strip(),
        "signers": not signers or len({signer.pk for signer in signers}) != len(signers),
        "ends_on": ends_on < starts_on,
        "reason": not reason.strip(),
    }
    fields = {name: "填写有误" for name, is_wrong in wrong.items() if is_wrong}
    if fields:
        raise InvalidInput("授权须写明来源、依据、起止日期和互不相同的签署人。", fields=fields)


def _may_give(viewer: Viewer, site_id: UUID) -> bool:
    return viewer.may("site.manage", site_id=site_id) or _may_sign(viewer, site_id)


def _may_sign(viewer: Viewer, site_id: UUID) -> bool:
    # Whether he may approve for the owners of what comes is asked again when a batch uses the mandate.
    return viewer.may("placement.approve", site_id=site_id) or any(
        viewer.organizations_with(capability) for capability in _SIGNING
    )
